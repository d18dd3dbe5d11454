// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/axes.h"
#include "matrix/report.h"
#include "matrix/report_cell.h"
#include "report/columns.h"
#include "tests/assert_ok.h"
#include "util/process.h"
#include "util/text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

bool never(const Cell&)
{
    return false;
}

const std::array<KnownBug, 1> bugs = {KnownBug{"B1", "it is lost <at times>",
                                               "abc123 net: do not lose it", "6.4, 6.1.36", never,
                                               [](const Cell&, Look&) { return false; }}};

CellResult result(const char* cell, Outcome outcome)
{
    CellResult made{.cell = *parse_cell(cell), .outcome = outcome};
    if (outcome == Outcome::passed) return made;
    made.complaints = {"segment 2 is missing & gone", "only 1 came"};
    made.expected = {{"worker", "1500 bytes", {0x45, 0x00, 0x06}}};
    made.seen = {{"worker", "IPv4 1499", {0x45, 0x00, 0x05}}};
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
    constexpr const char* failure = "gue/in4/out4/tcp-gso/fits/wire\n"
                                    "    failed on 6.1 vulnerable: segment 2 is missing & gone";
    const auto text = report_text(made_up(), bugs);
    for (const char* part :
         {"6.1 stock", "6.1 vulnerable", "0 1k 1F", "B1\n    it is lost <at times>",
          "cells: 0 on 6.1 stock, 1 on 6.1 vulnerable", "fix: abc123 net: do not lose it",
          "first good: 6.4, 6.1.36", failure, "4 cells: 2 passed, 1 known, 1 failed, 0 lost; 2 s",
          "1 rules leave out 3 combinations"})
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

TEST(ReportText, KernelsThatDoNotFitStandBelow)
{
    auto matrix = good();
    for (int i = 0; i < 6; ++i) {
        matrix.kernels.push_back(matrix.kernels[0]);
        matrix.kernels.back().kernel = "6.1-number-" + std::to_string(i);
    }
    for (const size_t width : {60U, 80U, 200U}) {
        const auto text = report_text(matrix, bugs, width);
        for (const auto line : lines(text)) EXPECT_LE(display_width(line), width) << line;
        for (const auto& kernel : matrix.kernels)
            EXPECT_TRUE(holds(text, title(kernel))) << title(kernel) << "\n" << text;
        EXPECT_FALSE(holds(text, "…")) << text;
        EXPECT_EQ(text.find("\ntunnel") != text.rfind("\ntunnel"), width < 200) << text;
    }
}

TEST(ReportText, TheRulesOfKernelsAreToldOnce)
{
    auto matrix = made_up();
    EXPECT_TRUE(holds(report_text(matrix, bugs),
                      "6.1 stock, 6.1 vulnerable: 1 rules leave out 3 combinations"));
    matrix.kernels[1].excluded = {{"no-module", 4}};
    EXPECT_TRUE(holds(report_text(matrix, bugs), "6.1 vulnerable: 1 rules leave out 4"));
}

TEST(ReportText, TheRateIsOfThisRunsCells)
{
    auto matrix = good();
    matrix.kernels[0].earlier = 3;
    EXPECT_TRUE(holds(report_text(matrix, bugs, 200),
                      "3 were there from earlier runs; 1 now: 2 s, 0.5 cells a second"));
    matrix.kernels[0].earlier = 4;
    EXPECT_FALSE(holds(report_text(matrix, bugs, 200), "a second"));
}

TEST(Title, PathsThatEndAlikeAreToldApart)
{
    auto matrix = made_up();
    const std::vector<std::string> asked = {"/a/old/boot/bzImage:/a/old/modules",
                                            "/a/new/boot/bzImage", "/b/vmlinuz", "6.1"};
    matrix.kernels.assign(asked.size(), matrix.kernels[0]);
    for (size_t i = 0; i < asked.size(); ++i) matrix.kernels[i].kernel = asked[i];
    EXPECT_EQ(title(matrix.kernels[0]), "bzImage stock");
    set_labels(matrix);
    Rows titles;
    for (const auto& kernel : matrix.kernels) titles.push_back(title(kernel));
    EXPECT_EQ(titles, (Rows{"old/boot/bzImage stock", "new/boot/bzImage stock", "vmlinuz stock",
                            "6.1 stock"}));
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
    const auto xml = junit_xml(made_up(), bugs, {.allow_known = true});
    EXPECT_EQ(xpath(xml, "count(//failure)"), "1");
    EXPECT_EQ(xpath(xml, "count(//skipped)"), "1");
    EXPECT_EQ(xpath(xml, "string(//testsuite[2]/@skipped)"), "1");
}

TEST_F(Junit, AgainstABaselineOnlyChangesAreFailures)
{
    auto before = made_up(), now = made_up();
    const Baseline baseline(before);
    auto xml = junit_xml(now, bugs, {.baseline = &baseline});
    EXPECT_EQ(xpath(xml, "count(//failure | //error)"), "0");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@failures)"), "0");
    EXPECT_EQ(xpath(xml, "count(//skipped)"), "2");
    EXPECT_EQ(xpath(xml, "string(//skipped/@message)"), "as in the baseline: known B1");
    now.kernels[0].cells[0] = result(udp, Outcome::failed);
    now.kernels[1].cells[1] = result(tcp, Outcome::passed);
    xml = junit_xml(now, bugs, {.baseline = &baseline});
    EXPECT_EQ(xpath(xml, "string(//failure[@type='worse']/@message)"),
              "passed -> failed: segment 2 is missing & gone");
    EXPECT_EQ(xpath(xml, "string(//failure[@type='better']/@message)"),
              "known B1 -> passed: renew the baseline");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@failures)"), "2");
}

