// SPDX-License-Identifier: GPL-2.0-only
// Which cells run again on a rig made anew, and what is said of them then.
#include "matrix/axes.h"
#include "matrix/sentinel.h"
#include "matrix/turns.h"
#include "tests/assert_ok.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

// Cells of one way, none of which is a sentinel of it; and one of another.
Cell cell(const char* size, const char* l4 = "tcp")
{
    return parse_cell(std::string("gue/in4/out4/") + l4 + "/" + size + "/whole").value();
}
const Cell one = cell("small"), other = cell("fits"), third = cell("less-1");
const Cell elsewhere = parse_cell("gre/in4/out4/tcp/fits/whole").value();

// A rig of which cells are told what becomes of them.
struct Script final : Stage {
    std::set<Cell> fail, know; // on any rig
    std::set<Cell> leave;      // something behind, which
    std::set<Cell> mind;       // these mind: cells, or sentinels
    std::set<Cell> break_rig;  // cannot be run to their end
    unsigned rigs = 0, sentinels_sent = 0;
    bool no_more_rigs = false;
    std::vector<Cell> ran; // without sentinels

    bool has_rig() const override { return up_; }
    Result<void> make_rig() override
    {
        if (no_more_rigs && rigs > 0) return error("rig", "make", "no room");
        ++rigs;
        up_ = true;
        dirty_ = false;
        return {};
    }
    void drop_rig() override { up_ = false; }
    Turn run(const Cell& cell) override
    {
        EXPECT_TRUE(up_) << name(cell);
        const auto all = sentinels(cell);
        const bool sentinel = std::ranges::find(all, cell) != all.end();
        if (sentinel)
            ++sentinels_sent;
        else
            ran.push_back(cell);
        Turn turn{.result = {.cell = cell}, .seen = Observation{}};
        if (know.contains(cell)) turn.result.outcome = Outcome::known, turn.result.bugs = {"N1"};
        if (fail.contains(cell)) matrix::fail(turn.result, {"by itself"});
        if (dirty_ && mind.contains(cell)) matrix::fail(turn.result, {"what was left"});
        if (break_rig.contains(cell)) {
            matrix::fail(turn.result, {"a fence did not come"});
            turn.seen.reset();
            up_ = false;
        }
        dirty_ = dirty_ || leave.contains(cell);
        return turn;
    }

private:
    bool up_ = false, dirty_ = false;
};

std::vector<CellResult> run(Turns& turns, const std::vector<Cell>& cells)
{
    std::vector<CellResult> results;
    for (size_t i = 0; i < cells.size(); ++i) {
        auto result = turns.run(cells[i], i + 1 < cells.size() ? &cells[i + 1] : nullptr);
        EXPECT_TRUE(result) << result.error().text();
        if (result) results.push_back(*std::move(result));
    }
    return results;
}
std::vector<CellResult> run(Script& script, const std::vector<Cell>& cells)
{
    Turns turns(script);
    return run(turns, cells);
}
using Lines = std::vector<std::string>;

TEST(Turns, CellsThatPassHaveOneSentinelForEachWay)
{
    Script script;
    for (const auto& result : run(script, {one, other, third, elsewhere}))
        EXPECT_EQ(result.outcome, Outcome::passed);
    EXPECT_EQ(script.rigs, 1U);
    EXPECT_EQ(script.sentinels_sent, 2U);
    EXPECT_EQ(script.ran.size(), 4U);
}

TEST(Turns, WhatFailsByItselfFailsAgain)
{
    Script script;
    script.fail = {other};
    const auto results = run(script, {one, other, third});
    EXPECT_EQ(results[1].complaints, Lines{"by itself"});
    EXPECT_EQ(script.rigs, 2U);
    EXPECT_EQ(script.ran, (std::vector<Cell>{one, other, other, third}));
    EXPECT_EQ(results[2].outcome, Outcome::passed);
}

TEST(Turns, WhatFailsBehindAnotherOnlyIsFailedAndSaysSo)
{
    Script script;
    script.leave = {one};
    script.mind = {third};
    const auto results = run(script, {one, other, third, other});
    EXPECT_EQ(results[0].outcome, Outcome::passed);
    EXPECT_EQ(results[2].outcome, Outcome::failed);
    EXPECT_EQ(results[2].complaints,
              (Lines{"it failed after gue/in4/out4/tcp/fits/whole and 1 before it; on a rig "
                     "made anew it passes:",
                     "what was left"}));
    EXPECT_EQ(results[3].outcome, Outcome::passed);
    script.know = {third};
    EXPECT_EQ(run(script, {one, third})[1].complaints[0],
              "it failed after gue/in4/out4/tcp/small/whole; on a rig made anew it is known (N1):");
}

