// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/strays.h"

#include "packet/layers.h"
#include "packet/octets.h"

#include <fmt/format.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>

namespace gueway::matrix {

namespace {

constexpr uint8_t mld2_report = 143; // RFC 3810, section 5.2

// Listener and neighbour discovery.
bool is_discovery(uint8_t type)
{
    return (type >= MLD_LISTENER_QUERY && type <= ND_REDIRECT) || type == mld2_report;
}

// Of a packet that is in no tunnel.
std::optional<uint8_t> icmp6_type(const Captured& frame)
{
    const auto packet = frame.packet();
    const auto ip = parse_layers(frame.ethertype(), packet).inner;
    if (!ip || ip->source.family != AF_INET6 || ip->protocol != IPPROTO_ICMPV6 || !ip->first)
        return {};
    if (packet.size() <= ip->header) return {};
    return packet[ip->header];
}

} // namespace

std::string text(const Stray& stray)
{
    const auto packet = stray.frame.packet();
    return fmt::format("a stray packet at {}: {} {}, {} bytes", stray.device,
                       ethertype_text(stray.frame.ethertype()),
                       parse_layers(stray.frame.ethertype(), packet).text(), packet.size());
}

bool is_talk(const Captured& frame)
{
    if (frame.ethertype() == ETHERTYPE_ARP) return true;
    if (const auto type = icmp6_type(frame)) return is_discovery(*type);
    const auto ip = parse_layers(frame.ethertype(), frame.packet()).inner;
    return ip && ip->source.family == AF_INET && ip->protocol == IPPROTO_IGMP;
}

std::optional<unsigned> vlan_of(const Captured& frame)
{
    constexpr unsigned id = 0xfff; // IEEE 802.1Q: beside priority and drop eligibility
    if (frame.vlan) return *frame.vlan & id;
    if (frame.network() == ETH_HLEN || frame.bytes.size() < ETH_HLEN + 2) return {};
    return be16(frame.bytes, ETH_HLEN) & id;
}

bool is_icmp(const Captured& frame, int family)
{
    const auto ip = parse_layers(frame.ethertype(), frame.packet()).inner;
    if (!ip || ip->source.family != family || is_talk(frame)) return false;
    const int icmp = family == AF_INET ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6};
    return ip->protocol == icmp;
}

} // namespace gueway::matrix
