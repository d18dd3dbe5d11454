// SPDX-License-Identifier: GPL-2.0-only
// Each bug has a cell and a look that it is known by, and others, as near as may be, that it is
// not. Lengths are added up by hand: 1500 less 20 or 40, less 12 of GUE, is M_in.
#include "encap/oracle.h"
#include "matrix/known_bugs.h"
#include "matrix/rules.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

using Ids = std::vector<std::string>;
using Lengths = std::vector<unsigned>;
const Ids nobody;

Lengths wanted(const Cell& cell)
{
    Lengths lengths;
    for (const auto& packet : expect(path(cell), shipment(cell)).wire)
        lengths.push_back(packet.length);
    return lengths;
}

bool strikes(const char* id, const Cell& cell)
{
    return known_bug(id)->strikes(cell);
}

Symptoms lost(const Cell& cell, uint64_t dropped)
{
    return {.wanted = wanted(cell), .device_dropped = dropped};
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
                EXPECT_EQ(recognise(cell, lost(cell, 1)), Ids{"inner-mac"}) << name(cell);
            }
}

TEST(InnerMac, StrikesWhatTheDirectorItselfSends)
{
    auto cell = gso_on_wire;
    cell.l4 = L4::udp_gso;
    cell.origin = Origin::director;
    EXPECT_EQ(recognise(cell, lost(cell, 1)), Ids{"inner-mac"});
}

TEST(InnerMac, LeavesAlone)
{
    const auto with = [](auto change) {
        auto cell = gso_on_wire;
        change(cell);
        return cell;
    };
    EXPECT_FALSE(strikes("inner-mac", with([](Cell& c) { c.tunnel = Tunnel::ipip; })));
    EXPECT_FALSE(strikes("inner-mac", with([](Cell& c) { c.tunnel = Tunnel::fou; })));
    EXPECT_FALSE(strikes("inner-mac", with([](Cell& c) { c.l4 = L4::tcp; })));
    EXPECT_FALSE(strikes("inner-mac", with([](Cell& c) {
                             c.underlay = Underlay::whole;
                             c.ingress = Ingress::gro;
                         })))
        << "no code that segments looks at it";
    EXPECT_FALSE(strikes("inner-mac", with([](Cell& c) { c.size = Size::more_1; }))) << "refused";
    EXPECT_FALSE(strikes("inner-mac", with([](Cell& c) {
                             c.outer = Family::v6;
                             c.mtu = Mtu::least_less_1;
                         })))
        << "dropped before";
}

TEST(InnerMac, OnDevicesThatTakeGsoWhole)
{
    Cell cell{.tunnel = Tunnel::gue_remcsum, .l4 = L4::tcp_gso, .underlay = Underlay::whole};
    EXPECT_EQ(recognise(cell, lost(cell, 1)), Ids{"inner-mac"}) << "nobody offloads remcsum";
    cell = {.tunnel = Tunnel::gue, .l4 = L4::udp_gso, .underlay = Underlay::whole};
    EXPECT_EQ(
        recognise(cell, {.lengths = wanted(cell), .wanted = wanted(cell), .udp_in_errors = 1}),
        Ids{"inner-mac"});
    EXPECT_EQ(recognise(cell, lost(cell, 1)), nobody);
    cell.tunnel = Tunnel::gre;
    EXPECT_FALSE(strikes("inner-mac", cell));
}

TEST(InnerMac, NotWhereAnotherBugComesFirst)
{
    Cell refused{.tunnel = Tunnel::gue_csum, .inner = Family::v6, .l4 = L4::udp_gso};
    refused.size = Size::more_1;
    refused.underlay = Underlay::software;
    refused.mtu = Mtu::least_less_1;
    EXPECT_TRUE(strikes("C4", refused));
    EXPECT_FALSE(strikes("inner-mac", refused));
    Cell uncut{.l4 = L4::udp_gso, .size = Size::more_8, .fragmenting = Fragmenting::no_df};
    EXPECT_TRUE(strikes("C1", uncut) && strikes("inner-mac", uncut)) << "a wire does not take it";
    uncut.underlay = Underlay::whole;
    uncut.tunnel = Tunnel::gre;
    EXPECT_TRUE(strikes("C1", uncut));
    EXPECT_FALSE(strikes("inner-mac", uncut)) << "veth takes it whole, and GRE has no socket";
}

