// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/axes.h"
#include "matrix/baseline.h"
#include "matrix/report.h"
#include "matrix/report_cell.h"
#include "report/columns.h"
#include "tests/assert_ok.h"
#include "util/process.h"
#include "util/text.h"

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

bool never(const Cell&)
{
    return false;
}

const std::array<KnownBug, 1> bugs = {KnownBug{"B1", "it is lost <at times>",
                                               "abc123 net: do not lose it", "6.4, 6.1.36", never,
                                               [](const Cell&, const Symptoms&) { return false; }}};

CellResult result(const char* cell, Outcome outcome)
{
    CellResult made{.cell = *parse_cell(cell), .outcome = outcome};
    if (outcome == Outcome::passed) return made;
    made.complaints = {"segment 2 is missing & gone", "only 1 came"};
    made.expected = {{"worker u0", "IPv4 1500", {}}};
    made.seen = {{"worker u0", "IPv4 1499", {0x45, 0x00, 0x05}}};
    made.accounts = {"d1 tx_dropped 1"};
    if (outcome == Outcome::known) made.bugs = {"B1"};
    return made;
}

KernelResult kernel(const char* ip_vs, std::vector<CellResult> cells)
{
    return {.kernel = "/home/me/6.1",
            .ip_vs = ip_vs,
            .release = "6.1.0-9",
            .version = "#1",
            .seconds = 2,
            .excluded = {{"no-module", 3}},
            .cells = std::move(cells)};
}

constexpr const char* udp = "gue/in4/out4/udp/fits/whole";
constexpr const char* tcp = "gue/in4/out4/tcp-gso/fits/whole";
constexpr const char* wire = "gue/in4/out4/tcp-gso/fits/wire";
constexpr const char* ipip = "ipip/in4/out4/udp/fits/wire";

MatrixResult made_up()
{
    using enum Outcome;
    return {.seed = 1,
            .selection = "default",
            .kernels = {kernel("stock", {result(udp, passed), result(tcp, passed),
                                         result(wire, passed), result(ipip, passed)}),
                        kernel("vulnerable", {result(udp, passed), result(tcp, known),
                                              result(wire, failed), result(ipip, passed)})}};
}

MatrixResult good()
{
    auto matrix = made_up();
    matrix.kernels.pop_back();
    return matrix;
}

MatrixResult with_a_death()
{
    auto matrix = good();
    matrix.kernels[0].deaths = {{.cell = *parse_cell(udp), .why = "BUG: <gone>", .splats = {}}};
    matrix.kernels[0].stopped = "no rig";
    return matrix;
}

std::vector<std::string> rows(const MatrixResult& result, Detail detail)
{
    std::vector<std::string> found;
    for (const auto& shape : shapes(result, detail)) {
        found.push_back(shape.tunnel + " " + shape.underlay + " " + shape.l4);
        for (const auto& counts : shape.counts) found.back() += " " + std::to_string(counts.all());
    }
    return found;
}
using Rows = std::vector<std::string>;

TEST(Shapes, WhereAllIsWellTheyAreToldTogether)
{
    for (const auto detail : {Detail::each, Detail::brief})
        EXPECT_EQ(rows(good(), detail), (Rows{"ipip all all 1", "gue all all 3"}));
}

TEST(Shapes, WhatIsNotWellIsToldApart)
{
    EXPECT_EQ(rows(made_up(), Detail::each),
              (Rows{"ipip all all 1 1", "gue whole tcp-gso 1 1", "gue wire tcp-gso 1 1",
                    "gue all the rest 1 1"}));
    EXPECT_EQ(rows(made_up(), Detail::brief),
              (Rows{"ipip all all 1 1", "gue all tcp-gso 2 2", "gue all the rest 1 1"}));
}

TEST(Shapes, WhatIsWellOnSomeUnderlaysIsNotToldAsIfItWereNot)
{
    auto matrix = made_up();
    matrix.kernels[1].cells[1] = result(tcp, Outcome::passed);
    EXPECT_EQ(rows(matrix, Detail::brief),
              (Rows{"ipip all all 1 1", "gue wire tcp-gso 1 1", "gue all the rest 2 2"}));
}

