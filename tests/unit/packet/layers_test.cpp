// SPDX-License-Identifier: GPL-2.0-only
// Packets by hand, octet by octet, and what is read from them.
#include "packet/layers.h"

#include <vector>

#include <gtest/gtest.h>
#include <linux/if_ether.h>

namespace gueway {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes operator+(Bytes front, const Bytes& back)
{
    front.insert(front.end(), back.begin(), back.end());
    return front;
}

// Addresses are 192.0.2.1 > 192.0.2.`to`.
Bytes ipv4(uint8_t protocol, uint16_t length, uint8_t to = 2)
{
    return {0x45,
            0,
            uint8_t(length >> 8),
            uint8_t(length),
            0,
            0,
            0x40,
            0,
            64,
            protocol,
            0,
            0,
            192,
            0,
            2,
            1,
            192,
            0,
            2,
            to};
}

// 2001:db8::1 > 2001:db8::`to`.
Bytes ipv6(uint8_t next, uint16_t payload, uint8_t to = 2)
{
    Bytes made = {0x60, 0, 0, 0, uint8_t(payload >> 8), uint8_t(payload), next, 64};
    for (const uint8_t last : {uint8_t(1), to})
        made = made + Bytes{0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last};
    return made;
}

// From port 1000.
Bytes udp(uint16_t to, uint16_t length)
{
    return {0x03, 0xe8, uint8_t(to >> 8), uint8_t(to), uint8_t(length >> 8), uint8_t(length), 0, 0};
}

Bytes tcp(uint16_t to, uint8_t flags)
{
    return {
        0x03, 0xe8, uint8_t(to >> 8), uint8_t(to), 0, 0, 0, 7, 0, 0, 0, 0, 0x50, flags, 0, 0, 0, 0,
        0,    0};
}

const Bytes inner4 = ipv4(6, 40, 9) + tcp(8000, 0x12);
const Bytes inner6 = ipv6(6, 20, 9) + tcp(8000, 0x18);

TEST(Layers, ReadsAPlainPacket)
{
    const auto layers = parse_layers(ETH_P_IP, inner4);
    EXPECT_FALSE(layers.outer);
    if (!layers.inner || !layers.transport) FAIL() << layers.text();
    EXPECT_EQ(layers.inner->length, 40U);
    EXPECT_TRUE(layers.inner->dont_fragment);
    EXPECT_EQ(layers.transport->sequence, 7U);
    EXPECT_EQ(layers.headers(), 40U);
    EXPECT_EQ(layers.text(), "192.0.2.1:1000 > 192.0.2.9:8000 TCP SYN ACK");
}

struct Tunnelled {
    TunnelType type;
    uint16_t ethertype;
    Bytes bytes;
    unsigned headers;
};

TEST(Layers, LooksIntoEveryTunnel)
{
    const Bytes gue4 = {0x00, 4, 0, 0}, gue6 = {0x00, 41, 0, 0};
    // Remote checksum offload: private flags, start and offset.
    const Bytes remcsum = {0x02, 4, 0, 1, 0x80, 0, 0, 0, 0, 20, 0, 36};
    const Tunnelled cases[] = {
        {TunnelType::gue, ETH_P_IP, ipv4(17, 72) + udp(5501, 52) + gue4 + inner4, 72},
        {TunnelType::gue, ETH_P_IP, ipv4(17, 92) + udp(5501, 72) + gue6 + inner6, 92},
        {TunnelType::gue, ETH_P_IPV6, ipv6(17, 52) + udp(5501, 52) + gue4 + inner4, 92},
        {TunnelType::gue, ETH_P_IP, ipv4(17, 80) + udp(5501, 60) + remcsum + inner4, 80},
        {TunnelType::fou, ETH_P_IP, ipv4(17, 68) + udp(5502, 48) + inner4, 68},
        {TunnelType::fou, ETH_P_IPV6, ipv6(17, 68) + udp(5502, 68) + inner6, 108},
        {TunnelType::ipip, ETH_P_IP, ipv4(4, 60) + inner4, 60},
        {TunnelType::ipip, ETH_P_IPV6, ipv6(41, 60) + inner6, 100},
        {TunnelType::gre, ETH_P_IP, ipv4(47, 64) + Bytes{0, 0, 8, 0} + inner4, 64},
        {TunnelType::gre, ETH_P_IP, ipv4(47, 88) + Bytes{0x80, 0, 0x86, 0xdd, 1, 2, 0, 0} + inner6,
         88},
    };
    for (const auto& [type, ethertype, bytes, headers] : cases) {
        const auto layers = parse_layers(ethertype, bytes);
        SCOPED_TRACE(layers.text());
        EXPECT_EQ(layers.tunnel, type);
        EXPECT_TRUE(layers.outer);
        if (!layers.inner || !layers.transport) FAIL() << "not read to the end";
        EXPECT_EQ(layers.transport->destination, 8000);
        EXPECT_EQ(layers.inner->destination.bytes[layers.inner->destination.size() - 1], 9);
        EXPECT_EQ(layers.headers(), headers);
        EXPECT_EQ(layers.carrier.has_value(), type == TunnelType::gue || type == TunnelType::fou);
    }
}

TEST(Layers, UdpThatCarriesNoIpIsNoTunnel)
{
    const Bytes cases[] = {
        ipv4(17, 32) + udp(53, 12) + Bytes{0x00, 4, 0, 0},               // GUE of nothing
        ipv4(17, 72) + udp(5501, 40) + Bytes{0x00, 4, 0, 0} + inner4,    // longer than the UDP
        ipv4(17, 72) + udp(5501, 52) + Bytes{0x20, 4, 0, 0} + inner4,    // GUE's control message
        ipv4(17, 72) + udp(5501, 52) + Bytes{0x00, 6, 0, 0} + inner4,    // carries TCP
        ipv4(17, 72) + udp(5501, 52) + Bytes{0x45, 0, 0xff, 0xff, 0, 0}, // letters by chance
        ipv4(17, 28) + udp(9, 8),
    };
    for (const auto& bytes : cases) {
        const auto layers = parse_layers(ETH_P_IP, bytes);
        EXPECT_EQ(layers.tunnel, TunnelType::none) << layers.text();
        ASSERT_TRUE(layers.transport);
        EXPECT_EQ(layers.headers(), 28U);
    }
}

TEST(Layers, AFragmentHasNoPorts)
{
    auto later = ipv4(17, 72) + udp(5501, 52);
    later[6] = 0x20;
    later[7] = 0xb9;
    const auto layers = parse_layers(ETH_P_IP, later);
    EXPECT_FALSE(layers.transport);
    EXPECT_EQ(layers.text(), "192.0.2.1 > 192.0.2.2 UDP fragment");
    auto six = ipv6(44, 60) + Bytes{17, 0, 0x05, 0xa8, 0, 0, 0, 1} + udp(5501, 52);
    EXPECT_EQ(parse_layers(ETH_P_IPV6, six).text(), "2001:db8::1 > 2001:db8::2 UDP fragment");
}

TEST(Layers, EveryCutIsReadAsFarAsItGoes)
{
    const Bytes whole = ipv6(17, 72) + udp(5501, 72) + Bytes{0x00, 41, 0, 0} + inner6;
    for (size_t length = 0; length <= whole.size(); ++length) {
        const auto layers = parse_layers(ETH_P_IPV6, std::span(whole).first(length));
        EXPECT_EQ(layers.inner.has_value(), length >= 40) << length;
        EXPECT_EQ(layers.tunnel == TunnelType::gue, length >= 92) << length;
    }
}

TEST(Layers, WhatIsNotIpHasNone)
{
    EXPECT_FALSE(parse_layers(ETH_P_ARP, inner4).inner);
    EXPECT_FALSE(parse_layers(ETH_P_IPV6, inner4).inner);
    EXPECT_EQ(parse_layers(ETH_P_ARP, inner4).text(), "");
    EXPECT_EQ(ethertype_text(0x88cc), "EtherType 0x88cc");
    EXPECT_EQ(protocol_text(99), "protocol 99");
}

} // namespace
} // namespace gueway
