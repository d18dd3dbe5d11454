// SPDX-License-Identifier: GPL-2.0-only
// The inner-MAC bug is where it was put, and nowhere else: what `make kernels` says at its end, of
// a part of the cells.
#include "matrix_run.h"
#include "util/text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

// Every hundredth of the default selection.
Argv hundredths()
{
    const auto list = run({gsobench_program, "cells", "--list"});
    EXPECT_TRUE(list) << list.error().text();
    const auto output = list.value_or(Outcome{}).output;
    Argv words;
    size_t number = 0;
    for (const auto name : split(output, '\n'))
        if (!name.empty() && number++ % 100 == 0)
            words.insert(words.end(), {"--cell", std::string(name)});
    EXPECT_GT(words.size(), 2 * 40U);
    return words;
}

Outcome isolated(const std::string& json, const char* with)
{
    const auto ran =
        run({gsobench_program, "isolate", "--with", with, "--without", "6.1:patched", json});
    EXPECT_TRUE(ran) << ran.error().text();
    return ran.value_or(Outcome{});
}

TEST(Isolate, TheVulnerableVariantDiffersFromThePatchedOneWhereThePredicateSays)
{
    const auto directory = TempDir::make().value();
    const auto json = (directory.path() / "two.json").string();
    Argv argv = {gsobench_program, "matrix",   "--kernel",
                 "6.1:vulnerable", "--kernel", "6.1:patched",
                 "--allow-known",  "--json",   json};
    const auto cells = hundredths();
    argv.insert(argv.end(), cells.begin(), cells.end());
    const auto ran = run(argv);
    ASSERT_TRUE(ran) << ran.error().text();
    EXPECT_EQ(ran->status, 0) << ran->output << ran->errors;
    const auto exact = isolated(json, "6.1:vulnerable");
    EXPECT_EQ(exact.status, 0) << exact.output;
    EXPECT_FALSE(exact.output.contains(" 0  of them are touched")) << exact.output;
    // So that it can fail: a kernel that does not have the bug.
    EXPECT_EQ(isolated(json, "6.1:patched").status, 1);
}

} // namespace
} // namespace gueway
