// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/axes.h"
#include "matrix/baseline.h"
#include "util/json.h"

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

constexpr const char* udp = "gue/in4/out4/udp/fits/whole";
constexpr const char* tcp = "gue/in4/out4/tcp-gso/fits/whole";

CellResult result(const char* cell, Outcome outcome, std::vector<std::string> bugs = {})
{
    CellResult made{.cell = *parse_cell(cell), .outcome = outcome, .bugs = std::move(bugs)};
    if (outcome != Outcome::passed) made.complaints = {"segment 2 is missing"};
    return made;
}

MatrixResult matrix(const char* kernel, std::vector<CellResult> cells)
{
    MatrixResult made{.seed = 1, .selection = "default"};
    made.kernels.push_back({.kernel = kernel, .ip_vs = "stock", .cells = std::move(cells)});
    return made;
}

MatrixResult before()
{
    return matrix("6.1", {result(udp, Outcome::passed), result(tcp, Outcome::known, {"B1"})});
}

bool holds(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

TEST(Baseline, OfTheSameNothingChanged)
{
    const auto old = before(), now = before();
    const auto found = changes(Baseline(old), now);
    EXPECT_TRUE(found.none());
    EXPECT_EQ(found.compared, 2U);
    EXPECT_TRUE(holds(changes_text(found), "2 cells compared: nothing changed"));
}

TEST(Baseline, ListsWhatChangedBothWays)
{
    const auto old = before();
    const auto now = matrix("6.1", {result(udp, Outcome::failed), result(tcp, Outcome::passed)});
    const auto found = changes(Baseline(old), now);
    ASSERT_EQ(found.worse.size(), 1U);
    ASSERT_EQ(found.better.size(), 1U);
    EXPECT_EQ(found.better[0].before, "known B1");
    EXPECT_TRUE(holds(changes_text(found), "Worse: 1\n  gue/in4/out4/udp/fits/whole on 6.1 stock\n"
                                           "    passed -> failed\n    segment 2 is missing\n"));
}

TEST(Baseline, AnotherBugIsAChange)
{
    const auto old = before();
    auto now = before();
    now.kernels[0].cells[1].bugs = {"B2"};
    EXPECT_EQ(changes(Baseline(old), now).worse.size(), 1U);
}

TEST(Baseline, OneBugLessIsBetter)
{
    auto old = before();
    old.kernels[0].cells[1].bugs = {"B1", "B2"};
    const auto found = changes(Baseline(old), before());
    EXPECT_EQ(found.better.size(), 1U);
    EXPECT_EQ(found.worse.size(), 0U);
}

TEST(Baseline, WhatFailsInAnotherWayIsAChange)
{
    const auto failed = [](const char* complaint) {
        auto made = result(udp, Outcome::failed);
        made.complaints = {complaint};
        return matrix("6.1", {made});
    };
    const auto old = failed("segment 2: source port is 20112, not 0x4e8f");
    EXPECT_TRUE(changes(Baseline(old), failed("segment 3: source port is 7, not 0x1")).none());
    EXPECT_EQ(changes(Baseline(old), failed("segment 3: payload differs")).worse.size(), 1U);
}

TEST(Baseline, ACellThatItHasNotMustBeWell)
{
    const auto old = matrix("6.1", {result(udp, Outcome::passed)});
    const auto against = [&](const CellResult& cell, bool allow_known = false) {
        const auto now = matrix("6.1", {cell});
        return Baseline(old, allow_known).against(now.kernels[0], now.kernels[0].cells[0]);
    };
    EXPECT_EQ(against(result(tcp, Outcome::passed)), Against::added);
    EXPECT_EQ(against(result(tcp, Outcome::known, {"B1"})), Against::added_bad);
    EXPECT_EQ(against(result(tcp, Outcome::known, {"B1"}), true), Against::added);
    EXPECT_EQ(against(result(tcp, Outcome::failed), true), Against::added_bad);
    EXPECT_EQ(against(result(tcp, Outcome::lost), true), Against::added_bad);
    const auto now = matrix("6.1", {result(udp, Outcome::passed), result(tcp, Outcome::failed)});
    const auto found = changes(Baseline(old), now);
    EXPECT_FALSE(found.none());
    EXPECT_TRUE(holds(changes_text(found), "not there -> failed"));
}

TEST(Baseline, OnlyInItIsCounted)
{
    const auto old = before();
    const auto now = matrix("6.1", {result(udp, Outcome::passed)});
    const auto found = changes(Baseline(old), now);
    EXPECT_TRUE(found.none());
    EXPECT_EQ(found.missing, 1U);
}

TEST(Baseline, PathsThatEndAlikeAreTwoKernels)
{
    auto old = matrix("/a/old/bzImage", {result(udp, Outcome::passed)});
    const auto now = matrix("/a/new/bzImage", {result(udp, Outcome::failed)});
    const Baseline baseline(old);
    EXPECT_TRUE(baseline.has("/a/old/bzImage", "stock"));
    EXPECT_FALSE(baseline.has("/a/old/bzImage", "patched"));
    EXPECT_FALSE(baseline.has("/a/new/bzImage", "stock"));
    const auto found = changes(baseline, now);
    EXPECT_EQ(found.compared, 0U);
    EXPECT_EQ(found.added_bad.size(), 1U);
    EXPECT_FALSE(holds(changes_text(found), "nothing changed"));
}

TEST(Baseline, AKernelWithoutCellsIsNotInIt)
{
    const auto old = matrix("6.1", {});
    EXPECT_FALSE(Baseline(old).has("6.1", "stock"));
    EXPECT_FALSE(holds(changes_text(changes(Baseline(old), old)), "nothing changed"));
}

// The archive has no headers for it any more, say.
TEST(Baseline, CellsThatARuleTakesNowAreAChange)
{
    constexpr const char* wire = "gue/in4/out4/udp/fits/wire";
    auto old = matrix("6.1", {result(udp, Outcome::passed), result(wire, Outcome::passed)});
    auto now = matrix("6.1", {result(udp, Outcome::passed)});
    EXPECT_TRUE(changes(Baseline(old), now).none()) << "no rule took it";
    now.kernels[0].excluded = {{"no-module", 100}};
    const auto found = changes(Baseline(old), now);
    EXPECT_FALSE(found.none());
    EXPECT_TRUE(holds(changes_text(found, 200), "6.1 stock: rule no-module leaves out 1 cells"));
    EXPECT_EQ(to_json(found).at("left_out").size(), 1U);
    now.selection = "default, of another size";
    EXPECT_TRUE(changes(Baseline(old), now).none()) << "what was asked for is another thing";
    now.selection = old.selection;
    old.kernels[0].excluded = now.kernels[0].excluded;
    EXPECT_TRUE(changes(Baseline(old), now).none()) << "it left out some then too";
}

// A kernel that has always warned, and a cell that has always killed it, are as they were.
TEST(Baseline, WhatWentWrongBesideTheCellsThenIsNoChange)
{
    auto old = before();
    old.kernels[0].boot = {"WARNING: CPU: 0 PID: 1 at mm/slub.c:71"};
    old.kernels[0].deaths = {{.cell = *parse_cell(udp), .why = "Kernel panic", .splats = {}}};
    auto now = old;
    now.kernels[0].boot[0] = "WARNING: CPU: 1 PID: 7 at mm/slub.c:72";
    now.kernels[0].deaths.push_back(now.kernels[0].deaths[0]);
    EXPECT_TRUE(changes(Baseline(old), now).none());
}

TEST(Baseline, WhatGoesWrongBesideTheCellsNowIsAChange)
{
    auto old = before();
    old.kernels[0].boot = {"WARNING: one"};
    old.kernels[0].deaths = {{.cell = *parse_cell(udp), .why = "Kernel panic", .splats = {}}};
    auto now = old;
    now.kernels[0].boot.emplace_back("WARNING: another");
    auto found = changes(Baseline(old), now);
    ASSERT_EQ(found.beside.size(), 1U);
    EXPECT_FALSE(found.none());
    EXPECT_EQ(found.beside[0].trouble.details, std::vector<std::string>{"WARNING: another"});
    EXPECT_TRUE(holds(changes_text(found, 200), "1 not in it beside the cells"));
    EXPECT_TRUE(holds(changes_text(found), "  6.1 stock: it complained while it booted: WARNING: "
                                           "another\n"));

    now = old;
    now.kernels[0].deaths.push_back({.cell = *parse_cell(tcp), .why = "gone", .splats = {"BUG"}});
    found = changes(Baseline(old), now);
    ASSERT_EQ(found.beside.size(), 1U);
    EXPECT_FALSE(found.none());
    EXPECT_EQ(dump_json_line(to_json(found).at("beside")[0].at("lines")), R"(["BUG"])");

    now = matrix("6.12", {result(udp, Outcome::passed)}); // of which it says nothing
    now.kernels[0].boot = old.kernels[0].boot;
    EXPECT_EQ(changes(Baseline(old), now).beside.size(), 1U);
}

TEST(Baseline, WhatStoppedAKernelIsNoChange)
{
    const auto old = before();
    auto now = before();
    now.kernels[0].stopped = "no rig";
    EXPECT_TRUE(changes(Baseline(old), now).beside.empty());
    EXPECT_EQ(Baseline(old).troubles(now.kernels[0]).size(), 1U);
}

TEST(Baseline, SaysHowManyAreNotListed)
{
    MatrixResult old{.seed = 1, .selection = "default"}, now = old;
    for (int i = 0; i < 60; ++i) {
        auto one = matrix(std::to_string(i).c_str(), {result(udp, Outcome::passed)});
        old.kernels.push_back(one.kernels[0]);
        one.kernels[0].cells[0].outcome = Outcome::lost;
        now.kernels.push_back(one.kernels[0]);
    }
    const auto found = changes(Baseline(old), now);
    EXPECT_TRUE(holds(changes_text(found), "Worse: 60\n"));
    EXPECT_TRUE(holds(changes_text(found), "and 10 more"));
    EXPECT_EQ(to_json(found).at("worse").size(), 60U);
}

TEST(Baseline, AsJsonNamesKernelAndCell)
{
    const auto old = before();
    const auto now =
        matrix("6.1", {result(udp, Outcome::failed), result(tcp, Outcome::known, {"B1"})});
    const auto json = to_json(changes(Baseline(old), now));
    EXPECT_EQ(json.at("compared"), 2);
    EXPECT_EQ(dump_json_line(json.at("worse")),
              R"([{"kernel":"6.1","ip_vs":"stock","cell":"gue/in4/out4/udp/fits/whole",)"
              R"("before":"passed","now":"failed"}])");
}

} // namespace
} // namespace gueway::matrix
