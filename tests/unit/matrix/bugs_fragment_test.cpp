// SPDX-License-Identifier: GPL-2.0-only
// Bugs of fragments (bugs_fragment.cpp): which cells each touches, and others, as near as may be,
// that it does not, and what it makes of them. Lengths are added up by hand: 1500 less 20 or 40,
// less 12 of GUE, is M_in.
#include "encap/oracle.h"
#include "matrix/axes.h"
#include "matrix/variants.h"
#include "tests/unit/matrix/with_bugs.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

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
    const Cell cell{
        .tunnel = Tunnel::gue, .outer = Family::v6, .l4 = L4::udp, .event = Event::fragments};
    // 1460 bytes behind the outer header: 1232 = 8 * floor((1280 - 48) / 8), and 228.
    EXPECT_EQ(with(cell, {"C2"})->lengths, (Lengths{1280, 48 + 228}));
}

TEST(C2, IsOfFragmentsOfIpv4OverIpv6)
{
    constexpr auto fragments = Event::fragments;
    EXPECT_FALSE(strikes("C2", {.inner = Family::v4, .outer = Family::v4, .event = fragments}));
    EXPECT_FALSE(strikes("C2", {.inner = Family::v6, .outer = Family::v6, .event = fragments}));
    EXPECT_FALSE(strikes("C2", {.tunnel = Tunnel::gue, .outer = Family::v6, .l4 = L4::udp}));
}

// In IP in IP of the same family.
Cell in_fragments(Family family)
{
    return {.tunnel = Tunnel::ipip,
            .inner = family,
            .outer = family,
            .l4 = L4::udp,
            .size = Size::fits,
            .underlay = Underlay::whole,
            .ingress = Ingress::plain,
            .event = Event::fragments};
}

TEST(AsItCame, IsTheLengthOfTheClientsFragments)
{
    Cell cell = in_fragments(Family::v4);
    EXPECT_EQ(with(cell, {"as-it-came"})->lengths, (Lengths{756, 756, 28}));
    cell.outer = Family::v6;
    EXPECT_FALSE(strikes("as-it-came", cell) || with(cell, {"as-it-came"}));
}

// Seen on 6.1.192: as the client cut it where that is a place for a cut, else at 1280 bytes.
TEST(AsItCame, OfIpv6IsNoLessThan1280OrTheClientsOwn)
{
    Cell cell = in_fragments(Family::v6);
    EXPECT_EQ(with(cell, {"as-it-came"})->lengths, (Lengths{888, 668}));
    for (const auto tunnel : {Tunnel::gue, Tunnel::gre}) {
        cell.tunnel = tunnel;
        EXPECT_EQ(with(cell, {"as-it-came"})->lengths, (Lengths{1280, 276}));
    }
    cell.outer = Family::v4; // that would be C2 the other way round
    EXPECT_FALSE(strikes("as-it-came", cell) || with(cell, {"as-it-came"}));
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

} // namespace
} // namespace gueway::matrix
