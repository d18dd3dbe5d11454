// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/made_up.h"

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

TEST(ReportPage, HoldsBothSidesOfWhatDidNotPass)
{
    const auto page = report_page(made_up(), made_up_bugs, "gsobench matrix --kernel 6.1");
    for (const char* part :
         {"Of 8 cells 6 passed, 1 look like known bugs, 1 are unexplained", "● 1<", "✗ 1<",
          "<summary><code>gue/in4/out4/tcp-gso/fits/whole</code>", "id=\"gue.wire.tcp-gso\"",
          "href=\"#gue.wire.tcp-gso\"", "0000  45 00 <mark>05</mark>",
          "0000  45 00 <mark>06</mark>", "1 byte differs, the first at 0002: outer IPv4 length",
          "it is lost &lt;at times&gt;", "segment 2 is missing &amp; gone",
          "gsobench matrix --kernel 6.1"})
        EXPECT_TRUE(holds(page, part)) << part;
    EXPECT_FALSE(holds(page, "<script"));
    EXPECT_FALSE(holds(page, "<at times>"));
}

TEST(ReportPage, SaysWhyAShapeIsNotWell)
{
    EXPECT_TRUE(holds(report_page(made_up(), made_up_bugs, ""),
                      ">● 1</a><small><span>B1</span></small></td>"));
    auto matrix = made_up();
    matrix.kernels[1].cells[1].bugs = {"B4", "B3", "B2", "B1"};
    EXPECT_TRUE(holds(report_page(matrix, made_up_bugs, ""), "<span>B3</span> and 1 more</small>"));
}

TEST(ReportPage, SaysWhatChanged)
{
    const auto before = made_up();
    auto now = made_up();
    const Baseline baseline(before);
    auto found = changes(baseline, now);
    EXPECT_TRUE(
        holds(report_page(now, made_up_bugs, "", &found), "8 cells compared: nothing changed."));
    now.kernels[0].cells[0] = result(udp, Outcome::failed);
    found = changes(baseline, now);
    const auto page = report_page(now, made_up_bugs, "", &found);
    EXPECT_TRUE(holds(page, "8 cells compared: 1 worse, 0 better"));
    EXPECT_TRUE(holds(page, "<td class=\"bad\">worse</td>"));
}

TEST(ReportPage, SaysWhatWasThereBefore)
{
    auto matrix = good();
    EXPECT_FALSE(holds(report_page(matrix, made_up_bugs, ""), "were there before"));
    matrix.kernels[0].earlier = 4;
    EXPECT_TRUE(
        holds(report_page(matrix, made_up_bugs, ""), "–<small>4 were there before</small>"));
}

TEST(ReportPage, ADeathIsInTheHeadline)
{
    const auto page = report_page(with_a_death(), made_up_bugs, "");
    EXPECT_FALSE(holds(page, "All 4 cells passed"));
    EXPECT_TRUE(holds(page, "0 are unexplained; guests that died: 1; not all cells were run"));
    EXPECT_TRUE(holds(page, "BUG: &lt;gone&gt;"));
    EXPECT_TRUE(holds(page, "no rig"));
}

TEST(ReportPage, SaysWhenAllPassed)
{
    EXPECT_TRUE(holds(report_page(good(), made_up_bugs, ""), "<h1>All 4 cells passed</h1>"));
}

} // namespace
} // namespace gueway::matrix