TEST_F(Junit, WhatTheBaselineHasNotIsJudgedAlone)
{
    auto before = made_up();
    before.kernels[1].cells.resize(1);
    const Baseline baseline(before);
    const auto xml = junit_xml(made_up(), bugs, {.baseline = &baseline});
    EXPECT_EQ(xpath(xml, "count(//failure[@type='B1'])"), "1");
    EXPECT_EQ(xpath(xml, "count(//failure[@type='unexplained'])"), "1");
}

TEST_F(Junit, ADeathIsAnErrorOfItsOwn)
{
    const auto xml = junit_xml(with_a_death(), bugs);
    EXPECT_EQ(xpath(xml, "string(//error[@type='death']/@message)"),
              std::string("a guest died during ") + udp + ": BUG: <gone>");
    EXPECT_EQ(xpath(xml, "string(//error[@type='stopped']/@message)"),
              "not all cells were run: no rig");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@errors)"), "2");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@tests)"), xpath(xml, "count(//testcase)"));
}

TEST_F(Junit, ADeathThatTheBaselineHasTooIsSkipped)
{
    auto before = with_a_death();
    before.kernels[0].stopped.clear();
    auto now = before;
    now.kernels[0].deaths.push_back({.cell = *parse_cell(tcp), .why = "BUG: new", .splats = {}});
    const Baseline baseline(before);
    const auto xml = junit_xml(now, bugs, {.baseline = &baseline});
    EXPECT_EQ(xpath(xml, "string(//testcase[@name='death 1']/skipped/@message)"),
              std::string("as in the baseline: a guest died during ") + udp + ": BUG: <gone>");
    EXPECT_EQ(xpath(xml, "string(//testcase[@name='death 2']/error/@type)"), "death");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@errors)"), "1");
    EXPECT_EQ(xpath(xml, "string(//testsuite/@skipped)"), "1");
}

