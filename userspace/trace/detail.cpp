// SPDX-License-Identifier: GPL-2.0-only
#include "trace/detail.h"

#include "packet/layers.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <linux/ip_vs.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>

namespace gueway {

namespace {

template <size_t N>
std::string text_of(const char (&field)[N])
{
    return {field, ::strnlen(field, N)};
}

Address address(int family, const uint8_t (&bytes)[16])
{
    Address made{.family = family};
    if (family != AF_INET && family != AF_INET6) return {};
    std::copy_n(bytes, made.size(), made.bytes.begin());
    return made;
}

std::optional<Encap> encap(const follow_ipvs& ipvs)
{
    if ((ipvs.flags & IP_VS_CONN_F_FWD_MASK) != IP_VS_CONN_F_TUNNEL || !ipvs.has_worker) return {};
    const auto checksum = ipvs.tunnel_flags & IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM
                              ? EncapChecksum::remote
                          : ipvs.tunnel_flags & IP_VS_TUNNEL_ENCAP_FLAG_CSUM ? EncapChecksum::full
                                                                             : EncapChecksum::none;
    switch (ipvs.tunnel_type) {
    case IP_VS_CONN_F_TUNNEL_TYPE_IPIP:
        return Encap{};
    case IP_VS_CONN_F_TUNNEL_TYPE_GUE:
        return Encap{EncapType::gue, ipvs.tunnel_port, checksum};
    case IP_VS_CONN_F_TUNNEL_TYPE_GRE:
        return Encap{EncapType::gre, 0, checksum};
    default:
        return {};
    }
}

} // namespace

std::string Endpoint::text() const
{
    if (!known()) return {};
    if (address.family == AF_INET6) return fmt::format("[{}]:{}", address.text(), port);
    return fmt::format("{}:{}", address.text(), port);
}

std::string IpvsFacts::connection() const
{
    std::string text = protocol_text(protocol);
    const char* between = " ";
    for (const auto& end : {client, vip, worker}) {
        if (!end.known()) continue;
        text += between + end.text();
        between = " -> ";
    }
    return text;
}

std::string IpvsFacts::text() const
{
    auto text = connection();
    if (encap) text += ", " + gueway::text(*encap);
    if (!scheduler.empty()) text += ", " + scheduler;
    if (fwmark) text += fmt::format(", fwmark {}", fwmark);
    if (weight) text += fmt::format(", weight {}", *weight);
    if (derived) text += ", derived";
    return text;
}

std::optional<uint32_t> IcmpAnswer::mtu() const
{
    const bool tells = family == AF_INET ? type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED
                                         : type == ICMP6_PACKET_TOO_BIG;
    return tells ? std::optional(info) : std::nullopt;
}

std::string IcmpAnswer::text() const
{
    const char* name = family == AF_INET ? "ICMP" : "ICMPv6";
    const char* meaning = family == AF_INET ? "fragmentation needed" : "packet too big";
    if (mtu()) return fmt::format("{} {}/{} ({}, MTU {})", name, type, code, meaning, info);
    return fmt::format("{} {}/{}", name, type, code);
}

std::optional<IpvsFacts> decode_ipvs(const follow_event& event)
{
    const auto& ipvs = event.ipvs;
    const bool connection = event.detail == FOLLOW_IPVS_CONNECTION;
    if (!connection && event.detail != FOLLOW_IPVS_SERVICE) return {};
    IpvsFacts facts{.protocol = static_cast<uint8_t>(ipvs.protocol),
                    .vip = {address(ipvs.family, ipvs.vip), ipvs.vip_port},
                    .fwmark = ipvs.fwmark,
                    .scheduler = text_of(ipvs.scheduler),
                    .service_flags = ipvs.service_flags};
    if (!connection) return facts;
    facts.client = {address(ipvs.family, ipvs.client), ipvs.client_port};
    facts.worker = {address(ipvs.worker_family, ipvs.worker), ipvs.worker_port};
    facts.encap = encap(ipvs);
    if (ipvs.has_worker) facts.weight = ipvs.weight;
    facts.flags = ipvs.flags;
    facts.state = ipvs.state;
    return facts;
}

std::optional<IcmpAnswer> decode_icmp(const follow_event& event)
{
    if (event.detail != FOLLOW_ICMP) return {};
    const int family = event.function == FOLLOW_IN_icmp6_send ? AF_INET6 : AF_INET;
    return IcmpAnswer{family, event.icmp.type, event.icmp.code, event.icmp.info};
}

std::optional<NetfilterChain> decode_chain(const follow_event& event)
{
    if (event.detail != FOLLOW_NETFILTER) return {};
    return NetfilterChain{text_of(event.netfilter.table), text_of(event.netfilter.chain)};
}

} // namespace gueway
