// SPDX-License-Identifier: GPL-2.0-only
// Expected lengths from the RFCs named in encap.h, added up by hand.
#include "encap/encap.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace gueway {
namespace {

using enum EncapType;
using enum EncapChecksum;

struct Row {
    const char* about;
    Encap encap;
    unsigned over_v4, over_v6;
};

class Overhead : public testing::TestWithParam<Row> {};

TEST_P(Overhead, OfBothUnderlays)
{
    const auto& row = GetParam();
    EXPECT_TRUE(check(row.encap)) << row.about;
    EXPECT_EQ(overhead(row.encap, AF_INET), row.over_v4) << row.about;
    EXPECT_EQ(overhead(row.encap, AF_INET6), row.over_v6) << row.about;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Overhead,
    testing::Values(Row{"IP", {ipip, 0, none}, 20, 40}, //
                    Row{"IP, UDP", {fou_interface, 5555, none}, 28, 48},
                    Row{"IP, UDP, 4", {gue, 5501, none}, 32, 52},
                    Row{"IP, UDP with checksum, 4", {gue, 5501, full}, 32, 52},
                    Row{"IP, UDP, 4, private flags and option", {gue, 5501, remote}, 40, 60},
                    Row{"IP, 4", {gre, 0, none}, 24, 44},
                    Row{"IP, 4, checksum", {gre, 0, full}, 28, 48}));

TEST(Encap, MssOfTheIncident)
{
    const Encap encap{gue, 5501, none};
    EXPECT_EQ(tcp_mss(AF_INET, inner_mtu(encap, AF_INET, 1500)), 1428U);
    EXPECT_EQ(tcp_mss(AF_INET6, inner_mtu(encap, AF_INET, 1500)), 1408U);
}

TEST(Encap, NothingFitsIntoTooLittle)
{
    EXPECT_EQ(inner_mtu({gue, 5501, none}, AF_INET, 32), 0U);
    EXPECT_EQ(tcp_mss(AF_INET6, 60), 0U);
}

TEST(Encap, WhatDoesNotExistIsRefused)
{
    EXPECT_FALSE(check({gue, 0, none}));
    EXPECT_FALSE(check({fou_interface, 0, none}));
    EXPECT_FALSE(check({ipip, 5501, none}));
    EXPECT_FALSE(check({ipip, 0, full}));
    EXPECT_FALSE(check({gre, 0, remote}));
    EXPECT_FALSE(check({fou_interface, 5555, remote}));
}

TEST(Encap, Text)
{
    EXPECT_EQ(text(Encap{gue, 5501, remote}), "gue:5501 checksum remote");
    EXPECT_EQ(text(Encap{ipip, 0, none}), "ipip");
}

} // namespace
} // namespace gueway
