// SPDX-License-Identifier: GPL-2.0-only
// What is made of the exact benchmark's figures, on figures that are made up.
#include "exact/compare.h"
#include "exact/page.h"
#include "exact/tables.h"
#include "tests/assert_ok.h"
#include "util/json.h"

#include <gtest/gtest.h>

namespace gueway::exact {
namespace {

Figure way(const std::string& name, double ipvs, double tunnel, double device, double segments = 1)
{
    return {"way/" + name,
            {{"sender", 900},
             {"receive", 100},
             {"ipvs", ipvs},
             {"output", 10},
             {"tunnel", tunnel},
             {"device", device},
             {"segments", segments},
             {"instructions", 110 + ipvs + tunnel + device}},
            {}};
}

Figures example()
{
    Figures figures{.context = {{"kernel", "6.1.0-56"}}, .artefacts = {{"kernel", "ab"}}};
    figures.all = {way("fou-interface/64B/offload", 100, 400, 30),
                   way("fou-interface/64B/software", 100, 400, 30),
                   way("fou-interface/64KiB/offload", 100, 450, 40),
                   way("fou-interface/64KiB/software", 100, 450, 4000, 45),
                   way("gue-csum/64B/offload", 250, 0, 30),
                   way("gue-csum/64B/software", 250, 0, 30),
                   way("gue-csum/64KiB/offload", 250, 0, 40),
                   way("gue-csum/64KiB/software", 250, 0, 5000, 45),
                   {"hotfix/64B", {{"instructions", 29}}, {}},
                   {"connections/1000", {{"instructions", 4610}}, {}},
                   {"workers/mh/4000", {{"instructions", 4600}, {"first", 1200}}, {}},
                   {"workers/mh/9", {}, "no module"}};
    return figures;
}

TEST(ExactFigures, ComeBackFromJson)
{
    const auto json = to_json(example());
    const auto again = parse(json, "test");
    ASSERT_OK(again);
    EXPECT_EQ(dump_json(to_json(*again)), dump_json(json));
    EXPECT_EQ(again->find("workers/mh/9")->error, "no module");
    EXPECT_EQ(json["schema"], schema);
}

TEST(ExactFigures, AreRefusedWhenTheyAreNone)
{
    for (const char* text :
         {"[]", R"({"context":{}})", R"({"context":{},"benchmarks":[{}]})",
          R"({"context":{},"benchmarks":[{"name":"a","counters":{"device":1}}]})",
          R"({"context":{},"benchmarks":[{"name":"a","counters":{"instructions":"1"}}]})",
          R"({"context":{"a":1},"benchmarks":[]})",
          R"({"schema":"gueway.drops/1","context":{},"benchmarks":[]})"}) {
        const auto json = parse_json(text, "test");
        ASSERT_OK(json);
        EXPECT_FALSE(parse(*json, "test").has_value()) << text;
    }
}

TEST(ExactFigures, SoftwareHasAColumnWhereItDiffers)
{
    const auto columns = size_columns(example());
    ASSERT_EQ(columns.size(), 3U);
    EXPECT_EQ(column_title(columns[0]), "64B");
    EXPECT_EQ(column_title(columns[1]), "64KiB, offloaded");
    EXPECT_EQ(column_title(columns[2]), "64KiB, in software");
    const auto text = table_text(ways_table(example()));
    EXPECT_NE(text.find("gue-csum"), std::string::npos);
    EXPECT_NE(text.find("5360"), std::string::npos) << text;
}

TEST(ExactFigures, SayWhereGueTakesMoreThanTheDevice)
{
    const auto lines = against_legacy(example());
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_FALSE(lines[0].more);
    EXPECT_EQ(lines[0].line, "gue-csum, 64B: 390 against 640, 250 fewer (-39.1 %): ipvs +150, "
                             "tunnel -400");
    EXPECT_TRUE(lines[2].more);
    EXPECT_NE(lines[2].line.find("device +1000"), std::string::npos) << lines[2].line;
}

TEST(ExactFigures, ThePageHasThemAll)
{
    const auto html = page(example(), "gsobench exact");
    for (const char* text : {"way", "64KiB, in software", "5360", "hotfix", "4610", "no module",
                             "It takes more instructions in 1 of 3 figures", "gsobench exact"})
        EXPECT_NE(html.find(text), std::string::npos) << text;
}

TEST(ExactCompare, TheSameIsWithinABandOfNothing)
{
    const auto same = compare(example(), example(), 0);
    EXPECT_EQ(same.outside(), 0U);
    EXPECT_TRUE(same.artefacts.empty());
    EXPECT_EQ(same.changes.size(), 12U); // 11 instructions, 1 first
}

TEST(ExactCompare, MarksWhatMovedByMoreThanTheBandAndWhere)
{
    auto after = example();
    after.all[0] = way("fou-interface/64B/offload", 100, 407, 30);
    EXPECT_EQ(compare(example(), after, 0.02).outside(), 0U);
    const auto moved = compare(example(), after, 0.01);
    EXPECT_EQ(moved.outside(), 1U);
    EXPECT_TRUE(moved.changes[0].outside);
    EXPECT_EQ(moved.changes[0].stage, "tunnel +7");
    EXPECT_EQ(compare(after, example(), 0.01).outside(), 1U) << "less is a change too";
}

TEST(ExactCompare, AFigureThatIsGoneOrFailedIsOutside)
{
    auto after = example();
    after.all[0].error = "no packets";
    after.all[0].values.clear();
    after.all[3].values["segments"] = 44;
    std::erase_if(after.all, [](const Figure& each) { return each.name == "hotfix/64B"; });
    const auto changed = compare(example(), after, 1);
    EXPECT_EQ(changed.outside(), 3U);
    // One that is new is not.
    EXPECT_EQ(compare(after, example(), 1).outside(), 1U) << "segments";
}

TEST(ExactCompare, SaysWhatElseDiffers)
{
    auto after = example();
    after.artefacts["kernel"] = "cd";
    after.context["qemu"] = "8.0";
    const auto lines = compare(example(), after, 0).artefacts;
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0], "qemu: none before, 8.0 now");
    EXPECT_EQ(lines[1], "kernel: ab before, cd now");
}

TEST(ExactCompare, ReadsBands)
{
    EXPECT_EQ(parse_band("0.5%"), 0.005);
    EXPECT_EQ(parse_band("2"), 0.02);
    EXPECT_EQ(parse_band("0%"), 0.0);
    for (const char* text : {"", "%", "-1%", "a", "1%%", "nan", "1 %"})
        EXPECT_FALSE(parse_band(text)) << text;
}

} // namespace
} // namespace gueway::exact
