// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/axes.h"
#include "tests/unit/matrix/made_up.h"
#include "util/process.h"
#include "util/text.h"

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

std::string xpath(const std::string& xml, const std::string& expression)
{
    const auto told = run({"xmllint", "--nonet", "--xpath", expression, "-"}, {.input = xml});
    return told ? std::string(trim(told->output)) : told.error().text();
}

TEST(Junit, CountsWhatItHolds)
{
    const auto xml = junit_xml(made_up(), made_up_bugs);
    EXPECT_EQ(xpath(xml, "string(/testsuites/@tests)"), "8");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@failures)"), "2");
    EXPECT_EQ(xpath(xml, "count(//testcase)"), "8");
    EXPECT_EQ(xpath(xml, "count(//failure)"), "2");
    EXPECT_EQ(xpath(xml, "string(//testsuite[2]/@failures)"), "2");
    EXPECT_EQ(xpath(xml, "string(//failure[@type='B1']/../@name)"), tcp);
    EXPECT_EQ(xpath(xml, "string(//failure[@type='unexplained']/@message)"),
              "segment 2 is missing & gone");
    EXPECT_TRUE(
        holds(xpath(xml, "string(//failure[@type='B1'])"), "it is lost <at times>; fix: abc"));
}

TEST(Junit, KnownBugsMayBeAllowed)
{
    const auto xml = junit_xml(made_up(), made_up_bugs, {.allow_known = true});
    EXPECT_EQ(xpath(xml, "count(//failure)"), "1");
    EXPECT_EQ(xpath(xml, "count(//skipped)"), "1");
    EXPECT_EQ(xpath(xml, "string(//testsuite[2]/@skipped)"), "1");
}

TEST(Junit, AgainstABaselineOnlyChangesAreFailures)
{
    auto before = made_up(), now = made_up();
    const Baseline baseline(before);
    auto xml = junit_xml(now, made_up_bugs, {.baseline = &baseline});
    EXPECT_EQ(xpath(xml, "count(//failure | //error)"), "0");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@failures)"), "0");
    EXPECT_EQ(xpath(xml, "count(//skipped)"), "2");
    EXPECT_EQ(xpath(xml, "string(//skipped/@message)"), "as in the baseline: known B1");
    now.kernels[0].cells[0] = result(udp, Outcome::failed);
    now.kernels[1].cells[1] = result(tcp, Outcome::passed);
    xml = junit_xml(now, made_up_bugs, {.baseline = &baseline});
    EXPECT_EQ(xpath(xml, "string(//failure[@type='worse']/@message)"),
              "passed -> failed: segment 2 is missing & gone");
    EXPECT_EQ(xpath(xml, "string(//failure[@type='better']/@message)"),
              "known B1 -> passed: renew the baseline");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@failures)"), "2");
}

TEST(Junit, WhatTheBaselineHasNotIsJudgedAlone)
{
    auto before = made_up();
    before.kernels[1].cells.resize(1);
    const Baseline baseline(before);
    const auto xml = junit_xml(made_up(), made_up_bugs, {.baseline = &baseline});
    EXPECT_EQ(xpath(xml, "count(//failure[@type='B1'])"), "1");
    EXPECT_EQ(xpath(xml, "count(//failure[@type='unexplained'])"), "1");
}

TEST(Junit, ADeathIsAnErrorOfItsOwn)
{
    const auto xml = junit_xml(with_a_death(), made_up_bugs);
    EXPECT_EQ(xpath(xml, "string(//error[@type='death']/@message)"),
              std::string("a guest died during ") + udp + ": BUG: <gone>");
    EXPECT_EQ(xpath(xml, "string(//error[@type='stopped']/@message)"),
              "not all cells were run: no rig");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@errors)"), "2");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@tests)"), xpath(xml, "count(//testcase)"));
}

TEST(Junit, ADeathThatTheBaselineHasTooIsSkipped)
{
    auto before = with_a_death();
    before.kernels[0].stopped.clear();
    auto now = before;
    now.kernels[0].deaths.push_back({.cell = *parse_cell(tcp), .why = "BUG: new", .splats = {}});
    const Baseline baseline(before);
    const auto xml = junit_xml(now, made_up_bugs, {.baseline = &baseline});
    EXPECT_EQ(xpath(xml, "string(//testcase[@name='death 1']/skipped/@message)"),
              std::string("as in the baseline: a guest died during ") + udp + ": BUG: <gone>");
    EXPECT_EQ(xpath(xml, "string(//testcase[@name='death 2']/error/@type)"), "death");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@errors)"), "1");
    EXPECT_EQ(xpath(xml, "string(//testsuite/@skipped)"), "1");
}

TEST(Junit, CellsThatWereNotRunAgainAreFailuresOfTheBaseline)
{
    auto before = made_up();
    for (auto& kernel : before.kernels) kernel.excluded.clear();
    auto now = before;
    for (auto& kernel : now.kernels) {
        std::erase_if(kernel.cells, [](const auto& one) { return one.cell == *parse_cell(wire); });
        kernel.excluded["no-module"] = 1;
    }
    const Baseline baseline(before);
    auto found = changes(baseline, now);
    const auto xml = junit_xml(now, made_up_bugs, {.baseline = &baseline, .changes = &found});
    EXPECT_EQ(xpath(xml, "count(//failure[@type='left-out'])"), "2");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@failures)"), "2");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@tests)"), xpath(xml, "count(//testcase)"));
    found = changes(Baseline({}), now);
    EXPECT_EQ(xpath(junit_xml(now, made_up_bugs, {.changes = &found}),
                    "count(//failure[@type='nothing-compared'])"),
              "1");
}

TEST(Junit, ALostCellIsAnError)
{
    auto matrix = good();
    matrix.kernels[0].cells[0] = result(udp, Outcome::lost);
    EXPECT_EQ(xpath(junit_xml(matrix, made_up_bugs), "string(//error/@type)"), "lost");
}

} // namespace
} // namespace gueway::matrix
