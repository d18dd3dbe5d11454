// SPDX-License-Identifier: GPL-2.0-only
#include "lab/suite.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

TEST(Suite, ReadsRowsAndSpreadsAllOverTheCatalogue)
{
    const auto rows = parse_suite("# comment\nlink 6.1 stock smp\n\n"
                                  "topology all patched exact build/bin/gwflow a:/b # why\n",
                                  "suite");
    ASSERT_TRUE(rows) << rows.error().text();
    ASSERT_EQ(rows->size(), 1 + catalogue().size());
    EXPECT_EQ((*rows)[1].kernel, catalogue()[0].name);
    EXPECT_EQ((*rows)[1].ip_vs, Variant::patched);
    EXPECT_EQ((*rows)[1].lane, Lane::exact);
    EXPECT_EQ((*rows)[1].add, (std::vector<std::string>{"build/bin/gwflow", "a:/b"}));
}

TEST(Suite, NamesTheLineOfABadRow)
{
    const auto rows = parse_suite("link 6.1 stock smp\nlink 6.1 broken smp\n", "suite");
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().object, "suite:2");
    EXPECT_FALSE(parse_suite("link 6.1\n", "suite"));
    EXPECT_FALSE(parse_suite("link 6.1 stock fast\n", "suite"));
}

TEST(Suite, EqualDeclarationsShareAGuest)
{
    const auto rows =
        parse_suite("a 6.1 stock smp\nb 6.1 patched smp\nc 6.1 stock smp x\n", "suite").value();
    const auto groups = group(rows);
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups[0].size(), 2U);
    EXPECT_EQ(groups[0][1].program, "c");
}

TEST(Suite, SecondOpinionsAreOnlyInGuestsOfThoseThatNameThem)
{
    const auto rows =
        parse_suite("a 6.1 stock smp\nb 6.1 stock smp @pwru x\nc 6.1 stock smp y @pwru\n", "suite")
            .value();
    const auto groups = group(rows);
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups[1].size(), 2U);
}

TEST(Suite, WhatTheKernelIsToldParts)
{
    const auto rows = parse_suite("a 6.1 stock smp\nb 6.1 stock smp %lockdown=integrity\n"
                                  "c 6.1 stock smp x %lockdown=integrity\n",
                                  "suite")
                          .value();
    const auto groups = group(rows);
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups[1].size(), 2U);
}

TEST(Suite, AFilterIsNothingThatTheGuestTakes)
{
    const auto rows = parse_suite("a 6.1 stock smp x ?-*Whole* y\nb 6.1 stock smp\n", "table");
    ASSERT_TRUE(rows);
    EXPECT_EQ((*rows)[0].filter, "-*Whole*");
    EXPECT_EQ((*rows)[0].add, (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ((*rows)[1].filter, "");
}

TEST(Suite, ReadsGoogleTestsListing)
{
    const auto tests = parse_test_list("Running main() from gtest_main.cc\nLink.\n  Makes\n"
                                       "  Removes\nAll/Sizes.\n  Fit/0  # GetParam() = 1500\n");
    EXPECT_EQ(tests, (std::vector<std::string>{"Link.Makes", "Link.Removes", "All/Sizes.Fit/0"}));
}

CommandResult ran(int status, std::string output)
{
    return {.lab = LabStatus::ok, .status = status, .why = "exit", .output = std::move(output)};
}

TEST(Suite, ASkipIsNeverAPassAndNoTestIsAFailure)
{
    using Kind = TestResult::Kind;
    const auto passed = judge_test(
        ran(0, "[====] 1 test from 1 test suite ran. (12 ms total)\n[  PASSED  ] 1 test.\n"), "t");
    EXPECT_EQ(passed.kind, Kind::passed);
    EXPECT_EQ(passed.words, "12 ms");
    EXPECT_EQ(judge_test(ran(1, "[  FAILED  ] 1 test.\n"), "t").kind, Kind::failed);
    EXPECT_EQ(judge_test(ran(0, "[  PASSED  ] 0 tests.\n"), "t").kind, Kind::failed);
    const auto skipped = judge_test(
        ran(0, "[ RUN      ] A.B\na.cpp:7: Skipped\nno BTF here\n[  SKIPPED ] A.B (0 ms)\n"
               "[  PASSED  ] 0 tests.\n[  SKIPPED ] 1 test, listed below:\n"),
        "t");
    EXPECT_EQ(skipped.kind, Kind::skipped);
    EXPECT_EQ(skipped.words, "no BTF here");
}

TEST(Suite, ATestWhoseKernelSplattedFailsWhateverItSaid)
{
    auto command = ran(0, "[  PASSED  ] 1 test.\n");
    command.lab = LabStatus::splatted;
    EXPECT_EQ(judge_test(command, "t").kind, TestResult::Kind::failed);
}

} // namespace
} // namespace gueway
