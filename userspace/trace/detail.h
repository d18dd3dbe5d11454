// SPDX-License-Identifier: GPL-2.0-only
// What steps tell beside the packet itself: of IPVS, of ICMP, of netfilter. Numbers are in host
// order.
#pragma once

#include "bpf/follow.h"
#include "encap/encap.h"
#include "util/address.h"

#include <cstdint>
#include <optional>
#include <string>

namespace gueway {

struct Endpoint {
    Address address; // family AF_UNSPEC: not known
    uint16_t port = 0;
    bool operator==(const Endpoint&) const = default;
    bool known() const { return address.family != 0; }
    std::string text() const; // "198.51.100.150:8000", "[2001:db8::101]:8000"; empty: not known
};

// What IPVS makes of a packet: the connection it belongs to, or, where there was no worker for a
// new one, the service alone. Sources: include/net/ip_vs.h, include/uapi/linux/ip_vs.h.
struct IpvsFacts {
    // From packet and netlink: the kernel's own structures could not be read (no BTF of modules).
    bool derived = false;
    uint8_t protocol = 0;
    Endpoint client, vip, worker;
    uint32_t fwmark = 0;
    std::optional<Encap> encap;    // nothing: no tunnel, or not known
    std::optional<int> weight;     // of the worker; nothing: not known, or the worker is gone
    std::string scheduler;         // empty: not known
    uint32_t service_flags = 0;    // IP_VS_SVC_F_*
    uint32_t flags = 0;            // of the connection: IP_VS_CONN_F_*
    std::optional<uint16_t> state; // IP_VS_TCP_S_* and so on

    // "TCP 192.0.2.2:39488 -> 198.51.100.150:8000 -> 172.70.64.149:8000"; what is not known is left
    // out.
    std::string connection() const;
    // The above with "gue:5501, mh, weight 1, derived".
    std::string text() const;
};

// The ICMP error with which this host answers the packet.
struct IcmpAnswer {
    int family = 0; // AF_INET, AF_INET6
    uint8_t type = 0, code = 0;
    uint32_t info = 0;
    // The MTU that "fragmentation needed" or "packet too big" tells; nothing for the others.
    std::optional<uint32_t> mtu() const;
    std::string text() const; // "ICMP 3/4 (fragmentation needed, MTU 1468)"
};

// Where in nftables a packet was when it was dropped: the chain that the hook called.
struct NetfilterChain {
    std::string table, chain;
};

std::optional<IpvsFacts> decode_ipvs(const follow_event& event);
std::optional<IcmpAnswer> decode_icmp(const follow_event& event);
std::optional<NetfilterChain> decode_chain(const follow_event& event);

} // namespace gueway
