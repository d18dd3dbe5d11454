// SPDX-License-Identifier: GPL-2.0-only
// The attributes of tunnel devices as tables. IPv4's and IPv6's differ in the size of an address,
// GRE's in their numbers.
#include "link/tunnel.h"

#include <algorithm>
#include <array>

#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/ip6_tunnel.h>
#include <netinet/in.h>

namespace gueway {

namespace {

using netlink::bit;
using netlink::Bytes;
using netlink::Field;
using netlink::Message;
using netlink::Present;
using netlink::Table;
using netlink::Wire;

// Members in host order, as the tables say. `protocol`: of the packets inside, 0 any.
struct WireTunnel {
    uint32_t link = 0;
    uint32_t local4 = 0, remote4 = 0;
    std::array<uint8_t, 16> local6{}, remote6{};
    uint8_t ttl = 0, protocol = 0;
    uint32_t flags = 0;                   // IP6_TNL_F_*
    uint16_t in_flags = 0, out_flags = 0; // GRE_*
    uint16_t encap_type = 0, encap_flags = 0, encap_port = 0;
    bool external = false;
};

#define GUEWAY_ENCAP_FIELDS(KIND)                                                                  \
    {IFLA_##KIND##_ENCAP_TYPE, "ENCAP_TYPE", Wire::u16, &WireTunnel::encap_type},                  \
        {IFLA_##KIND##_ENCAP_FLAGS, "ENCAP_FLAGS", Wire::u16, &WireTunnel::encap_flags},           \
        {IFLA_##KIND##_ENCAP_DPORT, "ENCAP_DPORT", Wire::be16, &WireTunnel::encap_port},           \
        {IFLA_##KIND##_COLLECT_METADATA, "COLLECT_METADATA", Wire::flag, &WireTunnel::external},   \
        {IFLA_##KIND##_LINK, "LINK", Wire::u32, &WireTunnel::link},                                \
    {                                                                                              \
        IFLA_##KIND##_TTL, "TTL", Wire::u8, &WireTunnel::ttl                                       \
    }

#define GUEWAY_ADDRESS_FIELDS(KIND, WIRE, SIZE)                                                    \
    {IFLA_##KIND##_LOCAL, "LOCAL", WIRE, &WireTunnel::local##SIZE},                                \
    {                                                                                              \
        IFLA_##KIND##_REMOTE, "REMOTE", WIRE, &WireTunnel::remote##SIZE                            \
    }

constexpr Field<WireTunnel> iptun4[] = {
    GUEWAY_ADDRESS_FIELDS(IPTUN, Wire::be32, 4),
    GUEWAY_ENCAP_FIELDS(IPTUN),
    {IFLA_IPTUN_PROTO, "PROTO", Wire::u8, &WireTunnel::protocol},
};
constexpr Field<WireTunnel> iptun6[] = {
    GUEWAY_ADDRESS_FIELDS(IPTUN, Wire::bytes, 6),
    GUEWAY_ENCAP_FIELDS(IPTUN),
    {IFLA_IPTUN_PROTO, "PROTO", Wire::u8, &WireTunnel::protocol},
    {IFLA_IPTUN_FLAGS, "FLAGS", Wire::u32, &WireTunnel::flags},
};
constexpr Field<WireTunnel> gre4[] = {
    GUEWAY_ADDRESS_FIELDS(GRE, Wire::be32, 4),
    GUEWAY_ENCAP_FIELDS(GRE),
    {IFLA_GRE_IFLAGS, "IFLAGS", Wire::be16, &WireTunnel::in_flags},
    {IFLA_GRE_OFLAGS, "OFLAGS", Wire::be16, &WireTunnel::out_flags},
};
constexpr Field<WireTunnel> gre6[] = {
    GUEWAY_ADDRESS_FIELDS(GRE, Wire::bytes, 6),
    GUEWAY_ENCAP_FIELDS(GRE),
    {IFLA_GRE_IFLAGS, "IFLAGS", Wire::be16, &WireTunnel::in_flags},
    {IFLA_GRE_OFLAGS, "OFLAGS", Wire::be16, &WireTunnel::out_flags},
    {IFLA_GRE_FLAGS, "FLAGS", Wire::u32, &WireTunnel::flags},
};
#undef GUEWAY_ENCAP_FIELDS
#undef GUEWAY_ADDRESS_FIELDS

// GRE_CSUM of if_tunnel.h without its turn into network order, which the table makes.
constexpr uint16_t gre_checksum = 0x8000;

constexpr std::array<std::string_view, 5> kind_names = {"ipip", "sit", "gre", "ip6tnl", "ip6gre"};

bool is_gre(TunnelKind kind)
{
    return kind == TunnelKind::gre || kind == TunnelKind::ip6gre;
}

bool over_ipv6(TunnelKind kind)
{
    return underlay_family(kind) == AF_INET6;
}

Table<WireTunnel> table(TunnelKind kind)
{
    if (is_gre(kind)) return over_ipv6(kind) ? Table<WireTunnel>(gre6) : gre4;
    return over_ipv6(kind) ? Table<WireTunnel>(iptun6) : iptun4;
}

void put_data(Message& message, TunnelKind kind, const WireTunnel& wire)
{
    const bool v6 = over_ipv6(kind);
    if (is_gre(kind))
        v6 ? netlink::put<gre6>(message, wire) : netlink::put<gre4>(message, wire);
    else
        v6 ? netlink::put<iptun6>(message, wire) : netlink::put<iptun4>(message, wire);
}

uint32_t number(const Address& address)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | address.bytes[static_cast<size_t>(i)];
    return value;
}

Address from_number(uint32_t value)
{
    Address address{.family = AF_INET};
    for (size_t i = 0; i < 4; ++i) address.bytes[i] = static_cast<uint8_t>(value >> (24 - 8 * i));
    return address;
}

std::optional<Address> known(const Address& address)
{
    if (address.bytes == decltype(address.bytes){}) return {}; // the kernel's "any"
    return address;
}

uint16_t checksum_flag(TunnelKind kind)
{
    return over_ipv6(kind) ? TUNNEL_ENCAP_FLAG_CSUM6 : TUNNEL_ENCAP_FLAG_CSUM;
}

WireTunnel to_wire(const TunnelDevice& tunnel)
{
    WireTunnel wire{.ttl = tunnel.ttl, .protocol = tunnel.inner, .external = tunnel.external};
    if (tunnel.local) wire.local4 = number(*tunnel.local), wire.local6 = tunnel.local->bytes;
    if (tunnel.remote) wire.remote4 = number(*tunnel.remote), wire.remote6 = tunnel.remote->bytes;
    wire.flags = IP6_TNL_F_IGN_ENCAP_LIMIT;
    if (tunnel.checksum) wire.in_flags = wire.out_flags = gre_checksum;
    wire.encap_type = static_cast<uint16_t>(tunnel.udp.type);
    wire.encap_port = tunnel.udp.port;
    if (tunnel.udp.checksum) wire.encap_flags |= checksum_flag(tunnel.kind);
    if (tunnel.udp.remote) wire.encap_flags |= TUNNEL_ENCAP_FLAG_REMCSUM;
    return wire;
}

void from_wire(const WireTunnel& wire, TunnelDevice& tunnel)
{
    const bool v6 = over_ipv6(tunnel.kind);
    const Address local6{AF_INET6, wire.local6}, remote6{AF_INET6, wire.remote6};
    tunnel.local = known(v6 ? local6 : from_number(wire.local4));
    tunnel.remote = known(v6 ? remote6 : from_number(wire.remote4));
    tunnel.inner = wire.protocol;
    tunnel.ttl = wire.ttl;
    tunnel.external = wire.external;
    tunnel.checksum = (wire.in_flags & gre_checksum) != 0;
    tunnel.udp.type = static_cast<UdpEncap>(wire.encap_type);
    tunnel.udp.port = wire.encap_port;
    tunnel.udp.checksum = (wire.encap_flags & checksum_flag(tunnel.kind)) != 0;
    tunnel.udp.remote = (wire.encap_flags & TUNNEL_ENCAP_FLAG_REMCSUM) != 0;
}

struct WireLink {
    std::string name;
    uint32_t mtu = 0;
};
constexpr Field<WireLink> link_table[] = {
    {IFLA_IFNAME, "IFNAME", Wire::text, &WireLink::name},
    {IFLA_MTU, "MTU", Wire::u32, &WireLink::mtu},
};

struct WireKind {
    std::string kind;
};
constexpr Field<WireKind> kind_table[] = {
    {IFLA_INFO_KIND, "INFO_KIND", Wire::text, &WireKind::kind},
};

} // namespace

std::string_view name(TunnelKind kind)
{
    return kind_names[static_cast<size_t>(kind)];
}

void put_tunnel(Message& message, const IndexedTunnel& indexed)
{
    const auto& tunnel = indexed.device;
    WireTunnel wire = to_wire(tunnel);
    wire.link = indexed.link;
    const Present which = tunnel.mtu ? netlink::all : ~bit(IFLA_MTU);
    netlink::put<link_table>(message, WireLink{tunnel.name, tunnel.mtu}, which);
    message.begin(IFLA_LINKINFO);
    netlink::put<kind_table>(message, WireKind{std::string(name(tunnel.kind))});
    message.begin(IFLA_INFO_DATA);
    put_data(message, tunnel.kind, wire);
    message.end();
    message.end();
}

Result<std::optional<IndexedTunnel>> parse_tunnel(Bytes attributes)
{
    const auto info = netlink::find(attributes, IFLA_LINKINFO);
    if (!info) return std::nullopt;
    WireKind kind;
    TRY(netlink::parse<WireKind>(*info, kind_table, kind));
    const auto* const at = std::ranges::find(kind_names, std::string_view(kind.kind));
    if (at == kind_names.end()) return std::nullopt;

    IndexedTunnel indexed;
    auto& tunnel = indexed.device;
    tunnel.kind = static_cast<TunnelKind>(at - kind_names.begin());
    WireLink link;
    TRY(netlink::parse<WireLink>(attributes, link_table, link));
    tunnel.name = link.name;
    tunnel.mtu = link.mtu;
    if (const auto data = netlink::find(*info, IFLA_INFO_DATA)) {
        WireTunnel wire;
        TRY(netlink::parse<WireTunnel>(*data, table(tunnel.kind), wire));
        from_wire(wire, tunnel);
        indexed.link = wire.link;
    }
    return indexed;
}

} // namespace gueway
