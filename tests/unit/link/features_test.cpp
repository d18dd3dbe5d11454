// SPDX-License-Identifier: GPL-2.0-only
#include "link/features.h"

#include <cstring>

#include <gtest/gtest.h>
#include <linux/ethtool.h>

namespace gueway {
namespace {

std::vector<char> records(const std::vector<std::string>& names)
{
    std::vector<char> bytes(names.size() * ETH_GSTRING_LEN);
    for (size_t i = 0; i < names.size(); ++i)
        std::memcpy(&bytes[i * ETH_GSTRING_LEN], names[i].data(), names[i].size());
    return bytes;
}

TEST(FeatureNames, AreNulPaddedRecords)
{
    const std::vector<std::string> names = {"tx-scatter-gather", "",
                                            "tx-udp_tnl-csum-segmentation"};
    EXPECT_EQ(feature_names(records(names)), names);
}

TEST(FeatureNames, FillTheirRecordWithoutANul)
{
    const std::vector<std::string> names = {std::string(ETH_GSTRING_LEN, 'x'), "rx-gro"};
    EXPECT_EQ(feature_names(records(names)), names);
}

TEST(FeatureNames, HalfARecordIsNone)
{
    EXPECT_TRUE(feature_names(std::vector<char>(31)).empty());
}

TEST(DecodeFeatures, TakesEachBitFromItsBlock)
{
    std::vector<std::string> names(34);
    names[0] = "tx-scatter-gather";
    names[31] = "last-of-first";
    names[33] = "second-of-second";
    const ethtool_get_features_block blocks[] = {
        {.available = 1U << 31, .requested = 1, .active = 1, .never_changed = 0},
        {.available = 2, .requested = 2, .active = 0, .never_changed = 2},
    };
    const std::vector<Feature> expected = {
        {.name = "tx-scatter-gather", .active = true, .requested = true, .changeable = false},
        {.name = "last-of-first", .active = false, .requested = false, .changeable = true},
        {.name = "second-of-second", .active = false, .requested = true, .changeable = false},
    };
    EXPECT_EQ(decode_features(names, blocks), expected);
}

TEST(DecodeFeatures, NamesWithoutABlockAreLeftOut)
{
    const ethtool_get_features_block one{};
    EXPECT_EQ(decode_features(std::vector<std::string>(40, "x"), {&one, 1}).size(), 32U);
}

} // namespace
} // namespace gueway
