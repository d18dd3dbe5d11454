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
