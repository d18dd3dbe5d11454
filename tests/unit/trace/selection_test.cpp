// SPDX-License-Identifier: GPL-2.0-only
#include "trace/selection.h"

#include <cstring>

#include <gtest/gtest.h>

namespace gueway {
namespace {

using Mark = std::pair<uint32_t, uint32_t>;

TEST(Selection, ReadsMarks)
{
    EXPECT_EQ(parse_mark("5").value(), (Mark{5, UINT32_MAX}));
    EXPECT_EQ(parse_mark("0x10/0xff").value(), (Mark{16, 255}));
    EXPECT_EQ(parse_mark("0/1").value(), (Mark{0, 1}));
    for (const char* bad : {"", "x", "5/", "/5", "5/4", "1/2/3", "4294967296", "0x", "-1"})
        EXPECT_FALSE(parse_mark(bad)) << bad;
}

TEST(Selection, WithoutNamesSelectsAll)
{
    const auto all = select({});
    ASSERT_TRUE(all);
    const selection zero{};
    EXPECT_EQ(std::memcmp(&*all, &zero, sizeof zero), 0);
}

TEST(Selection, NamesWhatIsNotThere)
{
    const auto netns = select({.netns = "no-such-namespace"});
    ASSERT_FALSE(netns);
    EXPECT_EQ(netns.error().code, ENOENT);
    EXPECT_EQ(netns.error().object, "network namespace no-such-namespace");
    EXPECT_FALSE(select({.netns = "1"}));
    EXPECT_FALSE(select({.device = "a-name-that-is-too-long"}));
}

} // namespace
} // namespace gueway
