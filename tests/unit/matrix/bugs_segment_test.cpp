// SPDX-License-Identifier: GPL-2.0-only
// Bugs of segmentation in software (bugs_segment.cpp): which cells each touches, and others, as
// near as may be, that it does not, and what it makes of them. Lengths are added up by hand: 1500
// less 20 or 40, less 12 of GUE, is M_in.
#include "encap/oracle.h"
#include "matrix/axes.h"
#include "matrix/variants.h"
#include "tests/unit/matrix/with_bugs.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

const Cell gso_on_wire{.tunnel = Tunnel::gue, .l4 = L4::tcp_gso, .underlay = Underlay::wire};

TEST(InnerMac, DropsGsoThatTheKernelSegments)
{
    for (const auto tunnel :
         {Tunnel::gue, Tunnel::gue_csum, Tunnel::gue_remcsum, Tunnel::gre, Tunnel::gre_csum})
        for (const auto underlay : {Underlay::software, Underlay::wire})
            for (const auto vlan : {Vlan::none, Vlan::accelerated, Vlan::inside}) {
                auto cell = gso_on_wire;
                cell.tunnel = tunnel;
                cell.underlay = underlay;
                cell.vlan = vlan;
                const auto look = with(cell, {"inner-mac"});
                ASSERT_TRUE(strikes("inner-mac", cell) && look) << name(cell);
                EXPECT_EQ(look->lengths, Lengths());
                const char* counter =
                    underlay == Underlay::wire ? "u2 tx_dropped" : "u1 tx_dropped";
                EXPECT_EQ(look->director, (Counts{{counter, 1}}));
            }
}

// Where it is cut no device counts it.
TEST(InnerMac, IsFreedWhereItIsCut)
{
    Cell cell{.size = Size::more_1, .fragmenting = Fragmenting::no_df};
    EXPECT_EQ(with(cell, {"inner-mac"})->freed, (Counts{{"ip_finish_output_gso", 1}}));
    EXPECT_EQ(with(cell, {"inner-mac"})->director, Counts());
    cell.outer = Family::v6;
    EXPECT_EQ(with(cell, {"inner-mac"})->freed,
              (Counts{{"ip6_finish_output_gso_slowpath_drop", 1}}));
    cell.fragmenting = Fragmenting::df;
    EXPECT_EQ(with(cell, {"gso-mtu", "inner-mac"})->freed,
              (Counts{{"ip6_finish_output_gso_slowpath_drop", 1}}));
}

TEST(InnerMac, StrikesWhatTheDirectorItselfSends)
{
    auto cell = gso_on_wire;
    cell.l4 = L4::udp_gso;
    cell.origin = Origin::director;
    EXPECT_TRUE(strikes("inner-mac", cell));
}

TEST(InnerMac, LeavesAlone)
{
    const auto struck = [](auto change) {
        auto cell = gso_on_wire;
        change(cell);
        return strikes("inner-mac", cell) || with(cell, {"inner-mac"});
    };
    EXPECT_FALSE(struck([](Cell& c) { c.tunnel = Tunnel::ipip; }));
    EXPECT_FALSE(struck([](Cell& c) { c.tunnel = Tunnel::fou; }));
    EXPECT_FALSE(struck([](Cell& c) { c.l4 = L4::tcp; }));
    EXPECT_FALSE(struck([](Cell& c) {
        c.underlay = Underlay::whole;
        c.ingress = Ingress::gro;
    })) << "no code that segments looks at it";
    EXPECT_FALSE(struck([](Cell& c) { c.size = Size::more_1; })) << "refused";
    EXPECT_FALSE(struck([](Cell& c) {
        c.outer = Family::v6;
        c.mtu = Mtu::least_less_1;
    })) << "dropped before";
}

TEST(InnerMac, OnDevicesThatTakeGsoWhole)
{
    Cell cell{.tunnel = Tunnel::gue_remcsum, .l4 = L4::tcp_gso, .underlay = Underlay::whole};
    EXPECT_EQ(with(cell, {"inner-mac"})->lengths, Lengths()) << "nobody offloads remcsum";
    cell = {.tunnel = Tunnel::gue, .l4 = L4::udp_gso, .underlay = Underlay::whole};
    const auto look = with(cell, {"inner-mac"});
    ASSERT_TRUE(look);
    EXPECT_EQ(look->lengths.size(), 3U) << "it is the worker that segments it";
    EXPECT_EQ(look->worker, (Counts{{"Udp InErrors", 3}}));
    EXPECT_EQ(look->untaken, 3U);
    EXPECT_EQ(look->director, Counts());
    cell.tunnel = Tunnel::gre;
    EXPECT_FALSE(strikes("inner-mac", cell) || with(cell, {"inner-mac"}));
}

