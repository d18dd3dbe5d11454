// SPDX-License-Identifier: GPL-2.0-only
#include "report/distribution.h"

#include <limits>
#include <numeric>

#include <gtest/gtest.h>

namespace gueway {
namespace {

using Pairs = std::vector<std::pair<double, double>>;

Pairs curve(const Samples& samples)
{
    Pairs out;
    for (const auto& point : cumulative(samples)) out.emplace_back(point.x, point.y);
    return out;
}

// The quantile; one that is missing equals nothing asked for here.
Quantile at(const Samples& samples, double q)
{
    return quantile(samples, q).value_or(Quantile{-1, false});
}

TEST(Distribution, QuantileIsByNearestRank)
{
    Samples hundred;
    hundred.known.resize(100);
    std::iota(hundred.known.rbegin(), hundred.known.rend(), 1);
    EXPECT_EQ(at(hundred, 0.5).value, 50);
    EXPECT_EQ(at(hundred, 0.99).value, 99);
    EXPECT_EQ(at(hundred, 1).value, 100);
    EXPECT_EQ(at(hundred, 0).value, 1);
}

// A file may say so; found with float-cast-overflow in mind (tests/fuzz/demo_result.cpp).
TEST(Distribution, TakesAnyNumberOfCensoredSamples)
{
    const Samples samples{{7}, std::numeric_limits<size_t>::max(), 10};
    EXPECT_EQ(at(samples, 0).value, 7);
    EXPECT_EQ(at(samples, 1).value, 10);
    EXPECT_EQ(curve(samples).back().first, 10);
}

TEST(Distribution, QuantileOfOneSampleIsThatSample)
{
    for (const double q : {0.0, 0.5, 0.99, 1.0}) EXPECT_EQ(at({{7}}, q).value, 7);
}

TEST(Distribution, QuantileOfNothingIsNothing)
{
    EXPECT_FALSE(quantile({}, 0.5));
}

TEST(Distribution, CensoredSamplesRankLastAndGiveALowerBound)
{
    const Samples samples{{3, 1}, 2, 10};
    EXPECT_FALSE(at(samples, 0.5).censored);
    EXPECT_EQ(at(samples, 0.5).value, 3);
    EXPECT_TRUE(at(samples, 0.75).censored);
    EXPECT_EQ(at(samples, 0.75).value, 10);
}

TEST(Distribution, CumulativeIsAStaircaseWithTiesTakenTogether)
{
    EXPECT_EQ(curve({{2, 1, 2, 4}}), (Pairs{{1, 0}, {1, 0.25}, {2, 0.75}, {4, 1}}));
    EXPECT_EQ(curve({{5}}), (Pairs{{5, 0}, {5, 1}}));
    EXPECT_TRUE(curve({}).empty());
}

TEST(Distribution, CumulativeWithCensoredSamplesEndsBelowOneAtTheLimit)
{
    EXPECT_EQ(curve({{1}, 3, 10}), (Pairs{{1, 0}, {1, 0.25}, {10, 0.25}}));
    EXPECT_EQ(curve({{}, 3, 10}), (Pairs{{10, 0}, {10, 0}}));
}

} // namespace
} // namespace gueway