bool holds(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

TEST(ReportText, SaysWhichBugAndWhatNobodyCanExplain)
{
    const auto text = report_text(made_up(), bugs);
    for (const char* part :
         {"6.1 stock", "6.1 vulnerable", "0 1k 1F", "B1\n    it is lost <at times>",
          "cells: 0 on 6.1 stock, 1 on 6.1 vulnerable", "fix: abc123 net: do not lose it",
          "first good: 6.4, 6.1.36",
          "gue/in4/out4/tcp-gso/fits/wire\n    failed on 6.1 vulnerable: segment 2 is missing & "
          "gone",
          "4 cells: 2 passed, 1 known, 1 failed, 0 lost; 2 s", "1 rules leave out 3 combinations"})
        EXPECT_TRUE(holds(text, part)) << part << "\n" << text;
    for (const auto line : lines(text)) EXPECT_LE(display_width(line), 80U) << line;
}

TEST(ReportText, TellsDeaths)
{
    const auto text = report_text(with_a_death(), bugs);
    EXPECT_TRUE(holds(text, std::string("Guests that died:\n    6.1 stock, during ") + udp))
        << text;
    EXPECT_TRUE(holds(text, "not all cells were run: no rig")) << text;
    EXPECT_FALSE(holds(report_text(good(), bugs), "Guests"));
}

TEST(ReportText, ListsTheFirstTwentyOnly)
{
    auto matrix = good();
    matrix.kernels[0].cells.assign(25, result(udp, Outcome::lost));
    const auto text = report_text(matrix, bugs);
    EXPECT_TRUE(holds(text, "the first 20 of 25")) << text;
}

std::string xpath(const std::string& xml, const std::string& expression)
{
    const auto told = run({"xmllint", "--nonet", "--xpath", expression, "-"}, {.input = xml});
    return told ? std::string(trim(told->output)) : told.error().text();
}

class Junit : public testing::Test {
protected:
    void SetUp() override
    {
        if (!run({"xmllint", "--version"})) GTEST_SKIP() << "no xmllint: install libxml2-utils";
    }
};

TEST_F(Junit, CountsWhatItHolds)
{
    const auto xml = junit_xml(made_up(), bugs);
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

TEST_F(Junit, KnownBugsMayBeAllowed)
{
    const auto xml = junit_xml(made_up(), bugs, true);
    EXPECT_EQ(xpath(xml, "count(//failure)"), "1");
    EXPECT_EQ(xpath(xml, "count(//skipped)"), "1");
    EXPECT_EQ(xpath(xml, "string(//testsuite[2]/@skipped)"), "1");
}

TEST_F(Junit, ADeathIsAnErrorOfItsOwn)
{
    const auto xml = junit_xml(with_a_death(), bugs);
    EXPECT_EQ(xpath(xml, "string(//error[@type='death']/@message)"),
              std::string("during ") + udp + ": BUG: <gone>");
    EXPECT_EQ(xpath(xml, "string(//error[@type='stopped']/@message)"), "no rig");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@errors)"), "2");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@tests)"), xpath(xml, "count(//testcase)"));
}

TEST_F(Junit, ALostCellIsAnError)
{
    auto matrix = good();
    matrix.kernels[0].cells[0] = result(udp, Outcome::lost);
    EXPECT_EQ(xpath(junit_xml(matrix, bugs), "string(//error/@type)"), "lost");
}

TEST(ReportPage, HoldsBothSidesOfWhatDidNotPass)
{
    const auto page = report_page(made_up(), bugs, "gsobench matrix --kernel 6.1");
    for (const char* part :
         {"Of 8 cells 6 passed, 1 look like known bugs, 1 are unexplained", "● 1<", "✗ 1<",
          "<summary><code>gue/in4/out4/tcp-gso/fits/whole</code>", "id=\"gue.wire.tcp-gso\"",
          "href=\"#gue.wire.tcp-gso\"", "0000  45 00 05", "it is lost &lt;at times&gt;",
          "segment 2 is missing &amp; gone", "gsobench matrix --kernel 6.1"})
        EXPECT_TRUE(holds(page, part)) << part;
    EXPECT_FALSE(holds(page, "<script"));
    EXPECT_FALSE(holds(page, "<at times>"));
}

TEST(ReportPage, ADeathIsInTheHeadline)
{
    const auto page = report_page(with_a_death(), bugs, "");
    EXPECT_FALSE(holds(page, "All 4 cells passed"));
    EXPECT_TRUE(holds(page, "0 are unexplained; guests that died: 1; not all cells were run"));
    EXPECT_TRUE(holds(page, "BUG: &lt;gone&gt;"));
    EXPECT_TRUE(holds(page, "no rig"));
}

TEST(ReportPage, SaysWhenAllPassed)
{
    EXPECT_TRUE(holds(report_page(good(), bugs, ""), "<h1>All 4 cells passed</h1>"));
}

TEST(HexDump, HasSixteenBytesALine)
{
    std::vector<uint8_t> bytes(17, 0xab);
    const auto text = hex_dump(bytes);
    EXPECT_TRUE(text.ends_with("\n0010  ab\n")) << text;
    EXPECT_EQ(hex_dump({}), "");
}

TEST(Baseline, OfTheSameNothingChanged)
{
    const auto found = changes(made_up(), made_up());
    EXPECT_TRUE(found.none());
    EXPECT_EQ(found.compared, 8U);
    EXPECT_TRUE(holds(changes_text(found), "8 cells compared: nothing changed"));
}

TEST(Baseline, ListsWhatChangedBothWays)
{
    const auto before = made_up();
    auto now = made_up();
    now.kernels[0].cells[0] = result(udp, Outcome::failed);
    now.kernels[1].cells[1].outcome = Outcome::passed;
    now.kernels[1].cells[1].bugs.clear();
    now.kernels[1].cells.pop_back();
    const auto found = changes(before, now);
    ASSERT_EQ(found.worse.size(), 1U);
    ASSERT_EQ(found.better.size(), 1U);
    EXPECT_EQ(found.worse[0].before, "passed");
    EXPECT_EQ(found.better[0].before, "known B1");
    EXPECT_EQ(found.missing, 1U);
    const auto text = changes_text(found);
    EXPECT_TRUE(holds(text, "Worse: 1\n  gue/in4/out4/udp/fits/whole on 6.1 stock\n    passed -> "
                            "failed\n    segment 2"))
        << text;
}

TEST(Baseline, AnotherBugIsAChange)
{
    auto now = made_up();
    now.kernels[1].cells[1].bugs = {"B2"};
    EXPECT_EQ(changes(made_up(), now).worse.size(), 1U);
}

TEST(Baseline, OtherKernelsAreNotCompared)
{
    auto now = good();
    now.kernels[0].ip_vs = "patched";
    const auto found = changes(good(), now);
    EXPECT_EQ(found.compared, 0U);
    EXPECT_EQ(found.added, 4U);
    EXPECT_EQ(found.missing, 4U);
}

} // namespace
} // namespace gueway::matrix
