// SPDX-License-Identifier: GPL-2.0-only
#include "exact/compare.h"
#include "tests/unit/exact/example.h"

#include <gtest/gtest.h>

namespace gueway::exact {
namespace {

// All that were measured.
Figures good()
{
    auto figures = example();
    std::erase_if(figures.all, [](const Figure& each) { return !each.error.empty(); });
    return figures;
}

TEST(ExactCompare, TheSameIsWithinABandOfNothing)
{
    const auto same = compare(good(), good(), {});
    EXPECT_EQ(same.outside(), 0U);
    EXPECT_TRUE(same.artefacts.empty());
    EXPECT_EQ(same.changes.size(), 12U); // 11 instructions, 1 first
}

TEST(ExactCompare, MarksWhatMovedByMoreThanTheBandAndWhere)
{
    auto after = good();
    after.all[0] = way("fou-interface/64B/offload", 100, 407, 30);
    EXPECT_EQ(compare(good(), after, {.band = 0.02}).outside(), 0U);
    const auto moved = compare(good(), after, {.band = 0.01});
    EXPECT_EQ(moved.outside(), 1U);
    EXPECT_TRUE(moved.changes[0].outside);
    EXPECT_EQ(moved.changes[0].stage, "tunnel +7");
    EXPECT_EQ(compare(after, good(), {.band = 0.01}).outside(), 1U) << "less is a change too";
}

TEST(ExactCompare, AFigureThatIsGoneOrFailedIsOutside)
{
    auto after = good();
    after.all[0].error = "no packets";
    after.all[0].values.clear();
    after.all[3].values["segments"] = 44;
    std::erase_if(after.all, [](const Figure& each) { return each.name == "hotfix/64B"; });
    const auto changed = compare(good(), after, {.band = 1});
    EXPECT_EQ(changed.outside(), 3U);
    // One that is new is not.
    EXPECT_EQ(compare(after, good(), {.band = 1}).outside(), 1U) << "segments";
}

TEST(ExactCompare, SaysWhatElseDiffers)
{
    auto after = good();
    after.artefacts["kernel"] = "cd";
    after.context["qemu"] = "8.0";
    const auto lines = compare(good(), after, {.band = 0}).artefacts;
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0], "qemu: none before, 8.0 now");
    EXPECT_EQ(lines[1], "kernel: ab before, cd now");
}

TEST(ExactCompare, SaysThatOneOfThemWasStopped)
{
    auto after = good();
    after.stopped = "interrupted";
    const auto lines = compare(good(), after, {}).artefacts;
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0], "stopped: none before, interrupted now");
}

TEST(ExactCompare, ReadsBands)
{
    EXPECT_EQ(parse_band("0.5%"), 0.005);
    EXPECT_EQ(parse_band("2"), 0.02);
    EXPECT_EQ(parse_band("0%"), 0.0);
    for (const char* text : {"", "%", "-1%", "a", "1%%", "nan", "1 %", "inf", "inf%", "1e999"})
        EXPECT_FALSE(parse_band(text)) << text;
}

TEST(ExactCompare, AFigureThatFailsIsListedWhateverItDidBefore)
{
    const auto still = compare(example(), example(), {.band = 1});
    ASSERT_EQ(still.outside(), 1U);
    EXPECT_EQ(still.changes.back().why, "failed before, too: no module");
    const auto anew = compare(good(), example(), {.band = 1});
    ASSERT_EQ(anew.outside(), 1U);
    EXPECT_EQ(anew.changes.back().name, "workers/mh/9");

    auto mended = example();
    mended.all.back() = {"workers/mh/9", {{"instructions", 4600}}, {}};
    const auto now = compare(example(), mended, {});
    EXPECT_EQ(now.outside(), 0U);
    EXPECT_EQ(now.changes.back().why, "failed before");
}

Figures with_first(double value)
{
    auto figures = good();
    figures.all.back().values["first"] = value;
    return figures;
}

TEST(ExactCompare, FirstPacketsHaveABandOfTheirOwn)
{
    const auto before = with_first(1000), after = with_first(1300);
    EXPECT_EQ(compare(before, after, {.band = 0.02}).outside(), 0U);
    EXPECT_EQ(compare(before, after, {.band = 0.02, .first = 0.2}).outside(), 1U);
    EXPECT_EQ(compare(before, after, {.band = 0.02, .first = 0.4}).outside(), 0U);
    EXPECT_EQ(compare(before, after, {}).outside(), 1U) << "nothing is to move";
    EXPECT_EQ(compare(before, after, {.band = 0, .first = 0.4}).outside(), 0U) << "but that";
    EXPECT_EQ(compare(before, after, {.band = 0, .first = 0.2}).outside(), 1U);
    EXPECT_EQ(compare(before, after, {.band = 0.02, .first = 0}).outside(), 1U);
}

TEST(ExactCompare, AValueThatIsGoneIsOutside)
{
    auto after = good();
    after.all.back().values.erase("first");
    const auto changed = compare(good(), after, {.band = 1});
    ASSERT_EQ(changed.outside(), 1U);
    EXPECT_EQ(changed.changes.back().value, "first");
    EXPECT_EQ(changed.changes.back().why, "gone");
}

TEST(ExactCompare, ComparesThePartThatBothHave)
{
    auto part = good();
    part.all.resize(2);
    auto one_more = part;
    one_more.all.push_back({"connections/7", {{"instructions", 1}}, {}});
    const auto changed = compare(good(), one_more, {.common = true});
    EXPECT_EQ(changed.changes.size(), 2U);
    EXPECT_EQ(changed.outside(), 0U);
    EXPECT_EQ(changed.common, 2U);
    EXPECT_EQ(changed.only_before, 9U);
    EXPECT_EQ(changed.only_after, 1U);
    EXPECT_EQ(compare(good(), one_more, {}).outside(), 10U) << "9 and a first";
}

TEST(ExactCompare, NothingIsInCommonWithNothing)
{
    EXPECT_EQ(compare({}, {}, {}).common, 0U);
    EXPECT_EQ(compare({}, good(), {}).common, 0U);
}

} // namespace
} // namespace gueway::exact