// As near to 65535 bytes as full segments come: how near, and so whether the frame is longer than
// devices take, is up to the segments' length.
TEST(InnerMac, GiantsAreTooLongForSomeMtus)
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
    EXPECT_GT(too_long, 0U);
    EXPECT_LT(too_long, of);
}

// Its segmentation code looks at what a sender says that it does not trust, and at lists.
TEST(InnerMac, OnDevicesThatTakeGsoWholeAfterALook)
{
    Cell cell{.tunnel = Tunnel::gue, .l4 = L4::tcp_gso, .underlay = Underlay::whole};
    EXPECT_EQ(recognise(cell, lost(cell, 1)), Ids{"inner-mac"});
    cell.l4 = L4::udp_gso;
    cell.ingress = Ingress::gro_list;
    EXPECT_EQ(recognise(cell, lost(cell, 1)), Ids{"inner-mac"});
}

TEST(Lists, HaveBugsOfTheirOwn)
{
    const Cell cell{.l4 = L4::udp_gso, .underlay = Underlay::whole, .ingress = Ingress::gro_list};
    Symptoms seen{.lengths = wanted(cell), .wanted = wanted(cell)};
    EXPECT_EQ(recognise(cell, seen), nobody);
    seen.old_ttl = 2;
    EXPECT_EQ(recognise(cell, seen), Ids{"list-ttl"});
    seen.bad_offload = true;
    EXPECT_EQ(recognise(cell, seen), (Ids{"list-ttl", "list-offload"}));
    seen = {.lengths = wanted(cell), .wanted = wanted(cell), .sum_errors = 1};
    EXPECT_EQ(recognise(cell, seen), Ids{"list-sum"});
    auto on_wire = cell;
    on_wire.underlay = Underlay::wire;
    EXPECT_EQ(recognise(on_wire, seen), nobody) << "only veth hands lists over";
    auto one_packet = cell;
    one_packet.ingress = Ingress::gro;
    seen.old_ttl = 2;
    EXPECT_EQ(recognise(one_packet, seen), nobody);
}

TEST(InnerMac, IsNotCountedWhereFragmentsWereToBeMade)
{
    auto cell = gso_on_wire;
    cell.size = Size::more_9;
    cell.fragmenting = Fragmenting::no_df;
    cell.underlay = Underlay::whole;
    EXPECT_EQ(recognise(cell, lost(cell, 0)), Ids{"inner-mac"});
    EXPECT_EQ(recognise(cell, lost(cell, 1)), nobody);
}

TEST(InnerMac, IsNotAnyLoss)
{
    const auto& cell = gso_on_wire;
    EXPECT_EQ(recognise(cell, lost(cell, 0)), nobody) << "no account";
    auto seen = lost(cell, 1);
    seen.lengths = {1500};
    EXPECT_EQ(recognise(cell, seen), nobody) << "a part came";
    seen = lost(cell, 1);
    seen.icmp_mtu = 1468;
    EXPECT_EQ(recognise(cell, seen), nobody) << "refused";
}

TEST(GsoMtu, LetsThroughWhatShouldBeRefused)
{
    for (const auto inner : {Family::v4, Family::v6})
        for (const auto tunnel : {Tunnel::ipip, Tunnel::gue, Tunnel::fou}) {
            const Cell cell{.tunnel = tunnel, .inner = inner, .size = Size::more_1};
            EXPECT_EQ(recognise(cell, {.lengths = {1500, 21, 1500, 21, 700}}), Ids{"gso-mtu"});
        }
}