TEST(InnerMac, NotWhereAnotherBugComesFirst)
{
    Cell refused{.tunnel = Tunnel::gue_csum, .inner = Family::v6, .l4 = L4::udp_gso};
    refused.size = Size::more_1;
    refused.underlay = Underlay::software;
    refused.mtu = Mtu::least_less_1;
    EXPECT_TRUE(strikes("C4", refused));
    EXPECT_FALSE(strikes("inner-mac", refused) || with(refused, {"C4", "inner-mac"}));
    Cell uncut{.l4 = L4::udp_gso, .size = Size::more_8, .fragmenting = Fragmenting::no_df};
    EXPECT_TRUE(strikes("C1", uncut) && strikes("inner-mac", uncut)) << "a wire does not take it";
    EXPECT_EQ(with(uncut, {"C1", "inner-mac"})->director, (Counts{{"u2 tx_dropped", 1}}));
    uncut.underlay = Underlay::whole;
    uncut.tunnel = Tunnel::gre;
    EXPECT_TRUE(strikes("C1", uncut));
    EXPECT_FALSE(strikes("inner-mac", uncut)) << "veth takes it whole, and GRE has no socket";
    EXPECT_FALSE(with(uncut, {"C1", "inner-mac"}));
}

// As near to 65535 bytes as full segments come: how near, and so whether the frame is longer than
// devices take, is up to the segments' length.
TEST(InnerMac, StrikesGiantsThatAreTooLong)
{
    unsigned too_long = 0, of = 0;
    for (const auto tunnel : {Tunnel::gue, Tunnel::gue_csum, Tunnel::gre, Tunnel::gre_csum})
        for (const auto inner : {Family::v4, Family::v6})
            for (const auto outer : {Family::v4, Family::v6})
                for (const auto mtu : {Mtu::m1500, Mtu::m1600, Mtu::m9000}) {
                    const Cell cell{.tunnel = tunnel,
                                    .inner = inner,
                                    .outer = outer,
                                    .size = Size::giant,
                                    .underlay = Underlay::whole,
                                    .mtu = mtu,
                                    .ingress = Ingress::gro};
                    const auto packet = shipment(cell);
                    const auto way = path(cell);
                    const auto frame =
                        14 + overhead(way.encap, way.underlay) + packet.headers() + packet.payload;
                    EXPECT_EQ(strikes("inner-mac", cell), frame >= 65536) << name(cell);
                    too_long += frame >= 65536;
                    ++of;
                }
    EXPECT_LT(too_long, of);
}

// Its segmentation code looks at what a sender says that it does not trust, and at lists.
TEST(InnerMac, OnDevicesThatTakeGsoWholeAfterALook)
{
    Cell cell{.tunnel = Tunnel::gue, .l4 = L4::tcp_gso, .underlay = Underlay::whole};
    EXPECT_TRUE(strikes("inner-mac", cell));
    cell.l4 = L4::udp_gso;
    cell.ingress = Ingress::gro_list;
    EXPECT_EQ(with(cell, {"inner-mac"})->lengths, Lengths());
}

TEST(InnerMac, IsNotCountedWhereFragmentsWereToBeMade)
{
    auto cell = gso_on_wire;
    cell.size = Size::more_9;
    cell.fragmenting = Fragmenting::no_df;
    cell.underlay = Underlay::whole;
    const auto look = with(cell, {"inner-mac"});
    ASSERT_TRUE(look);
    EXPECT_EQ(look->lengths, Lengths());
    EXPECT_EQ(look->director, Counts());
}

