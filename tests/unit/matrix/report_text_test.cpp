// SPDX-License-Identifier: GPL-2.0-only
#include "report/columns.h"
#include "tests/unit/matrix/made_up.h"
#include "util/text.h"

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

TEST(ReportText, SaysWhichBugAndWhatNobodyCanExplain)
{
    constexpr const char* failure = "gue/in4/out4/tcp-gso/fits/wire\n"
                                    "    failed on 6.1 vulnerable: segment 2 is missing & gone";
    const auto text = report_text(made_up(), made_up_bugs);
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
    const auto text = report_text(with_a_death(), made_up_bugs);
    EXPECT_TRUE(holds(text, std::string("Guests that died:\n    6.1 stock, during ") + udp))
        << text;
    EXPECT_TRUE(holds(text, "not all cells were run: no rig")) << text;
    EXPECT_FALSE(holds(report_text(good(), made_up_bugs), "Guests"));
}

TEST(ReportText, KernelsThatDoNotFitStandBelow)
{
    auto matrix = good();
    for (int i = 0; i < 6; ++i) {
        matrix.kernels.push_back(matrix.kernels[0]);
        matrix.kernels.back().kernel = "6.1-number-" + std::to_string(i);
    }
    for (const size_t width : {60U, 80U, 200U}) {
        const auto text = report_text(matrix, made_up_bugs, width);
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
    EXPECT_TRUE(holds(report_text(matrix, made_up_bugs),
                      "6.1 stock, 6.1 vulnerable: 1 rules leave out 3 combinations"));
    matrix.kernels[1].excluded = {{"no-module", 4}};
    EXPECT_TRUE(holds(report_text(matrix, made_up_bugs), "6.1 vulnerable: 1 rules leave out 4"));
}

TEST(ReportText, TheRateIsOfThisRunsCells)
{
    auto matrix = good();
    matrix.kernels[0].earlier = 3;
    EXPECT_TRUE(holds(report_text(matrix, made_up_bugs, 200),
                      "3 were there from earlier runs; 1 now: 2 s, 0.5 cells a second"));
    matrix.kernels[0].earlier = 4;
    EXPECT_FALSE(holds(report_text(matrix, made_up_bugs, 200), "a second"));
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
    std::vector<std::string> titles;
    for (const auto& kernel : matrix.kernels) titles.push_back(title(kernel));
    EXPECT_EQ(titles, (std::vector<std::string>{"old/boot/bzImage stock", "new/boot/bzImage stock",
                                                "vmlinuz stock", "6.1 stock"}));
}

TEST(ReportText, ListsTheFirstTwentyOnly)
{
    auto matrix = good();
    matrix.kernels[0].cells.assign(25, result(udp, Outcome::lost));
    const auto text = report_text(matrix, made_up_bugs);
    EXPECT_TRUE(holds(text, "the first 20 of 25")) << text;
}

TEST(Reports, TellWhatAKernelSaidWhileItBooted)
{
    auto matrix = good();
    matrix.kernels[0].boot = {"WARNING: one", "WARNING: two"};
    const auto page = report_page(matrix, made_up_bugs, "");
    EXPECT_FALSE(holds(page, "All 4 cells passed"));
    EXPECT_TRUE(holds(page, "WARNING: two"));
    EXPECT_TRUE(holds(report_text(matrix, made_up_bugs),
                      "while it booted:\n    6.1 stock: WARNING: one\n"));
    EXPECT_TRUE(holds(report_markdown(matrix, made_up_bugs, ""), "it booted: WARNING: one"));
    EXPECT_TRUE(holds(junit_xml(matrix, made_up_bugs), "type=\"boot\""));
}

} // namespace
} // namespace gueway::matrix
