// SPDX-License-Identifier: GPL-2.0-only
// Bugs of path MTU discovery (bugs_tell.cpp): which cells each touches, and others, as near as may
// be, that it does not, and what it makes of them. Lengths are added up by hand: 1500 less 20 or
// 40, less 12 of GUE, is M_in.
#include "encap/oracle.h"
#include "matrix/axes.h"
#include "matrix/variants.h"
#include "tests/unit/matrix/with_bugs.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

TEST(GsoMtu, LetsThroughWhatShouldBeRefused)
{
    // 20 + 12 around 1469 bytes of TCP, in two: 8 * floor((1500 - 20) / 8) = 1480, and 1 of them.
    // The last segment is half of 1417 bytes, behind 20 of IP and 32 of TCP.
    const Lengths v4 = {1500, 21, 1500, 21, 32 + 52 + 708};
    EXPECT_EQ(with({.size = Size::more_1}, {"gso-mtu"})->lengths, v4);
    for (const auto inner : {Family::v4, Family::v6})
        for (const auto tunnel : {Tunnel::ipip, Tunnel::gue, Tunnel::fou}) {
            const Cell cell{.tunnel = tunnel, .inner = inner, .size = Size::more_1};
            const auto look = with(cell, {"gso-mtu"});
            ASSERT_TRUE(strikes("gso-mtu", cell) && look) << name(cell);
            EXPECT_EQ(look->lengths.size(), 5U);
            EXPECT_FALSE(look->icmp);
            EXPECT_EQ(look->director, Counts());
        }
}

TEST(GsoMtu, IsNoneOf)
{
    Cell cell{.l4 = L4::tcp, .size = Size::more_1};
    EXPECT_FALSE(strikes("gso-mtu", cell)) << "was always checked";
    cell = {.size = Size::more_1, .fragmenting = Fragmenting::no_df};
    EXPECT_FALSE(strikes("gso-mtu", cell)) << "is to be cut";
    EXPECT_FALSE(strikes("gso-mtu", {.size = Size::fits}));
}

TEST(GsoMtu, MeetsC1AndN1)
{
    const Cell cell{.tunnel = Tunnel::gue_remcsum,
                    .l4 = L4::udp_gso,
                    .size = Size::more_1,
                    .underlay = Underlay::software};
    const auto look = with(cell, {"gso-mtu", "C1", "N1"});
    ASSERT_TRUE(look);
    EXPECT_EQ(look->lengths.size(), 3U);
    EXPECT_EQ(look->worker, (Counts{{"Udp InCsumErrors", 3}, {"Udp InErrors", 3}}));
    EXPECT_FALSE(with(cell, {"gso-mtu", "N1"})) << "all are fragments";
}

Cell behind_a_router(Tunnel tunnel, Family inner, Family outer)
{
    return {.tunnel = tunnel,
            .inner = inner,
            .outer = outer,
            .l4 = L4::udp,
            .size = Size::more_1,
            .underlay = Underlay::whole,
            .ingress = Ingress::plain,
            .event = Event::router};
}

TEST(C3, IsAClientThatNobodyTells)
{
    const auto cell = behind_a_router(Tunnel::gue, Family::v6, Family::v6);
    const auto look = with(cell, {"C3"});
    ASSERT_TRUE(strikes("C3", cell) && look);
    EXPECT_EQ(look->lengths, Lengths{1501}) << "out again, as it was";
    EXPECT_FALSE(look->icmp || look->first_icmp);
    EXPECT_FALSE(strikes("C3", behind_a_router(Tunnel::gue, Family::v4, Family::v4)));
    auto without = cell;
    without.event = Event::none;
    EXPECT_FALSE(strikes("C3", without));
}

TEST(Router, WhatTheClientIsToldAtFirst)
{
    const auto cell = behind_a_router(Tunnel::gre, Family::v4, Family::v4);
    EXPECT_EQ(matrix::look(cell).first_icmp->mtu, 1476U);
    EXPECT_EQ(with(cell, {"stale-mtu"})->first_icmp->mtu, 1576U) << "the underlay's";
    EXPECT_EQ(with(cell, {"icmp-pmtu"})->first_icmp->mtu, 1480U) << "of IP in IP";
    EXPECT_EQ(with(cell, {"icmp-pmtu", "stale-mtu"})->first_icmp->mtu, 1580U);
    for (const auto& variant : variants(cell))
        EXPECT_EQ(variant.look.icmp->mtu, 1476U) << "when it sends again";
    const auto ipip = behind_a_router(Tunnel::ipip, Family::v4, Family::v4);
    EXPECT_FALSE(with(ipip, {"icmp-pmtu"}));
}

// ip_vs_in_icmp() knows no IPv6, and of IP in IP it always told the right number.
TEST(Router, TheTwoBugsTouchWhatTheyChangeAndNothingElse)
{
    for (const auto inner : {Family::v4, Family::v6})
        for (const auto outer : {Family::v4, Family::v6})
            for (const auto tunnel : {Tunnel::ipip, Tunnel::gue, Tunnel::gue_csum, Tunnel::gre}) {
                const auto cell = behind_a_router(tunnel, inner, outer);
                const bool v4 = inner == Family::v4 && outer == Family::v4;
                EXPECT_EQ(strikes("stale-mtu", cell), v4) << name(cell);
                EXPECT_EQ(with(cell, {"stale-mtu"}).has_value(), v4) << name(cell);
                const bool told_wrong = v4 && tunnel != Tunnel::ipip;
                EXPECT_EQ(strikes("icmp-pmtu", cell), told_wrong) << name(cell);
                EXPECT_EQ(with(cell, {"icmp-pmtu"}).has_value(), told_wrong) << name(cell);
                EXPECT_EQ(strikes("C3", cell), !v4) << name(cell);
            }
    auto without = behind_a_router(Tunnel::gue, Family::v4, Family::v4);
    without.event = Event::none;
    EXPECT_FALSE(strikes("stale-mtu", without) || strikes("icmp-pmtu", without));
}

TEST(C4, TellsAnIpv6ClientLessThan1280)
{
    const Cell cell{.tunnel = Tunnel::gue,
                    .inner = Family::v6,
                    .l4 = L4::udp,
                    .size = Size::more_1,
                    .mtu = Mtu::least_less_1};
    const auto look = with(cell, {"C4"});
    ASSERT_TRUE(strikes("C4", cell) && look);
    EXPECT_EQ(look->icmp, (IcmpAnswer{2, 0, 1279}));
    EXPECT_EQ(look->lengths, Lengths());
    EXPECT_EQ(look->director, (Counts{{"Icmp6OutPktTooBigs", 1}}));
    auto other = cell;
    other.mtu = Mtu::least;
    EXPECT_FALSE(strikes("C4", other));
    other = cell;
    other.size = Size::fits;
    EXPECT_FALSE(strikes("C4", other));
    other = cell;
    other.outer = Family::v6;
    EXPECT_FALSE(strikes("C4", other)) << "dropped";
}

} // namespace
} // namespace gueway::matrix