// 1500 less 20 and 8 of GRE, 20 and 8 of IP and UDP, is 1444 of each full segment; that of one is
// not in the checksum's error.
TEST(PartialSum, FullSegmentsOfUdpHaveAWrongGreChecksum)
{
    Cell cell{.tunnel = Tunnel::gre_csum, .l4 = L4::udp_gso, .size = Size::k};
    const auto short_by = [&](Size size, unsigned wrong, unsigned bytes) {
        cell.size = size;
        const auto look = with(cell, {"partial-sum"});
        ASSERT_TRUE(strikes("partial-sum", cell) && look) << name(cell);
        EXPECT_EQ(look->gre_wrong, wrong);
        EXPECT_EQ(look->gre_short, bytes);
        EXPECT_EQ(look->untaken, wrong);
        EXPECT_EQ(look->worker, (Counts{{"u2 rx_dropped", wrong}}));
        EXPECT_EQ(look->lengths, matrix::look(cell).lengths);
    };
    short_by(Size::two, 2, 1444);
    short_by(Size::fits, 2, 1444);
    short_by(Size::k_less_1, 2, 1444);
    short_by(Size::k, 3, 2 * 1444);
    short_by(Size::k_more_1, 3, 2 * 1444);
    short_by(Size::many, 40, 39 * 1444);
}

TEST(PartialSum, LeavesAlone)
{
    const Cell struck{.tunnel = Tunnel::gre_csum, .l4 = L4::udp_gso, .ingress = Ingress::gro};
    ASSERT_TRUE(strikes("partial-sum", struck));
    const auto is = [&](auto change) {
        auto cell = struck;
        change(cell);
        return strikes("partial-sum", cell) || with(cell, {"partial-sum"});
    };
    EXPECT_FALSE(is([](Cell& c) { c.tunnel = Tunnel::gre; })) << "has no checksum";
    EXPECT_FALSE(is([](Cell& c) { c.tunnel = Tunnel::gue_csum; })) << "the device gives it back";
    EXPECT_FALSE(is([](Cell& c) { c.l4 = L4::tcp_gso; }));
    EXPECT_FALSE(is([](Cell& c) { c.underlay = Underlay::software; }));
    EXPECT_FALSE(is([](Cell& c) { c.underlay = Underlay::whole; }));
    EXPECT_FALSE(is([](Cell& c) { c.ingress = Ingress::gro_list; })) << "segment by segment";
    EXPECT_FALSE(is([](Cell& c) { c.size = Size::more_1; })) << "refused";
    auto cut = struck;
    cut.size = Size::more_8;
    cut.fragmenting = Fragmenting::no_df;
    EXPECT_FALSE(strikes("partial-sum", cut)) << "cut in software";
    EXPECT_FALSE(with(cut, {"C1", "partial-sum"})) << "too long for the wire";
}

const Cell remote_sums{
    .tunnel = Tunnel::gue_remcsum, .l4 = L4::tcp_gso, .underlay = Underlay::software};

TEST(N1, SumsAreWrongAtTheWorkerAlone)
{
    for (const auto underlay : {Underlay::software, Underlay::whole}) {
        auto cell = remote_sums;
        cell.underlay = underlay;
        const auto look = with(cell, {"N1"});
        ASSERT_TRUE(strikes("N1", cell) && look);
        EXPECT_EQ(look->lengths, matrix::look(cell).lengths);
        EXPECT_EQ(look->worker, (Counts{{"Tcp InCsumErrors", 3}, {"Tcp InErrs", 3}}));
    }
}

TEST(N1, LeavesAlone)
{
    auto cell = remote_sums;
    cell.underlay = Underlay::wire;
    EXPECT_FALSE(strikes("N1", cell)) << "bytes carry no mark";
    cell = remote_sums;
    cell.tunnel = Tunnel::gue_csum;
    EXPECT_FALSE(strikes("N1", cell));
    cell = remote_sums;
    cell.l4 = L4::tcp;
    EXPECT_FALSE(strikes("N1", cell)) << "not segmented";
    cell = remote_sums;
    cell.fragmenting = Fragmenting::no_df;
    cell.size = Size::more_1;
    EXPECT_FALSE(strikes("N1", cell)) << "all are fragments";
    cell.outer = Family::v6;
    EXPECT_TRUE(strikes("N1", cell)) << "the last, half segment is none";
    EXPECT_EQ(with(cell, {"N1"})->worker, (Counts{{"Tcp InCsumErrors", 1}, {"Tcp InErrs", 1}}));
}

} // namespace
} // namespace gueway::matrix
