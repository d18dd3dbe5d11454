// SPDX-License-Identifier: GPL-2.0-only
// Each bug has cells that it touches, and others, as near as may be, that it does not, and what it
// makes of them. Lengths are added up by hand: 1500 less 20 or 40, less 12 of GUE, is M_in.
#include "encap/oracle.h"
#include "matrix/axes.h"
#include "matrix/known_bugs.h"
#include "matrix/look.h"
#include "matrix/rules.h"
#include "matrix/variants.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

using Ids = std::vector<std::string>;
using Lengths = std::vector<unsigned>;

bool strikes(const char* id, const Cell& cell)
{
    return known_bug(id)->strikes(cell);
}

// What is seen of the cell where there are these bugs, in the order of the list; nothing when they
// do not go together there.
std::optional<Look> with(const Cell& cell, const Ids& ids)
{
    for (auto& variant : variants(cell))
        if (variant.bugs == ids) return variant.look;
    return std::nullopt;
}

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

TEST(Lists, HaveBugsOfTheirOwn)
{
    const Cell cell{.l4 = L4::udp_gso, .underlay = Underlay::whole, .ingress = Ingress::gro_list};
    EXPECT_TRUE(with(cell, {"list-ttl"})->first_hop);
    EXPECT_EQ(with(cell, {"list-offload"})->warnings, 1U);
    EXPECT_FALSE(with(cell, {"list-offload", "list-ttl"})) << "veth does not look into it";
    EXPECT_FALSE(with(cell, {"list-sum"})) << "nor is it whole otherwise";
    const auto look = with(cell, {"list-offload", "list-sum"});
    ASSERT_TRUE(look);
    EXPECT_EQ(look->worker, (Counts{{"Udp InCsumErrors", 1}, {"Udp InErrors", 1}}));
    EXPECT_EQ(look->lengths, matrix::look(cell).lengths);
    auto device = cell;
    device.tunnel = Tunnel::fou;
    EXPECT_EQ(with(device, {"list-offload"})->warnings, 2U) << "the tunnel's too";
    device.underlay = Underlay::wire;
    EXPECT_EQ(with(device, {"list-offload", "list-ttl"})->warnings, 1U);
    auto on_wire = cell;
    on_wire.underlay = Underlay::wire;
    EXPECT_FALSE(strikes("list-sum", on_wire)) << "only veth hands lists over";
    auto one_packet = cell;
    one_packet.ingress = Ingress::gro;
    for (const char* id : {"list-ttl", "list-sum", "list-offload"})
        EXPECT_FALSE(strikes(id, one_packet));
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

// Segments of M_in + `size`, of which two and a half come.
Cell datagrams(Size size, Underlay underlay = Underlay::whole)
{
    return {.tunnel = Tunnel::gue,
            .l4 = L4::udp_gso,
            .size = size,
            .underlay = underlay,
            .fragmenting = Fragmenting::no_df};
}

TEST(C1, SegmentsAreAsLongAsTheyAre)
{
    // 1472 - 28 = 1444 in each, 722 in the last.
    const Lengths whole{1504, 1504, 32 + 28 + 722};
    EXPECT_EQ(with(datagrams(Size::more_4), {"C1"})->lengths, whole);
}

TEST(C1, DevicesDropWhatIsTooLong)
{
    EXPECT_EQ(with(datagrams(Size::more_8, Underlay::software), {"C1"})->lengths.size(), 3U)
        << "veth's other end takes 9004 bytes";
    auto cell = datagrams(Size::more_8, Underlay::software);
    cell.mtu = Mtu::m9000;
    const auto look = with(cell, {"C1"});
    // 8968 + 8 - 28 = 8948 in each, 4474 in the last.
    EXPECT_EQ(look->lengths, (Lengths{32 + 28 + 4474}));
    EXPECT_EQ(look->skipped, 2U);
    EXPECT_EQ(look->director, (Counts{{"u1 tx_dropped", 2}}));
    EXPECT_EQ(look->worker, (Counts{{"u1 rx_dropped", 2}}));
    cell.underlay = Underlay::wire;
    EXPECT_EQ(with(cell, {"C1"})->director, (Counts{{"u2 tx_errors", 2}}));
    cell.tunnel = Tunnel::ipip;
    EXPECT_EQ(with(cell, {"C1"})->director, (Counts{{"u2 tx_errors", 1}})) << "two in one packet";
}

TEST(C1, IsOfEightBytes)
{
    EXPECT_FALSE(strikes("C1", datagrams(Size::fits)));
    EXPECT_TRUE(strikes("C1", datagrams(Size::more_1)));
    EXPECT_TRUE(strikes("C1", datagrams(Size::more_8)));
    EXPECT_FALSE(strikes("C1", datagrams(Size::more_9)));
    auto cell = datagrams(Size::more_1);
    cell.fragmenting = Fragmenting::df;
    EXPECT_FALSE(strikes("C1", cell));
    cell.fragmenting = Fragmenting::df_unheeded;
    EXPECT_TRUE(strikes("C1", cell));
    cell.l4 = L4::tcp_gso;
    EXPECT_FALSE(strikes("C1", cell));
    cell = datagrams(Size::more_1);
    cell.tunnel = Tunnel::fou;
    EXPECT_FALSE(strikes("C1", cell)) << "is cut before it enters the tunnel";
}

TEST(C2, CutsAtTheLeastMtu)
{
    const Cell cell{.tunnel = Tunnel::gue, .outer = Family::v6, .l4 = L4::udp};
    // 1460 bytes behind the outer header: 1232 = 8 * floor((1280 - 48) / 8), and 228.
    EXPECT_EQ(with(cell, {"C2"})->lengths, (Lengths{1280, 48 + 228}));
}

TEST(C2, IsOfIpv4OverIpv6)
{
    EXPECT_FALSE(strikes("C2", {.inner = Family::v4, .outer = Family::v4}));
    EXPECT_FALSE(strikes("C2", {.inner = Family::v6, .outer = Family::v6}));
    EXPECT_FALSE(strikes("C2", {.tunnel = Tunnel::fou, .outer = Family::v6}));
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

TEST(AsItCame, IsTheLengthOfTheClientsFragments)
{
    Cell cell{.tunnel = Tunnel::ipip,
              .l4 = L4::udp,
              .size = Size::fits,
              .underlay = Underlay::whole,
              .ingress = Ingress::plain,
              .event = Event::fragments};
    EXPECT_EQ(with(cell, {"as-it-came"})->lengths, (Lengths{756, 756, 28}));
    cell.outer = Family::v6;
    EXPECT_FALSE(strikes("as-it-came", cell) || with(cell, {"as-it-came"}));
}

// Seen on 6.1.192: as the client cut it where that is a place for a cut, else at 1280 bytes.
TEST(AsItCame, OfIpv6IsNoLessThan1280OrTheClientsOwn)
{
    Cell cell{.tunnel = Tunnel::ipip,
              .inner = Family::v6,
              .outer = Family::v6,
              .l4 = L4::udp,
              .size = Size::fits,
              .underlay = Underlay::whole,
              .ingress = Ingress::plain,
              .event = Event::fragments};
    EXPECT_EQ(with(cell, {"as-it-came"})->lengths, (Lengths{888, 668}));
    for (const auto tunnel : {Tunnel::gue, Tunnel::gre}) {
        cell.tunnel = tunnel;
        EXPECT_EQ(with(cell, {"as-it-came"})->lengths, (Lengths{1280, 276}));
    }
    cell.outer = Family::v4; // that would be C2 the other way round
    EXPECT_FALSE(strikes("as-it-came", cell) || with(cell, {"as-it-came"}));
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

TEST(AtomicFragment, GoesToSegmentsThatFit)
{
    Cell cell{.tunnel = Tunnel::ipip,
              .outer = Family::v6,
              .size = Size::more_8,
              .underlay = Underlay::software,
              .fragmenting = Fragmenting::no_df};
    auto lengths = matrix::look(cell).lengths;
    lengths.back() += 8;
    EXPECT_EQ(with(cell, {"atomic-fragment"})->lengths, lengths);
    cell.outer = Family::v4;
    EXPECT_FALSE(strikes("atomic-fragment", cell));
}

// Else nothing of the bug would ever be seen.
TEST(KnownBugs, MakeADifference)
{
    unsigned number = 0, made = 0;
    enumerate(rules(), [&](const Cell& cell) {
        if (number++ % 1009 != 0) return; // of all axes' values, a part of the combinations
        const auto all = variants(cell);
        ASSERT_TRUE(all.front().bugs.empty());
        EXPECT_EQ(all.front().look, look(cell)) << name(cell);
        for (const auto& variant : all) {
            if (variant.bugs.size() != 1) continue;
            ++made;
            EXPECT_NE(variant.look, look(cell)) << name(cell) << ": " << variant.bugs.front();
        }
    });
    EXPECT_GT(made, 50U);
}

TEST(KnownBugs, HaveDifferentIdsAndSayWhatTheyAre)
{
    std::set<std::string_view> ids;
    for (const auto& bug : known_bugs()) {
        EXPECT_TRUE(ids.insert(bug.id).second) << bug.id;
        EXPECT_FALSE(bug.title.empty());
        EXPECT_EQ(bug.fix.empty(), bug.fixed_in.empty()) << bug.id;
        EXPECT_EQ(known_bug(bug.id), &bug);
    }
    EXPECT_EQ(known_bug("none"), nullptr);
}

} // namespace
} // namespace gueway::matrix
