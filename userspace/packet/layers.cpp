// SPDX-License-Identifier: GPL-2.0-only
#include "packet/layers.h"

#include "encap/sizes.h"
#include "packet/octets.h"
#include "util/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <linux/if_ether.h>
#include <netinet/in.h>

namespace gueway {

namespace {

std::optional<IpLayer> parse_ipv4(Bytes bytes)
{
    if (bytes.size() < 20 || bytes[0] >> 4 != 4) return {};
    IpLayer ip{.source = address_at(AF_INET, bytes, 12),
               .destination = address_at(AF_INET, bytes, 16)};
    ip.protocol = bytes[9];
    ip.header = 4U * (bytes[0] & 0xf);
    ip.length = be16(bytes, 2);
    ip.dont_fragment = be16(bytes, 6) & 0x4000;
    ip.first = (be16(bytes, 6) & 0x1fff) == 0;
    if (ip.header < 20) return {};
    return ip;
}

// Extension headers with a length of their own in units of eight bytes, and the fragment header.
void skip_extensions(IpLayer& ip, Bytes bytes)
{
    constexpr std::array<uint8_t, 3> plain = {IPPROTO_HOPOPTS, IPPROTO_ROUTING, IPPROTO_DSTOPTS};
    while (ip.header + 8 <= bytes.size()) {
        const auto at = ip.header;
        if (ip.protocol == IPPROTO_FRAGMENT) {
            ip.first = ip.first && (be16(bytes, at + 2) & 0xfff8) == 0;
            ip.header += 8;
        } else if (std::ranges::find(plain, ip.protocol) != plain.end()) {
            ip.header += 8U * (bytes[at + 1] + 1U);
        } else {
            return;
        }
        ip.protocol = bytes[at];
    }
}

std::optional<IpLayer> parse_ipv6(Bytes bytes)
{
    constexpr unsigned header = 40;
    if (bytes.size() < header || bytes[0] >> 4 != 6) return {};
    IpLayer ip{.source = address_at(AF_INET6, bytes, 8),
               .destination = address_at(AF_INET6, bytes, 24)};
    ip.protocol = bytes[6];
    ip.header = header;
    ip.length = be16(bytes, 4) ? be16(bytes, 4) + header : 0;
    ip.dont_fragment = true;
    skip_extensions(ip, bytes);
    return ip;
}

std::optional<IpLayer> parse_ip(uint16_t ethertype, Bytes bytes)
{
    if (ethertype == ETH_P_IP) return parse_ipv4(bytes);
    if (ethertype == ETH_P_IPV6) return parse_ipv6(bytes);
    return {};
}

std::string tcp_flags(uint8_t bits)
{
    constexpr std::array<const char*, 8> names = {"FIN", "SYN", "RST", "PSH",
                                                  "ACK", "URG", "ECE", "CWR"};
    std::vector<std::string> set;
    for (size_t bit = 0; bit < names.size(); ++bit)
        if (bits & 1U << bit) set.emplace_back(names[bit]);
    return join(set, " ");
}

std::optional<TransportLayer> parse_transport(const IpLayer& ip, Bytes bytes)
{
    if (!ip.first || bytes.size() < 8) return {};
    TransportLayer made{.source = be16(bytes, 0), .destination = be16(bytes, 2)};
    switch (ip.protocol) {
    case IPPROTO_UDP:
        made.header = 8;
        return made;
    case IPPROTO_SCTP:
        made.header = 12;
        return made;
    case IPPROTO_TCP:
        if (bytes.size() < 14) return {};
        made.header = 4U * (bytes[12] >> 4);
        made.sequence = be32(bytes, 4);
        made.flags = tcp_flags(bytes[13]);
        return made;
    default:
        return {};
    }
}

// What is inside, and how far in.
struct Inside {
    TunnelType type;
    uint16_t ethertype;
    unsigned offset; // from the end of the outer IP header
};

uint16_t ethertype_of(uint8_t protocol)
{
    return protocol == IPPROTO_IPIP ? ETH_P_IP : protocol == IPPROTO_IPV6 ? ETH_P_IPV6 : 0;
}

std::optional<Inside> inside_gre(Bytes gre)
{
    constexpr uint16_t checksum = 0x8000, key = 0x2000, sequence = 0x1000, version = 0x0007;
    if (gre.size() < 4) return {};
    const auto flags = be16(gre, 0);
    const auto ethertype = be16(gre, 2);
    if ((flags & version) || (ethertype != ETH_P_IP && ethertype != ETH_P_IPV6)) return {};
    unsigned offset = 4;
    for (const auto option : {checksum, key, sequence})
        if (flags & option) offset += 4;
    return Inside{TunnelType::gre, ethertype, offset};
}

// Whether an IP packet begins here that UDP of `room` bytes can hold. A GSO packet may be longer
// than its length field can say.
bool holds_ip(uint16_t ethertype, Bytes bytes, unsigned room)
{
    const auto ip = parse_ip(ethertype, bytes);
    return ip && ip->length <= room && (ip->length == 0 || ip->length >= ip->header);
}

std::optional<Inside> inside_gue(Bytes gue, unsigned room)
{
    constexpr unsigned base = 4; // the header's length field counts words behind these
    if (gue.size() < base || gue[0] & 0xe0) return {}; // version 0, no control message
    const auto ethertype = ethertype_of(gue[1]);
    const unsigned offset = base + 4U * (gue[0] & 0x1f);
    if (!ethertype || offset > room) return {};
    if (!holds_ip(ethertype, behind(gue, offset), room - offset)) return {};
    return Inside{TunnelType::gue, ethertype, udp_header + offset};
}

// GUE's version 1 is an IP packet without a header in front, and looks the same.
std::optional<Inside> inside_fou(Bytes payload, unsigned room)
{
    if (payload.empty()) return {};
    const uint16_t ethertype = payload[0] >> 4 == 4 ? ETH_P_IP : ETH_P_IPV6;
    if (!holds_ip(ethertype, payload, room)) return {};
    return Inside{TunnelType::fou, ethertype, udp_header};
}

std::optional<Inside> inside_udp(Bytes udp)
{
    if (udp.size() < udp_header) return {};
    // 0: too long to say (a GSO packet).
    const unsigned length = be16(udp, 4) ? be16(udp, 4) : UINT16_MAX;
    if (length < udp_header) return {};
    const auto payload = behind(udp, udp_header);
    if (const auto gue = inside_gue(payload, length - udp_header)) return gue;
    return inside_fou(payload, length - udp_header);
}

std::optional<Inside> inside(const IpLayer& ip, Bytes bytes)
{
    if (!ip.first) return {};
    if (const auto ethertype = ethertype_of(ip.protocol))
        return Inside{TunnelType::ipip, ethertype, 0};
    if (ip.protocol == IPPROTO_GRE) return inside_gre(bytes);
    if (ip.protocol == IPPROTO_UDP) return inside_udp(bytes);
    return {};
}

std::string endpoints(const IpLayer& ip, const std::optional<TransportLayer>& transport)
{
    if (!transport) return ip.source.text() + " > " + ip.destination.text();
    const auto one = [](const Address& address, uint16_t port) {
        return address.family == AF_INET6 ? fmt::format("[{}]:{}", address.text(), port)
                                          : fmt::format("{}:{}", address.text(), port);
    };
    return one(ip.source, transport->source) + " > " + one(ip.destination, transport->destination);
}

} // namespace

std::string_view name(TunnelType type)
{
    constexpr std::array<std::string_view, 5> names = {"", "IPIP", "GRE", "GUE", "FOU"};
    return names.at(static_cast<size_t>(type));
}

PacketLayers parse_layers(uint16_t ethertype, Bytes bytes)
{
    PacketLayers layers;
    layers.inner = parse_ip(ethertype, bytes);
    if (!layers.inner) return layers;
    auto rest = behind(bytes, layers.inner->header);
    layers.transport = parse_transport(*layers.inner, rest);
    const auto tunnel = inside(*layers.inner, rest);
    if (!tunnel) return layers;
    layers.outer = layers.inner;
    layers.carrier = std::move(layers.transport);
    layers.transport = {};
    layers.tunnel = tunnel->type;
    layers.tunnel_header = tunnel->offset;
    rest = behind(rest, tunnel->offset);
    layers.inner = parse_ip(tunnel->ethertype, rest);
    if (layers.inner)
        layers.transport = parse_transport(*layers.inner, behind(rest, layers.inner->header));
    return layers;
}

std::optional<unsigned> PacketLayers::headers() const
{
    if (!inner || !transport) return {};
    return (outer ? outer->header + tunnel_header : 0) + inner->header + transport->header;
}

std::string PacketLayers::text() const
{
    std::string all;
    if (outer) all = endpoints(*outer, carrier) + " " + std::string(name(tunnel));
    if (!inner) return all;
    if (outer) all += " | ";
    all += endpoints(*inner, transport) + " " + protocol_text(inner->protocol);
    if (transport && !transport->flags.empty()) all += " " + transport->flags;
    if (!inner->first) all += " fragment";
    return all;
}

std::string protocol_text(uint8_t protocol)
{
    switch (protocol) {
    case IPPROTO_ICMP:
        return "ICMP";
    case IPPROTO_IGMP:
        return "IGMP";
    case IPPROTO_IPIP:
        return "IPIP";
    case IPPROTO_TCP:
        return "TCP";
    case IPPROTO_UDP:
        return "UDP";
    case IPPROTO_IPV6:
        return "IPv6";
    case IPPROTO_GRE:
        return "GRE";
    case IPPROTO_ICMPV6:
        return "ICMPv6";
    case IPPROTO_SCTP:
        return "SCTP";
    default:
        return fmt::format("protocol {}", protocol);
    }
}

std::string ethertype_text(uint16_t ethertype)
{
    switch (ethertype) {
    case ETH_P_IP:
        return "IPv4";
    case ETH_P_IPV6:
        return "IPv6";
    case ETH_P_ARP:
        return "ARP";
    case 0:
        return "no EtherType";
    default:
        return fmt::format("EtherType {:#06x}", ethertype);
    }
}

} // namespace gueway