TEST_F(Junit, CellsThatWereNotRunAgainAreFailuresOfTheBaseline)
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
    const auto xml = junit_xml(now, bugs, {.baseline = &baseline, .changes = &found});
    EXPECT_EQ(xpath(xml, "count(//failure[@type='left-out'])"), "2");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@failures)"), "2");
    EXPECT_EQ(xpath(xml, "string(/testsuites/@tests)"), xpath(xml, "count(//testcase)"));
    found = changes(Baseline({}), now);
    EXPECT_EQ(xpath(junit_xml(now, bugs, {.changes = &found}),
                    "count(//failure[@type='nothing-compared'])"),
              "1");
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
          "href=\"#gue.wire.tcp-gso\"", "0000  45 00 <mark>05</mark>",
          "0000  45 00 <mark>06</mark>", "1 byte differs, the first at 0002: outer IPv4 length",
          "it is lost &lt;at times&gt;", "segment 2 is missing &amp; gone",
          "gsobench matrix --kernel 6.1"})
        EXPECT_TRUE(holds(page, part)) << part;
    EXPECT_FALSE(holds(page, "<script"));
    EXPECT_FALSE(holds(page, "<at times>"));
}

TEST(ReportMarkdown, CellsWithAnEventAreCountedByEveryOutcome)
{
    auto matrix = good();
    auto& cells = matrix.kernels[0].cells;
    const char* router = "gue/in4/out4/udp/more-1/whole/m1500/plain/vlan-none/df/remote/router";
    cells = {result(router, Outcome::failed), result(router, Outcome::lost),
             result(router, Outcome::lost), result(udp, Outcome::failed)};
    const auto tables = report_markdown(matrix, bugs, "");
    EXPECT_TRUE(holds(tables, "| cells | 3 |\n| passed | 0 |\n| known | 0 |\n| failed | 1 |\n"
                              "| lost | 2 |\n"))
        << tables;
}

TEST(ReportPage, SaysWhyAShapeIsNotWell)
{
    EXPECT_TRUE(
        holds(report_page(made_up(), bugs, ""), ">● 1</a><small><span>B1</span></small></td>"));
    auto matrix = made_up();
    matrix.kernels[1].cells[1].bugs = {"B4", "B3", "B2", "B1"};
    EXPECT_TRUE(holds(report_page(matrix, bugs, ""), "<span>B3</span> and 1 more</small>"));
}

TEST(ReportPage, SaysWhatChanged)
{
    const auto before = made_up();
    auto now = made_up();
    const Baseline baseline(before);
    auto found = changes(baseline, now);
    EXPECT_TRUE(holds(report_page(now, bugs, "", &found), "8 cells compared: nothing changed."));
    now.kernels[0].cells[0] = result(udp, Outcome::failed);
    found = changes(baseline, now);
    const auto page = report_page(now, bugs, "", &found);
    EXPECT_TRUE(holds(page, "8 cells compared: 1 worse, 0 better"));
    EXPECT_TRUE(holds(page, "<td class=\"bad\">worse</td>"));
}

TEST(ReportPage, SaysWhatWasThereBefore)
{
    auto matrix = good();
    EXPECT_FALSE(holds(report_page(matrix, bugs, ""), "were there before"));
    matrix.kernels[0].earlier = 4;
    EXPECT_TRUE(holds(report_page(matrix, bugs, ""), "–<small>4 were there before</small>"));
}

TEST(ReportPage, ADeathIsInTheHeadline)
{
    const auto page = report_page(with_a_death(), bugs, "");
    EXPECT_FALSE(holds(page, "All 4 cells passed"));
    EXPECT_TRUE(holds(page, "0 are unexplained; guests that died: 1; not all cells were run"));
    EXPECT_TRUE(holds(page, "BUG: &lt;gone&gt;"));
    EXPECT_TRUE(holds(page, "no rig"));
}

