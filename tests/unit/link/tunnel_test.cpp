// SPDX-License-Identifier: GPL-2.0-only
#include "link/tunnel.h"

#include <cstring>

#include <gtest/gtest.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>

namespace gueway {
namespace {

using netlink::Bytes;
using netlink::Message;

Address at(const char* text)
{
    return parse_address(text).value();
}

Message written(const TunnelDevice& tunnel)
{
    const ifinfomsg fixed{};
    Message message(RTM_NEWLINK, 0, {reinterpret_cast<const uint8_t*>(&fixed), sizeof fixed});
    put_tunnel(message, {tunnel, 7});
    EXPECT_FALSE(message.overflowed());
    return message;
}

Bytes attributes(const Message& message)
{
    return message.bytes().subspan(sizeof(nlmsghdr) + sizeof(ifinfomsg));
}

// The payload of an attribute that must be there.
std::vector<uint8_t> payload(Bytes attributes, uint16_t id)
{
    const auto found = netlink::find(attributes, id);
    EXPECT_TRUE(found) << "attribute " << id;
    const auto bytes = found.value_or(Bytes{});
    return {bytes.begin(), bytes.end()};
}

std::vector<TunnelDevice> examples()
{
    const auto v4 = at("172.70.64.1"), worker4 = at("172.70.64.149");
    const auto v6 = at("fd00:d1::1"), worker6 = at("fd00:d1::149");
    return {
        {.name = "fou4",
         .kind = TunnelKind::ipip,
         .remote = worker4,
         .inner = IPPROTO_IPIP,
         .ttl = 64,
         .udp = {.type = UdpEncap::fou, .port = 5555},
         .mtu = 1472},
        {.name = "sit-one",
         .kind = TunnelKind::sit,
         .local = v4,
         .remote = worker4,
         .inner = IPPROTO_IPV6,
         .udp = {.type = UdpEncap::gue, .port = 5501, .remote = true}},
        {.name = "any6", .kind = TunnelKind::ip6tnl, .local = v6},
        {.name = "six",
         .kind = TunnelKind::ip6tnl,
         .local = v6,
         .remote = worker6,
         .inner = IPPROTO_IPV6,
         .udp = {.type = UdpEncap::fou, .port = 5556, .checksum = true}},
        {.name = "metadata", .kind = TunnelKind::ip6tnl, .external = true},
        {.name = "gre", .kind = TunnelKind::gre, .local = v4, .checksum = true},
        {.name = "gre6", .kind = TunnelKind::ip6gre, .local = v6, .checksum = true, .mtu = 1280},
    };
}

TEST(Tunnel, RoundTrip)
{
    for (const auto& tunnel : examples()) {
        const auto message = written(tunnel);
        const auto parsed = parse_tunnel(attributes(message));
        ASSERT_TRUE(parsed) << parsed.error().text();
        ASSERT_TRUE(parsed->has_value()) << tunnel.text();
        const auto read = parsed->value_or(IndexedTunnel{});
        EXPECT_EQ(read.device, tunnel) << read.device.text() << " is not " << tunnel.text();
        EXPECT_EQ(read.link, 7U);
    }
}

// Bytes as iproute2 sends them: numbers in if_tunnel.h, ports and addresses in network order.
TEST(Tunnel, BytesAreTheKernels)
{
    const auto message = written(examples()[0]);
    const auto info = payload(attributes(message), IFLA_LINKINFO);
    EXPECT_EQ(payload(info, IFLA_INFO_KIND), (std::vector<uint8_t>{'i', 'p', 'i', 'p', 0}));
    const auto data = payload(info, IFLA_INFO_DATA);
    const auto bytes = [&](uint16_t id) { return payload(data, id); };
    EXPECT_EQ(bytes(IFLA_IPTUN_REMOTE), (std::vector<uint8_t>{172, 70, 64, 149}));
    EXPECT_EQ(bytes(IFLA_IPTUN_LOCAL), (std::vector<uint8_t>{0, 0, 0, 0}));
    EXPECT_EQ(bytes(IFLA_IPTUN_ENCAP_DPORT), (std::vector<uint8_t>{5555 >> 8, 5555 & 255}));
    const uint16_t fou = TUNNEL_ENCAP_FOU;
    EXPECT_EQ(0, std::memcmp(bytes(IFLA_IPTUN_ENCAP_TYPE).data(), &fou, sizeof fou));
    EXPECT_FALSE(netlink::find(data, IFLA_IPTUN_COLLECT_METADATA));
}

TEST(Tunnel, ChecksumFlagIsThatOfTheUnderlay)
{
    TunnelDevice tunnel{.name = "t", .udp = {.type = UdpEncap::fou, .port = 1, .checksum = true}};
    for (const auto& [kind, flag] : {std::pair{TunnelKind::ipip, TUNNEL_ENCAP_FLAG_CSUM},
                                     std::pair{TunnelKind::ip6tnl, TUNNEL_ENCAP_FLAG_CSUM6}}) {
        tunnel.kind = kind;
        const auto message = written(tunnel);
        const auto data = payload(payload(attributes(message), IFLA_LINKINFO), IFLA_INFO_DATA);
        EXPECT_EQ(payload(data, IFLA_IPTUN_ENCAP_FLAGS).at(0), flag);
    }
}

TEST(Tunnel, OtherDevicesAreNotTunnels)
{
    const ifinfomsg fixed{};
    Message message(RTM_NEWLINK, 0, {reinterpret_cast<const uint8_t*>(&fixed), sizeof fixed});
    message.put(IFLA_IFNAME, "veth0", 6);
    EXPECT_FALSE(parse_tunnel(attributes(message)).value());
    message.begin(IFLA_LINKINFO);
    message.put(IFLA_INFO_KIND, "veth", 5);
    message.end();
    EXPECT_FALSE(parse_tunnel(attributes(message)).value());
}

TEST(Tunnel, DamagedAttributeIsAnError)
{
    const ifinfomsg fixed{};
    Message message(RTM_NEWLINK, 0, {reinterpret_cast<const uint8_t*>(&fixed), sizeof fixed});
    message.begin(IFLA_LINKINFO);
    message.put(IFLA_INFO_KIND, "ipip", 5);
    message.begin(IFLA_INFO_DATA);
    message.put(IFLA_IPTUN_REMOTE, "abcdef", 6);
    message.end();
    message.end();
    const auto read = parse_tunnel(attributes(message));
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().text().find("REMOTE"), std::string::npos) << read.error().text();
}

TEST(Tunnel, AnyMtuWillDoWhereNoneIsWanted)
{
    const TunnelDevice wanted{.name = "t", .up = true};
    TunnelDevice present = wanted;
    present.mtu = 1480;
    EXPECT_TRUE(present.is(wanted));
    EXPECT_FALSE(wanted.is(present)); // who wants 1480 is not served by another
    present.up = false;
    EXPECT_FALSE(present.is(wanted));
}

} // namespace
} // namespace gueway
