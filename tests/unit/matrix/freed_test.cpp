// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/axes.h"
#include "matrix/freed.h"
#include "matrix/select.h"
#include "matrix/variants.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

TEST(Freed, IsCountedWhereTheCompilerHasTheFunction)
{
    const Counts seen = {{"__ip_finish_output", 1}, {"ip6_finish_output", 3}, {"gre_rcv", 2}};
    EXPECT_EQ(freed_by("ip_finish_output_gso", seen), 1U);
    EXPECT_EQ(freed_by("ip6_finish_output_gso_slowpath_drop", seen), 3U);
    EXPECT_EQ(freed_by("gre_rcv", seen), 2U);
    EXPECT_EQ(freed_by("ip_vs_tunnel_xmit_v6", seen), 0U);
    EXPECT_EQ(freed_by("__ip_finish_output", seen), 0U) << "is no function of the table";
}

const std::vector<Cell>& cells()
{
    static const auto all = select({.abilities = {.wire = true, .udp_gso = true}}).value().cells;
    return all;
}

// Of nothing that may be seen is a loss excused by silence.
TEST(Freed, EachLossHasAnAccount)
{
    for (const auto& cell : cells())
        for (const auto& [bugs, look] : variants(cell)) {
            EXPECT_TRUE(look.freed.empty() || needs_frees(cell)) << name(cell);
            const bool counted = !look.director.empty() || !look.worker.empty();
            const bool lossy = look.lengths.empty() || look.untaken > 0 || look.skipped > 0;
            EXPECT_TRUE(!lossy || counted || look.icmp || !look.freed.empty())
                << name(cell) << ": " << testing::PrintToString(bugs);
            for (const auto& [function, by] : look.freed)
                EXPECT_NE(std::ranges::find(freers(), function, &Freer::function), freers().end())
                    << function;
        }
}

// It costs time, and is asked of few.
TEST(Freed, IsLookedAtInFewCells)
{
    const auto needed = static_cast<size_t>(std::ranges::count_if(cells(), needs_frees));
    EXPECT_GT(needed, 0U);
    EXPECT_LT(needed, cells().size() / 4);
    EXPECT_FALSE(needs_frees(parse_cell("gue/in4/out4/tcp-gso/fits/wire").value()))
        << "the device counts it";
    EXPECT_TRUE(needs_frees(parse_cell("gue/in4/out6/tcp/fits/whole/least-less-1").value()));
}

} // namespace
} // namespace gueway::matrix
