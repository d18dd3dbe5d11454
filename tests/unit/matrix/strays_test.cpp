// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/places.h"
#include "matrix/strays.h"
#include "packet/frame.h"
#include "tests/unit/matrix/octets.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace gueway::matrix {

namespace {

using rfc::add16;
using rfc::add8;
using rfc::Octets;

Captured ethernet(unsigned type, const Octets& packet)
{
    Captured made;
    made.bytes.assign(12, 2);
    add16(made.bytes, type);
    rfc::add(made.bytes, packet);
    return made;
}

// RFC 791, of that protocol and eight bytes.
Captured ipv4(uint8_t protocol, uint8_t first)
{
    Octets packet = {0x45, 0, 0, 28, 0, 1, 0, 0, 1, protocol, 0, 0, 198, 18, 0, 1, 224, 0, 0, 22};
    add8(packet, first);
    packet.resize(28);
    return ethernet(0x0800, packet);
}

// RFC 8200, perhaps with the router alert of listener discovery (RFC 2710, section 3).
Captured icmp6(uint8_t type, bool alert)
{
    Octets packet = {0x60, 0, 0, 0, 0, static_cast<uint8_t>(alert ? 16 : 8)};
    add8(packet, alert ? IPPROTO_HOPOPTS : IPPROTO_ICMPV6);
    packet.resize(40);
    if (alert) rfc::add(packet, Octets{IPPROTO_ICMPV6, 0, 5, 2, 0, 0, 1, 0});
    add8(packet, type);
    packet.resize(packet.size() + 7);
    return ethernet(0x86dd, packet);
}

TEST(Strays, NeighboursTalk)
{
    EXPECT_TRUE(is_talk(ethernet(0x0806, Octets(28))));
    EXPECT_TRUE(is_talk(ipv4(IPPROTO_IGMP, 0x22)));
    for (const uint8_t type : {133, 134, 135, 136, 137}) EXPECT_TRUE(is_talk(icmp6(type, false)));
    for (const uint8_t type : {130, 131, 132, 143}) EXPECT_TRUE(is_talk(icmp6(type, true)));
}

TEST(Strays, OthersDoNot)
{
    EXPECT_FALSE(is_talk(ethernet(0x88cc, Octets(28))));
    EXPECT_FALSE(is_talk(ipv4(IPPROTO_ICMP, 3)));
    EXPECT_FALSE(is_talk(ipv4(IPPROTO_UDP, 0)));
    for (const uint8_t type : {1, 2, 3, 128, 129}) EXPECT_FALSE(is_talk(icmp6(type, false)));
    EXPECT_FALSE(is_talk(ethernet(0x86dd, Octets(20))));
}

TEST(Strays, IcmpIsOfAFamily)
{
    EXPECT_TRUE(is_icmp(ipv4(IPPROTO_ICMP, 3), AF_INET));
    EXPECT_FALSE(is_icmp(ipv4(IPPROTO_ICMP, 3), AF_INET6));
    EXPECT_TRUE(is_icmp(icmp6(2, false), AF_INET6));
    EXPECT_FALSE(is_icmp(icmp6(135, false), AF_INET6));
    EXPECT_FALSE(is_icmp(ipv4(IPPROTO_TCP, 0), AF_INET));
}

// IEEE 802.1Q: a tag is 0x8100, three bits of priority, one of drop eligibility, twelve of the
// VLAN.
TEST(Strays, ATagIsOfAVlan)
{
    auto frame = ipv4(IPPROTO_UDP, 0);
    EXPECT_FALSE(vlan_of(frame));
    frame.vlan = 0xf064;
    EXPECT_EQ(vlan_of(frame), 100U);
    frame.vlan.reset();
    const auto packet = Octets(frame.bytes.begin() + 12, frame.bytes.end());
    frame.bytes.resize(12);
    add16(frame.bytes, 0x8100);
    add16(frame.bytes, 0x30c8);
    rfc::add(frame.bytes, packet);
    EXPECT_EQ(vlan_of(frame), 200U);
    frame.vlan = 7;
    EXPECT_EQ(vlan_of(frame), 7U) << "is further out";
}

// Others are nobody's, and what has their tag is seen nowhere else.
TEST(Strays, TheRigHasTwoVlans)
{
    EXPECT_TRUE(is_vlan(100));
    EXPECT_TRUE(is_vlan(200));
    for (const unsigned other : {0U, 1U, 10U, 101U, 300U, 4095U}) EXPECT_FALSE(is_vlan(other));
}

TEST(Strays, SayWhatAndWhere)
{
    Frame frame;
    frame.from = parse_address("198.18.0.2").value();
    frame.to = parse_address("198.51.100.150").value();
    frame.from_port = 20000;
    frame.to_port = 10000;
    frame.flags = 0x10;
    Captured captured;
    captured.bytes = bytes(frame);
    EXPECT_EQ(text({"the worker's u0", captured}),
              "a stray packet at the worker's u0: IPv4 198.18.0.2:20000 > 198.51.100.150:10000 TCP "
              "ACK, 40 bytes");
}

} // namespace
} // namespace gueway::matrix
