// SPDX-License-Identifier: GPL-2.0-only
#include "report/scale.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

using Values = std::vector<double>;

void expect_near(const Values& got, const Values& want)
{
    ASSERT_EQ(got.size(), want.size()) << testing::PrintToString(got);
    for (size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], want[i], 1e-9 * (1 + want[i]));
}

TEST(Scale, PlacesValuesAndKeepsStrayOnesAtTheEdge)
{
    const Scale linear{ScaleKind::Linear, 10, 20};
    EXPECT_DOUBLE_EQ(linear.place(15), 0.5);
    EXPECT_DOUBLE_EQ(linear.place(0), 0);
    EXPECT_DOUBLE_EQ(linear.place(99), 1);
    const Scale log{ScaleKind::Log, 1, 100};
    EXPECT_DOUBLE_EQ(log.place(10), 0.5);
    EXPECT_DOUBLE_EQ(log.place(0), 0);
    EXPECT_DOUBLE_EQ(log.place(-1), 0);
}

TEST(Scale, LinearTicksAreRoundAndNoMoreThanAsked)
{
    expect_near(ticks({ScaleKind::Linear, 0, 1}, 3), {0, 0.5, 1});
    expect_near(ticks({ScaleKind::Linear, 0, 287}, 4), {0, 100, 200});
    expect_near(ticks({ScaleKind::Linear, 0.2, 0.7}, 6), {0.2, 0.3, 0.4, 0.5, 0.6, 0.7});
    for (int most = 2; most < 12; ++most)
        for (const double high : {0.37, 1.0, 9.99, 12.0, 5e6})
            EXPECT_LE(ticks({ScaleKind::Linear, 0, high}, most).size(), static_cast<size_t>(most));
}

TEST(Scale, LogTicksAreDecadesOrFinerWhereThereIsRoom)
{
    expect_near(ticks({ScaleKind::Log, 1e-3, 5}, 7), {1e-3, 1e-2, 1e-1, 1});
    expect_near(ticks({ScaleKind::Log, 1, 20}, 7), {1, 2, 5, 10, 20});
    expect_near(ticks({ScaleKind::Log, 1, 1e6}, 4), {1, 100, 1e4, 1e6});
    expect_near(ticks({ScaleKind::Log, 31, 39}, 5), {32, 34, 36, 38});
}

TEST(Scale, NiceBoundsHoldTheDataAndEndAtATick)
{
    const auto linear = nice_scale(ScaleKind::Linear, 0, 461, 4);
    EXPECT_DOUBLE_EQ(linear.low, 0);
    EXPECT_DOUBLE_EQ(linear.high, 600);
    EXPECT_DOUBLE_EQ(ticks(linear, 4).back(), 600);
    const auto log = nice_scale(ScaleKind::Log, 0.0007, 4.2);
    EXPECT_NEAR(log.low, 0.0005, 1e-12);
    EXPECT_NEAR(log.high, 5, 1e-9);
}

TEST(Scale, NiceBoundsOfNothingOrOneValueAreStillARange)
{
    for (const auto kind : {ScaleKind::Linear, ScaleKind::Log})
        for (const double value : {0.0, 3.0, 1000.0}) {
            const auto scale = nice_scale(kind, value, value);
            EXPECT_LT(scale.low, scale.high);
            EXPECT_LE(scale.low, value == 0 ? scale.high : value);
            EXPECT_GE(scale.high, value);
            EXPECT_GE(ticks(scale, 5).size(), 2U);
        }
    EXPECT_GT(nice_scale(ScaleKind::Log, -1, 10).low, 0);
}

} // namespace
} // namespace gueway