TEST(Turns, WhatIsKnownDoesNotRunAgain)
{
    Script script;
    script.know = {other};
    EXPECT_EQ(run(script, {one, other, third})[1].outcome, Outcome::known);
    EXPECT_EQ(script.rigs, 1U);
    EXPECT_EQ(script.ran.size(), 3U);
    EXPECT_EQ(script.sentinels_sent, 2U + 1U) << "behind it, and at the end";
}

TEST(Turns, WhatHasNobodyUnaskedBeforeItDoesNotRunAgain)
{
    Script script;
    script.fail = {one, other, elsewhere};
    run(script, {one, other, third, elsewhere}); // the first; behind one that failed; another way
    EXPECT_EQ(script.rigs, 1U);
    EXPECT_EQ(script.ran.size(), 4U);
}

TEST(Turns, ASentinelThatDoesNotComeIsNotTheLastCellsFaultAlone)
{
    Script script;
    script.leave = {one};
    script.mind = {sentinels(one).back()};
    const auto results = run(script, {one, other});
    EXPECT_EQ(results[0].outcome, Outcome::passed);
    EXPECT_EQ(
        results[1].complaints,
        (Lines{"it failed after gue/in4/out4/tcp/small/whole; on a rig made anew it passes:",
               "afterwards gue/in4/out4/udp/fits/whole did not come through:", "what was left"}));
    script.leave = {other};
    const auto own = run(script, {one, other, elsewhere});
    EXPECT_EQ(own[1].complaints[0], "afterwards gue/in4/out4/udp/fits/whole did not come through:");
    EXPECT_EQ(own[2].outcome, Outcome::passed) << "on another rig";
}

TEST(Turns, WhatCannotBeRunRunsAgainToo)
{
    Script script;
    script.break_rig = {other};
    const auto results = run(script, {one, other, third});
    EXPECT_EQ(results[1].complaints, Lines{"a fence did not come"});
    EXPECT_EQ(script.ran, (std::vector<Cell>{one, other, other, third}));
    EXPECT_EQ(script.rigs, 3U);
}

TEST(Turns, WithoutAnotherRigWhatWasSeenStands)
{
    Script script;
    script.fail = {other};
    script.no_more_rigs = true;
    Turns turns(script);
    const auto results = run(turns, {one, other});
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[1].complaints,
              (Lines{"it failed after gue/in4/out4/tcp/small/whole, and could not run again: rig: "
                     "make: no room",
                     "by itself"}));
    EXPECT_FALSE(turns.run(third, nullptr));
}

TEST(Turns, TellEachCellOnceWithItsVerdict)
{
    Script script;
    script.leave = {one};
    script.mind = {other};
    std::vector<CellResult> told;
    Turns turns(script,
                [&](const CellResult& result, const Observation&) { told.push_back(result); });
    run(turns, {one, other, third});
    ASSERT_EQ(told.size(), 3U);
    EXPECT_EQ(told[1].outcome, Outcome::failed);
    EXPECT_TRUE(told[1].complaints[0].starts_with("it failed after ")) << told[1].complaints[0];
}

// Every second one of a thousand.
TEST(Turns, CostIsBounded)
{
    Script script;
    script.fail = {other};
    std::vector<Cell> cells;
    for (int i = 0; i < 500; ++i) cells.insert(cells.end(), {one, other});
    const auto results = run(script, cells);
    for (size_t i = 0; i < cells.size(); ++i)
        EXPECT_EQ(results[i].complaints, i % 2 ? Lines{"by itself"} : Lines()) << i;
    EXPECT_EQ(script.rigs, 1 + Turns::most_anew);
    EXPECT_EQ(script.ran.size(), cells.size() + Turns::most_anew);
    // Still nobody is failed for another.
    script.leave = {one};
    script.mind = {sentinels(one).back()};
    Turns turns(script);
    run(turns, cells);
    script.fail.clear();
    const auto blamed = run(turns, {one, other});
    EXPECT_EQ(blamed[0].outcome, Outcome::failed);
    EXPECT_EQ(blamed[1].outcome, Outcome::passed);
}

} // namespace
} // namespace gueway::matrix
