// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/axes.h"
#include "matrix/merge.h"
#include "tests/assert_ok.h"

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

MatrixResult part(const char* selection, const char* kernel, const char* cell)
{
    KernelResult result{.kernel = kernel, .ip_vs = "stock", .release = "6.1.0-1", .seconds = 1};
    result.cells = {{.cell = *parse_cell(cell)}};
    return {.seed = 1, .selection = selection, .kernels = {result}};
}

constexpr const char* one = "gue/in4/out4/udp/fits/wire";
constexpr const char* two = "gue/in4/out4/tcp/fits/wire";

TEST(Merged, ShardsAreOneKernel)
{
    const auto all =
        merged({part("full, shard 1/2", "6.1", one), part("full, shard 2/2", "6.1", two)});
    ASSERT_OK(all);
    EXPECT_EQ(all->selection, "full, shard 1/2; full, shard 2/2");
    ASSERT_EQ(all->kernels.size(), 1U);
    EXPECT_EQ(all->kernels[0].cells.size(), 2U);
    EXPECT_EQ(all->kernels[0].seconds, 2);
}

TEST(Merged, KernelsStandBesideEachOther)
{
    const auto all = merged({part("default", "6.1", one), part("default", "6.12", one)});
    ASSERT_OK(all);
    EXPECT_EQ(all->selection, "default");
    EXPECT_EQ(all->kernels.size(), 2U);
}

TEST(Merged, AKernelThatDidNotBootHoldsNothingUp)
{
    const auto good = part("full, shard 1/2", "6.1", one);
    auto bad = part("full, shard 2/2", "6.1", two);
    bad.kernels[0].cells.clear();
    bad.kernels[0].release.clear();
    bad.kernels[0].stopped = "no guest came up";
    for (const auto& parts : {std::vector{good, bad}, std::vector{bad, good}}) {
        const auto all = merged(parts);
        ASSERT_OK(all);
        ASSERT_EQ(all->kernels.size(), 1U);
        EXPECT_EQ(all->kernels[0].release, "6.1.0-1");
        EXPECT_EQ(all->kernels[0].cells.size(), 1U);
        EXPECT_EQ(all->kernels[0].stopped, "no guest came up");
    }
}

TEST(Merged, WhatAKernelSaidWhileItBootedIsSaidOnce)
{
    auto first = part("full, shard 1/2", "6.1", one), other = part("full, shard 2/2", "6.1", two);
    first.kernels[0].boot = {"WARNING: a"};
    other.kernels[0].boot = {"WARNING: a", "WARNING: b"};
    const auto all = merged({first, other});
    ASSERT_OK(all);
    EXPECT_EQ(all->kernels[0].boot, (std::vector<std::string>{"WARNING: a", "WARNING: b"}));
}

std::string stopped(std::vector<MatrixResult> parts, Parts whole = Parts::whole)
{
    const auto all = merged(std::move(parts), whole);
    EXPECT_TRUE(all) << all.error().text();
    return all ? all->kernels.back().stopped : "";
}

// One run had the module of the wire, say, and the other --no-wire: cells between their shards were
// never run, though both shards are there.
TEST(Merged, ShardsOfTwoSelectionsAreRefused)
{
    auto first = part("full, shard 1/2", "6.1", one), other = part("full, shard 2/2", "6.1", two);
    first.kernels[0].excluded = {{"gso-sizes", 12}};
    other.kernels[0].excluded = {{"gso-sizes", 12}, {"no-module", 3}};
    const auto all = merged({first, other}, Parts::whole);
    ASSERT_FALSE(all);
    EXPECT_TRUE(all.error().text().contains("gso-sizes 12, no-module 3")) << all.error().text();
    other.kernels[0].kernel = "6.12";
    EXPECT_TRUE(merged({first, other})) << "of two kernels";
    other.kernels[0].kernel = "6.1";
    other.selection = two;
    EXPECT_TRUE(merged({first, other}, Parts::any)) << "a cell by name is no part";
    other = part("full, shard 2/2", "6.1", two);
    other.kernels[0].excluded = first.kernels[0].excluded;
    EXPECT_TRUE(merged({first, other}));
}

TEST(Merged, ShardsThatTwoBuildsJudgedAreRefused)
{
    auto first = part("full, shard 1/2", "6.1", one), other = part("full, shard 2/2", "6.1", two);
    first.kernels[0].gsobench = other.kernels[0].gsobench = "aa";
    EXPECT_TRUE(merged({first, other}));
    other.kernels[0].gsobench = "bb";
    EXPECT_FALSE(merged({first, other}));
    other.kernels[0].cells.clear();
    other.kernels[0].stopped = "no guest came up";
    EXPECT_TRUE(merged({first, other})) << "it judged none";
}

TEST(Merged, ShardsThatAreMissingAreNamed)
{
    const auto first = part("full, shard 1/3", "6.1", one);
    const auto rest = part("full, shard 2/3; full, shard 3/3", "6.1", two);
    EXPECT_EQ(stopped({first}), "shard 2/3, shard 3/3: not among the results");
    EXPECT_EQ(stopped({first}, Parts::any), "");
    EXPECT_EQ(stopped({first, rest}), "");
    EXPECT_EQ(stopped({part("default", "6.1", one)}), "");
    auto more = rest;
    more.kernels.push_back(part("", "6.12", one).kernels[0]);
    EXPECT_EQ(stopped({first, more}), "shard 1/3: not among the results") << "on 6.12";
}

TEST(Merged, WhatDoesNotBelongTogetherIsRefused)
{
    EXPECT_FALSE(merged({part("default", "6.1", one), part("default", "6.1", one)}));
    auto twice = part("default", "6.1", one);
    twice.kernels[0].cells.push_back(twice.kernels[0].cells[0]);
    EXPECT_FALSE(merged({twice}));
    auto other = part("default", "6.1", two);
    other.kernels[0].release = "6.1.0-2";
    EXPECT_FALSE(merged({part("default", "6.1", one), other}));
    other = part("default", "6.12", two);
    other.seed = 2;
    EXPECT_FALSE(merged({part("default", "6.1", one), other}));
}

} // namespace
} // namespace gueway::matrix
