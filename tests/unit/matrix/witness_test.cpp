// SPDX-License-Identifier: GPL-2.0-only
// What guests say, fed to the one who listens.
#include "matrix/axes.h"
#include "matrix/kernel_log.h"
#include "matrix/witness.h"
#include "tests/assert_ok.h"

#include <numeric>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

using Places = std::vector<size_t>;

constexpr const char* warning = "WARNING: CPU: 0 PID: 1 at net/core/dev.c:3230 skb_warn()";
constexpr const char* panic = "Kernel panic - not syncing: Fatal exception in interrupt";
constexpr const char* silent = "it ended without saying so";

class Witnesses : public testing::Test {
protected:
    std::vector<Cell> selection_ = [] {
        std::vector<Cell> cells;
        for (const char* size : {"less-1", "fits", "more-1", "more-4"})
            cells.push_back(*parse_cell(fmt::format("gue/in4/out4/udp/{}/whole", size)));
        return cells;
    }();
    Ledger ledger_{selection_};
    Witness guest_{selection_, ledger_, {0, 1, 2, 3}};

    void SetUp() override { guest_.comes_up(); }
    CellResult passed(size_t place) const { return {.cell = selection_[place]}; }
    CellResult tells(size_t place, const std::string& splat) const
    {
        return {.cell = selection_[place],
                .outcome = Outcome::known,
                .complaints = {std::string(kernel_says) + splat},
                .bugs = {"list-offload"}};
    }
    void pass(const Places& places)
    {
        for (const size_t place : places) guest_.result(place, passed(place));
    }
    Outcome outcome(size_t place) const { return ledger_.result(place)->outcome; }
};

TEST_F(Witnesses, WhatTheGuestToldIsToldOnce)
{
    pass({0});
    guest_.splat(warning);
    guest_.result(1, tells(1, warning));
    pass({2, 3});
    const auto end = guest_.end("");
    EXPECT_FALSE(end.death);
    EXPECT_TRUE(end.changed.empty());
    EXPECT_EQ(outcome(1), Outcome::known);
}

// The log may come late; what counts is that the guest told as many.
TEST_F(Witnesses, ALineOfTheLogThatCameLateIsToldToo)
{
    pass({0});
    guest_.result(1, tells(1, warning));
    pass({2, 3});
    guest_.splat(warning);
    EXPECT_TRUE(guest_.end("").changed.empty());
}

TEST_F(Witnesses, WhatTheGuestDidNotTellIsTheNextResults)
{
    pass({0});
    guest_.splat(warning);
    guest_.result(1, tells(1, warning));
    guest_.splat(warning); // the same once more
    pass({2, 3});
    const auto end = guest_.end("");
    EXPECT_EQ(end.changed, Places{2});
    EXPECT_EQ(outcome(1), Outcome::known);
    EXPECT_EQ(outcome(2), Outcome::failed);
    EXPECT_TRUE(ledger_.result(2)->complaints.front().contains(warning));
}

TEST_F(Witnesses, BehindTheLastResultItIsTheLastOnes)
{
    pass({0, 1, 2, 3});
    guest_.splat(warning);
    EXPECT_EQ(guest_.end("").changed, Places{3});
    EXPECT_EQ(outcome(3), Outcome::failed);
}

TEST_F(Witnesses, WhatAKernelSaidBeforeItsFirstCellIsNoCells)
{
    Witness guest(selection_, ledger_, {0, 1});
    guest.splat(warning);
    guest.comes_up();
    guest.result(0, passed(0));
    guest.result(1, passed(1));
    EXPECT_EQ(guest.boot(), std::vector<std::string>{warning});
    EXPECT_TRUE(guest.end("").changed.empty());
    EXPECT_EQ(outcome(0), Outcome::passed);
}

TEST_F(Witnesses, AGuestThatGoesWrongBehindItsLastCellIsADeathToo)
{
    pass({0, 1, 2, 3});
    const auto end = guest_.end("status 3");
    ASSERT_TRUE(end.death);
    EXPECT_EQ(text(*end.death), "after gue/in4/out4/udp/more-4/whole: status 3");
    EXPECT_TRUE(guest_.done());
    EXPECT_EQ(outcome(3), Outcome::passed);
}

TEST_F(Witnesses, ADeathIsHeldAgainstTheCellThatHadNotEnded)
{
    pass({0, 1});
    guest_.splat(panic);
    const auto end = guest_.end(silent);
    ASSERT_TRUE(end.death);
    EXPECT_EQ(end.death->cell, selection_[2]);
    EXPECT_EQ(end.death->when, Death::When::during);
    EXPECT_EQ(end.death->why, panic);
    EXPECT_EQ(end.death->splats, std::vector<std::string>{panic});
    EXPECT_FALSE(end.lost);
    EXPECT_FALSE(guest_.done());
    EXPECT_EQ(outcome(1), Outcome::passed);
}

TEST_F(Witnesses, OrAgainstTheLastThatHadWhenItsLineCameAfterThePanic)
{
    pass({0});
    guest_.splat(panic);
    pass({1});
    const auto end = guest_.end(silent);
    ASSERT_TRUE(end.death);
    EXPECT_EQ(end.death->cell, selection_[1]);
    EXPECT_EQ(end.death->when, Death::When::after);
    EXPECT_EQ(end.changed, Places{1});
    EXPECT_EQ(outcome(1), Outcome::failed);
}

TEST_F(Witnesses, ADeathWithoutAWordIsOneToo)
{
    pass({0});
    guest_.splat(warning);
    pass({1, 2});
    const auto end = guest_.end(silent);
    ASSERT_TRUE(end.death);
    EXPECT_EQ(end.death->cell, selection_[3]);
    EXPECT_EQ(end.death->why, silent);
    EXPECT_TRUE(end.death->splats.empty());
    EXPECT_EQ(outcome(1), Outcome::failed) << "the warning was its";
}

TEST_F(Witnesses, TheSecondGuestThatACellKillsLosesIt)
{
    pass({0});
    EXPECT_FALSE(guest_.end(silent).lost);
    Witness second(selection_, ledger_, ledger_.undone());
    second.comes_up();
    second.splat(panic);
    const auto end = second.end(silent);
    EXPECT_TRUE(end.lost);
    EXPECT_EQ(end.changed, Places{1});
    EXPECT_EQ(outcome(1), Outcome::lost);
    ASSERT_TRUE(end.death);
    EXPECT_EQ(end.death->cell, selection_[1]);
}

} // namespace
} // namespace gueway::matrix
