// SPDX-License-Identifier: GPL-2.0-only
// The oracle's answers written out: the tables of ../shared/kernel-facts.md, and each rule on both
// sides of its limit.
#include "encap/fragments.h"
#include "encap/oracle.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace gueway {
namespace {

using enum EncapType;
using enum EncapChecksum;

constexpr Encap gue_remote{gue, 5501, remote}, gue_none{gue, 5501, none}, ip_in_ip{ipip, 0, none},
    fou{fou_interface, 5555, none};
constexpr unsigned udp_header = 8;

Shipment datagram(int family, unsigned length)
{
    Shipment one{.family = family, .transport = Transport::udp, .transport_header = udp_header};
    one.payload = length - one.headers();
    return one;
}

Shipment may_be_cut(unsigned length)
{
    auto one = datagram(AF_INET, length);
    one.dont_fragment = false;
    return one;
}

// Segments of `length`, and half a one.
Shipment segmented(int family, unsigned length)
{
    Shipment one{.family = family, .partial = true};
    one.gso_size = length - one.headers();
    one.payload = one.gso_size * 2 + one.gso_size / 2;
    return one;
}

std::vector<unsigned> lengths(const Expectation& answer)
{
    std::vector<unsigned> all;
    all.reserve(answer.wire.size());
    for (const auto& each : answer.wire) all.push_back(each.length);
    return all;
}

struct Room {
    Encap encap;
    unsigned over_v4, over_v6;
};
class RoomAt1500 : public testing::TestWithParam<Room> {};

TEST_P(RoomAt1500, OfGsoPackets)
{
    const auto& row = GetParam();
    const auto packet = segmented(AF_INET, 1000);
    EXPECT_EQ(inner_mtu(TunnelPath{row.encap, AF_INET, 1500}, packet), row.over_v4);
    EXPECT_EQ(inner_mtu(TunnelPath{row.encap, AF_INET6, 1500}, packet), row.over_v6);
}

INSTANTIATE_TEST_SUITE_P(
    KernelFacts, RoomAt1500,
    testing::Values(Room{ip_in_ip, 1480, 1460}, Room{{gre, 0, none}, 1476, 1456},
                    Room{{gre, 0, full}, 1472, 1452}, Room{gue_none, 1468, 1448},
                    Room{{gue, 5501, full}, 1468, 1448}, Room{gue_remote, 1460, 1440}));

TEST(Oracle, RemoteChecksumsCostNothingWhereTheChecksumIsDone)
{
    auto packet = datagram(AF_INET, 1468);
    EXPECT_EQ(tunnel_header(gue_remote, packet), 12U);
    EXPECT_EQ(expect({gue_remote}, packet).fate, Fate::delivered);
    packet.partial = true;
    EXPECT_EQ(tunnel_header(gue_remote, packet), 20U);
    EXPECT_EQ(expect({gue_remote}, packet).icmp, (IcmpAnswer{3, 4, 1460}));
}

TEST(Oracle, SegmentsOfAListHaveTheirChecksums)
{
    auto packet = segmented(AF_INET, 1468);
    EXPECT_EQ(expect({gue_remote}, packet).icmp, (IcmpAnswer{3, 4, 1460}));
    packet.partial = false;
    EXPECT_EQ(lengths(expect({gue_remote}, packet)), (std::vector<unsigned>{1500, 1500, 786}));
}

TEST(Oracle, SmallestUnderlayForAnOrdinaryPacket)
{
    const auto packet = datagram(AF_INET, 1500);
    EXPECT_EQ(expect({gue_none, AF_INET, 1532}, packet).fate, Fate::delivered);
    EXPECT_EQ(expect({gue_none, AF_INET, 1531}, packet).fate, Fate::refused);
    const auto segments = segmented(AF_INET6, 1500);
    EXPECT_EQ(expect({gue_remote, AF_INET6, 1560}, segments).fate, Fate::delivered);
    EXPECT_EQ(expect({gue_remote, AF_INET6, 1559}, segments).icmp, (IcmpAnswer{2, 0, 1499}));
}

TEST(Oracle, BlackHoleOfIpv6Underlays)
{
    const auto packet = datagram(AF_INET, 100);
    EXPECT_EQ(expect({gue_none, AF_INET6, 1280 + 40 + 12}, packet).fate, Fate::delivered);
    const auto dropped = expect({gue_none, AF_INET6, 1280 + 40 + 12 - 1}, packet);
    EXPECT_EQ(dropped.fate, Fate::dropped);
    EXPECT_FALSE(dropped.icmp);
    EXPECT_TRUE(dropped.wire.empty());
}

TEST(Oracle, BlackHoleOfIpv4Underlays)
{
    const auto packet = datagram(AF_INET, 28);
    EXPECT_EQ(expect({ip_in_ip, AF_INET, 88}, packet).fate, Fate::delivered);
    EXPECT_EQ(expect({ip_in_ip, AF_INET, 87}, packet).fate, Fate::dropped);
}

TEST(Oracle, SegmentsOfAGsoPacket)
{
    Shipment packet{.family = AF_INET6, .payload = 2800, .gso_size = 1400};
    EXPECT_EQ(packet.segments(), 2U);
    packet.payload = 2801;
    EXPECT_EQ(packet.segments(), 3U);
    EXPECT_EQ(packet.segment_length(1), 1460U);
    EXPECT_EQ(packet.segment_length(2), 61U);
    EXPECT_EQ(lengths(expect({gue_none, AF_INET, 1600}, packet)),
              (std::vector<unsigned>{1492, 1492, 93}));
}

TEST(Oracle, APacketWithoutPayloadIsOnePacket)
{
    const Shipment packet{.payload = 0};
    EXPECT_EQ(lengths(expect({gue_none}, packet)), (std::vector<unsigned>{72}));
}

TEST(Oracle, OfAPacketInFragmentsTheseAreWhatIsTooLong)
{
    for (const int family : {AF_INET, AF_INET6}) {
        auto packet = datagram(family, 1469);
        EXPECT_EQ(expect({.encap = gue_none}, packet).fate, Fate::refused);
        packet.longest_fragment = 1468;
        const auto passed = expect({.encap = gue_none}, packet);
        EXPECT_EQ(passed.fate, Fate::delivered);
        EXPECT_EQ(passed.fragments, Fragments::outer);
        packet.longest_fragment = 1469;
        EXPECT_EQ(expect({.encap = gue_none}, packet).fate, Fate::refused);
    }
}

TEST(Oracle, LastSegmentIsNotTheOneThatCounts)
{
    EXPECT_EQ(expect({gue_none}, segmented(AF_INET, 1468)).fate, Fate::delivered);
    EXPECT_EQ(expect({gue_none}, segmented(AF_INET, 1469)).icmp, (IcmpAnswer{3, 4, 1468}));
}

TEST(Oracle, PmtuDiscOffCutsTheOuterPacketAllTheSame)
{
    const TunnelPath path{gue_none, AF_INET, 1500, false};
    const auto answer = expect(path, datagram(AF_INET, 1469));
    EXPECT_EQ(answer.fragments, Fragments::outer);
    // 1481 bytes of data behind the outer header, of which 1480 fit.
    EXPECT_EQ(answer.wire, (std::vector<WirePacket>{{1500, 0, 0, true}, {21, 0, 1480, false}}));
}

TEST(Oracle, OnlySegmentsThatAreTooLongAreCut)
{
    auto packet = segmented(AF_INET, 1470);
    packet.dont_fragment = false;
    EXPECT_EQ(lengths(expect({gue_none}, packet)),
              (std::vector<unsigned>{1500, 22, 1500, 22, 32 + 40 + 715}));
}

TEST(Oracle, Ipv6FragmentsHaveAHeaderMore)
{
    // 1449 + 12 bytes behind the outer header; 1448 = 8 * floor((1500 - 48) / 8) fit.
    const auto answer = expect({gue_none, AF_INET6, 1500}, may_be_cut(1449));
    EXPECT_EQ(answer.wire,
              (std::vector<WirePacket>{{1496, 0, 0, true}, {48 + 13, 0, 1448, false}}));
}

// RFC 791, section 3.2: what is left goes into one fragment as soon as it fits, multiple or not.
TEST(Oracle, LastFragmentMayBeLongerThanTheOthers)
{
    const auto parts = cut(AF_INET, 1480 + 1483, 1503);
    EXPECT_EQ(parts, (std::vector<Part>{{0, 1480, true}, {1480, 1483, false}}));
}

TEST(Oracle, NothingIsCutWhereNothingFits)
{
    EXPECT_TRUE(cut(AF_INET, 100, 27).empty());
    EXPECT_EQ(cut(AF_INET, 16, 28).size(), 2U);
}

TEST(Oracle, FouInterfaceCutsTheInnerPacket)
{
    // The device has 1472: 20 and 1448 (1452 rounded down), then 20 and the one byte that is left.
    const auto answer = expect({fou}, may_be_cut(1473));
    EXPECT_EQ(answer.fragments, Fragments::inner);
    EXPECT_EQ(answer.wire, (std::vector<WirePacket>{{28 + 20 + 1448, 0, 0, true},
                                                    {28 + 20 + 5, 0, 1448, false}}));
}

TEST(Oracle, FouInterfaceHeedsNoPmtuDisc)
{
    const auto answer = expect({fou, AF_INET, 1500, false}, datagram(AF_INET, 1473));
    EXPECT_EQ(answer.icmp, (IcmpAnswer{3, 4, 1472}));
}

TEST(Oracle, FouInterfaceOverIpv6CarriesIpv4InLessThan1280)
{
    const TunnelPath path{fou, AF_INET6, 1300};
    EXPECT_TRUE(exists(path, AF_INET));
    EXPECT_FALSE(exists(path, AF_INET6));
    EXPECT_EQ(expect(path, datagram(AF_INET, 1252)).fate, Fate::delivered);
    EXPECT_EQ(expect(path, datagram(AF_INET, 1253)).icmp, (IcmpAnswer{3, 4, 1252}));
}

TEST(Oracle, WaysThatThereAreNot)
{
    EXPECT_TRUE(exists({fou, AF_INET, 1280 + 28}, AF_INET6));
    EXPECT_FALSE(exists({fou, AF_INET, 1280 + 27}, AF_INET6));
    EXPECT_TRUE(exists({gue_none, AF_INET6, 1280}, AF_INET));
    EXPECT_FALSE(exists({gue_none, AF_INET6, 1279}, AF_INET));
    EXPECT_FALSE(exists({gue_none, AF_INET, 67}, AF_INET));
}

// RFC 4213, section 3.2, and RFC 8200, section 5.
TEST(Oracle, Ipv6OverIpv4NeverHearsOfLessThan1280)
{
    const TunnelPath path{gue_none, AF_INET, 1280 + 32 - 1};
    EXPECT_EQ(expect(path, datagram(AF_INET6, 1279)).fragments, Fragments::none);
    EXPECT_EQ(expect(path, datagram(AF_INET6, 1280)).fragments, Fragments::outer);
    EXPECT_EQ(expect(path, datagram(AF_INET6, 1281)).icmp, (IcmpAnswer{2, 0, 1280}));
}

TEST(Oracle, NamesOfFates)
{
    EXPECT_EQ(name(Fate::delivered), "delivered");
    EXPECT_EQ(name(Fate::refused), "refused");
    EXPECT_EQ(name(Fate::dropped), "dropped");
}

} // namespace
} // namespace gueway