TEST(ReportPage, WhatAKernelSaidWhileItBootedIsToldByAll)
{
    auto matrix = good();
    matrix.kernels[0].boot = {"WARNING: one", "WARNING: two"};
    const auto page = report_page(matrix, bugs, "");
    EXPECT_FALSE(holds(page, "All 4 cells passed"));
    EXPECT_TRUE(holds(page, "WARNING: two"));
    EXPECT_TRUE(
        holds(report_text(matrix, bugs), "while it booted:\n    6.1 stock: WARNING: one\n"));
    EXPECT_TRUE(holds(report_markdown(matrix, bugs, ""), "it booted: WARNING: one"));
    EXPECT_TRUE(holds(junit_xml(matrix, bugs), "type=\"boot\""));
}

TEST(ReportPage, SaysWhenAllPassed)
{
    EXPECT_TRUE(holds(report_page(good(), bugs, ""), "<h1>All 4 cells passed</h1>"));
}

std::string page_of(CellResult cell)
{
    auto matrix = good();
    matrix.kernels[0].cells[0] = std::move(cell);
    return report_page(matrix, bugs, "");
}

TEST(ReportPage, ShowsThePacketsThatTellSomething)
{
    auto cell = result(udp, Outcome::failed);
    cell.expected.assign(9, {"worker", "", {0x11}});
    cell.seen.assign(9, {"worker", "", {0x11}});
    cell.seen[5].bytes = {0x22};
    cell.seen.pop_back(); // the last one is lost
    cell.expected.back() = {"worker", "", {0x33, 0x44}, {{1, 1}}};
    const auto page = page_of(cell);
    EXPECT_TRUE(holds(page, "0000  <mark>22</mark>"));
    EXPECT_TRUE(holds(page, "0000  33 <span class=\"any\">\u00b7\u00b7</span>"));
    EXPECT_FALSE(holds(page, "0000  11"));
    EXPECT_TRUE(holds(page, "captured: nothing"));
    cell.seen[5].bytes = {0x11};
    cell.expected.pop_back();
    EXPECT_TRUE(holds(page_of(cell), "0000  11"));
    EXPECT_TRUE(holds(page_of(cell), "no byte differs of those that were kept"));
}

TEST(ReportPage, NamesTheFieldThatDiffers)
{
    auto cell = result("gue/in6/out4/tcp/fits/wire", Outcome::failed);
    const auto named = [&](size_t at) {
        std::vector<uint8_t> bytes(140);
        cell.expected = {{"worker", "", bytes}};
        bytes[at] = 1;
        cell.seen = {{"worker", "", bytes}};
        const auto page = page_of(cell);
        const std::string before = "the first at " + fmt::format("{:04x}: ", at);
        const auto from = page.find(before) + before.size();
        return page.substr(from, page.find('<', from) - from);
    };
    EXPECT_EQ(named(19), "outer IPv4 destination");
    EXPECT_EQ(named(20), "outer UDP source");
    EXPECT_EQ(named(27), "outer UDP checksum");
    EXPECT_EQ(named(28), "GUE");
    EXPECT_EQ(named(38), "inner IPv6 next header");
    EXPECT_EQ(named(72), "inner TCP source");
    EXPECT_EQ(named(103), "inner TCP options");
    EXPECT_EQ(named(104), "payload");
}

TEST(HexDump, MarksNeighboursAsOne)
{
    const std::vector<uint8_t> bytes(18, 0xab);
    EXPECT_EQ(
        hex_dump(bytes, {.differs = {1, 2, 17}, .any = {{3, 1}, {16, 2}}}),
        "0000  ab <mark>ab ab</mark> <span class=\"any\">ab</span>" +
            [] {
                std::string rest;
                for (int i = 0; i < 12; ++i) rest += " ab";
                return rest;
            }() +
            "\n0010  <span class=\"any\">ab</span> <mark>ab</mark>\n");
}

TEST(HexDump, HasSixteenBytesALine)
{
    std::vector<uint8_t> bytes(17, 0xab);
    const auto text = hex_dump(bytes);
    EXPECT_TRUE(text.ends_with("\n0010  ab\n")) << text;
    EXPECT_EQ(hex_dump({}), "");
}

} // namespace
} // namespace gueway::matrix