TEST(GsoMtu, IsNoneOf)
{
    Cell cell{.size = Size::more_1};
    EXPECT_EQ(recognise(cell, {.lengths = {1500, 21}, .icmp_mtu = 1468}), nobody) << "and told";
    EXPECT_EQ(recognise(cell, {}), nobody) << "lost";
    EXPECT_EQ(recognise(cell, {.icmp_mtu = 1500}), nobody) << "told nonsense";
    cell.l4 = L4::tcp;
    EXPECT_FALSE(strikes("gso-mtu", cell)) << "was always checked";
    cell = {.size = Size::more_1, .fragmenting = Fragmenting::no_df};
    EXPECT_FALSE(strikes("gso-mtu", cell)) << "is to be cut";
    EXPECT_FALSE(strikes("gso-mtu", {.size = Size::fits}));
}

const Cell remote_sums{
    .tunnel = Tunnel::gue_remcsum, .l4 = L4::tcp_gso, .underlay = Underlay::software};

TEST(N1, SumsAreWrongAtTheWorkerAlone)
{
    for (const auto underlay : {Underlay::software, Underlay::whole}) {
        auto cell = remote_sums;
        cell.underlay = underlay;
        Symptoms seen{.lengths = wanted(cell), .wanted = wanted(cell), .sum_errors = 3};
        EXPECT_EQ(recognise(cell, seen), Ids{"N1"});
        seen.bad_inner_sum = 3;
        EXPECT_EQ(recognise(cell, seen), nobody) << "on the wire too";
        seen.bad_inner_sum = 0;
        seen.lengths.pop_back();
        EXPECT_EQ(recognise(cell, seen), nobody) << "a segment is missing";
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
    const auto cell = datagrams(Size::more_4);
    // 1472 - 28 = 1444 in each, 722 in the last.
    const Lengths whole{1504, 1504, 32 + 28 + 722};
    EXPECT_EQ(recognise(cell, {.lengths = whole, .wanted = wanted(cell)}), Ids{"C1"});
    EXPECT_EQ(recognise(cell, {.lengths = wanted(cell), .wanted = wanted(cell)}), nobody);
    EXPECT_EQ(recognise(cell, {.lengths = {1503, 1504, 782}, .wanted = wanted(cell)}), nobody);
}

TEST(C1, DevicesMayDropWhatIsTooLong)
{
    const auto cell = datagrams(Size::more_8, Underlay::software);
    Symptoms seen{.lengths = {32 + 28 + 724}, .wanted = wanted(cell), .device_dropped = 2};
    EXPECT_EQ(recognise(cell, seen), Ids{"C1"});
    seen.device_dropped = 0;
    EXPECT_EQ(recognise(cell, seen), nobody);
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
    const Symptoms seen{.lengths = {1280, 48 + 228}, .wanted = {1500}};
    EXPECT_EQ(recognise(cell, seen), Ids{"C2"});
    EXPECT_EQ(recognise(cell, {.lengths = {1276, 52 + 228}, .wanted = {1500}}), nobody);
    EXPECT_EQ(recognise(cell, {.lengths = {1500}, .wanted = {1500}}), nobody);
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
    EXPECT_EQ(recognise(cell, {.lengths = {1501}}), Ids{"C3"}) << "out again, as it was";
    EXPECT_EQ(recognise(cell, {}), nobody) << "it did not";
    EXPECT_EQ(recognise(cell, {.icmp_mtu = 1448}), nobody);
    const auto learned = behind_a_router(Tunnel::gue, Family::v4, Family::v4);
    EXPECT_EQ(recognise(learned, {.lengths = {1501}}), nobody);
    auto without = cell;
    without.event = Event::none;
    EXPECT_EQ(recognise(without, {.lengths = {1501}}), nobody);
}

TEST(StaleMtu, IsTheUnderlaysAtFirst)
{
    const auto cell = behind_a_router(Tunnel::gre, Family::v4, Family::v4);
    EXPECT_EQ(recognise(cell, {.icmp_mtu = 1476, .first_icmp_mtu = 1576}), Ids{"stale-mtu"});
    EXPECT_EQ(recognise(cell, {.icmp_mtu = 1476, .first_icmp_mtu = 1476}), nobody);
    EXPECT_EQ(recognise(cell, {.icmp_mtu = 1576, .first_icmp_mtu = 1576}), nobody) << "for ever";
}

TEST(AsItCame, IsTheLengthOfTheClientsFragments)
{
    Cell cell{.tunnel = Tunnel::ipip,
              .l4 = L4::udp,
              .size = Size::fits,
              .underlay = Underlay::whole,
              .ingress = Ingress::plain,
              .event = Event::fragments};
    const Symptoms seen{.lengths = {756, 756, 28}, .wanted = {1500}};
    EXPECT_EQ(recognise(cell, seen), Ids{"as-it-came"});
    EXPECT_EQ(recognise(cell, {.lengths = {1280, 276}, .wanted = {1500}}), nobody);
    cell.outer = Family::v6;
    EXPECT_EQ(recognise(cell, seen), nobody);
}

TEST(C4, TellsAnIpv6ClientLessThan1280)
{
    const Cell cell{.tunnel = Tunnel::gue,
                    .inner = Family::v6,
                    .l4 = L4::udp,
                    .size = Size::more_1,
                    .mtu = Mtu::least_less_1};
    EXPECT_EQ(recognise(cell, {.wanted = wanted(cell), .icmp_mtu = 1279}), Ids{"C4"});
    EXPECT_EQ(recognise(cell, {.wanted = wanted(cell), .icmp_mtu = 1280}), nobody);
    EXPECT_EQ(recognise(cell, {.wanted = wanted(cell)}), nobody);
    auto other = cell;
    other.mtu = Mtu::least;
    EXPECT_FALSE(strikes("C4", other));
    other = cell;
    other.size = Size::fits;
    EXPECT_FALSE(strikes("C4", other));
    other = cell;
    other.outer = Family::v6;
    EXPECT_FALSE(strikes("C4", other)) << "dropped";
    other = cell;
    other.origin = Origin::director;
    EXPECT_EQ(recognise(other, {.wanted = wanted(other), .told_itself = true}), Ids{"C4"});
    EXPECT_EQ(recognise(other, {.wanted = wanted(other)}), nobody) << "lost, and nobody was told";
}

TEST(IcmpPmtu, TellsWhatIpInIpLeaves)
{
    const auto cell = behind_a_router(Tunnel::gre, Family::v4, Family::v4);
    EXPECT_EQ(recognise(cell, {.icmp_mtu = 1476, .first_icmp_mtu = 1480}), Ids{"icmp-pmtu"});
    EXPECT_EQ(recognise(cell, {.icmp_mtu = 1476, .first_icmp_mtu = 1580}), Ids{"icmp-pmtu"})
        << "and that of the underlay";
    const auto ipip = behind_a_router(Tunnel::ipip, Family::v4, Family::v4);
    EXPECT_EQ(recognise(ipip, {.icmp_mtu = 1480, .first_icmp_mtu = 1480}), nobody);
}

TEST(AtomicFragment, GoesToSegmentsThatFit)
{
    Cell cell{.tunnel = Tunnel::ipip,
              .outer = Family::v6,
              .size = Size::more_8,
              .underlay = Underlay::software,
              .fragmenting = Fragmenting::no_df};
    auto seen = wanted(cell);
    EXPECT_EQ(recognise(cell, {.lengths = seen, .wanted = seen}), nobody);
    const auto before = seen;
    seen.back() += 8;
    EXPECT_EQ(recognise(cell, {.lengths = seen, .wanted = before}), Ids{"atomic-fragment"});
    cell.outer = Family::v4;
    EXPECT_FALSE(strikes("atomic-fragment", cell));
}

// What a kernel without any fault shows.
Symptoms as_expected(const Cell& cell)
{
    const auto answer = expect(path(cell), shipment(cell));
    return {.lengths = wanted(cell),
            .wanted = wanted(cell),
            .icmp_mtu = answer.icmp ? answer.icmp->mtu : 0};
}

TEST(KnownBugs, NoneInAKernelThatDoesAsItShould)
{
    unsigned number = 0, asked = 0;
    enumerate(rules(), [&](const Cell& cell) {
        if (number++ % 101 != 0) return; // of all axes' values, a part of the combinations
        ++asked;
        EXPECT_EQ(recognise(cell, as_expected(cell)), nobody) << name(cell);
    });
    EXPECT_GT(asked, 1000U);
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
