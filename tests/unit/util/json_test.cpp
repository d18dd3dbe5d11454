// SPDX-License-Identifier: GPL-2.0-only
#include "util/json.h"

#include <limits>

#include <gtest/gtest.h>

namespace gueway {
namespace {

TEST(JsonInteger, IsWhatTheTypeHolds)
{
    EXPECT_EQ(integer<int>(Json(-7)), -7);
    EXPECT_EQ(integer<uint8_t>(Json(255)), 255);
    EXPECT_EQ(integer<uint64_t>(Json(std::numeric_limits<uint64_t>::max())),
              std::numeric_limits<uint64_t>::max());
}

TEST(JsonInteger, IsNothingElse)
{
    EXPECT_FALSE(integer<uint8_t>(Json(256)));
    EXPECT_FALSE(integer<uint64_t>(Json(-1)));
    EXPECT_FALSE(integer<int64_t>(Json(std::numeric_limits<uint64_t>::max())));
    for (const auto* text : {"1.0", "1e300", "true", "null", "\"1\"", "[1]"})
        EXPECT_FALSE(integer<int>(parse_json(text, "test").value())) << text;
}

} // namespace
} // namespace gueway
