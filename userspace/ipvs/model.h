// SPDX-License-Identifier: GPL-2.0-only
// What IPVS keeps, as the generic netlink family "IPVS" shows it: services, destinations, timeouts,
// sync daemons, counters (include/uapi/linux/ip_vs.h, net/netfilter/ipvs/ip_vs_ctl.c). Numbers are
// in host order; addresses are as util/address.h says.
#pragma once

#include "encap/encap.h"
#include "util/address.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <netinet/in.h>

namespace gueway::ipvs {

// A service is known by protocol, address and port, or by a firewall mark, in each family.
//   fwmark 0: protocol (IPPROTO_TCP, _UDP, _SCTP), address and port count, else only the family.
struct ServiceKey {
    int family = AF_INET;
    uint16_t protocol = IPPROTO_TCP;
    Address address;
    uint16_t port = 0;
    uint32_t fwmark = 0;

    bool operator==(const ServiceKey&) const = default;
    std::strong_ordering operator<=>(const ServiceKey& other) const;
    std::string text() const; // "tcp 198.51.100.150:8000", "fwmark 7", "fwmark 7 IPv6"
};

// Counters since the last zeroing, and rates per second as the kernel estimates them.
struct Stats {
    uint64_t connections = 0, in_packets = 0, out_packets = 0, in_bytes = 0, out_bytes = 0;
    uint64_t cps = 0, in_pps = 0, out_pps = 0, in_bps = 0, out_bps = 0; // bps: bytes per second
};

// IP_VS_SVC_F_*; the kernel's own "hashed" never shows here.
constexpr uint32_t persistent = 0x1, one_packet = 0x4;
constexpr uint32_t scheduler_flag_1 = 0x8, scheduler_flag_2 = 0x10, scheduler_flag_3 = 0x20;

// The scheduler of a service that has none; in a new service it is allowed (ip_vs_add_service).
inline constexpr const char* no_scheduler = "none";

//   timeout  seconds of persistence; counts when `flags` has `persistent`
//   netmask  of persistence: IPv4 a mask in host order (all ones: each client), IPv6 a prefix
//   length
struct Service {
    ServiceKey key;
    std::string scheduler = "wlc";
    uint32_t flags = 0;
    uint32_t timeout = 0;
    uint32_t netmask = 0xffffffff;
    std::string persistence_engine; // "sip" or empty
    Stats stats = {};

    // Of what the operator sets; counters do not count.
    bool same_settings(const Service& other) const;
};
constexpr uint32_t whole_netmask(int family)
{
    return family == AF_INET6 ? 128 : 0xffffffff;
}

// IP_VS_CONN_F_FWD_MASK. `local` is the kernel's word for a destination on this host, never set.
enum class Forward : uint8_t { masquerade = 0, local = 1, tunnel = 2, direct = 3 };

std::string_view name(Forward forward);            // "masquerade", "tunnel", "direct", "local"
std::string_view protocol_name(uint16_t protocol); // "tcp", "udp", "sctp"

// A worker of a service. `encap` counts when forward is tunnel; its type is never fou_interface.
struct Destination {
    Address address;
    uint16_t port = 0;
    Forward forward = Forward::direct;
    uint32_t weight = 1; // up to 2^31-1; 0: no new connections
    uint32_t upper_threshold = 0, lower_threshold = 0;
    Encap encap = {};
    uint32_t active = 0, inactive = 0, persistent = 0; // connections
    Stats stats = {};

    bool same_worker(const Destination& other) const
    {
        return address == other.address && port == other.port;
    }
    // Of what the operator sets: forwarding, encapsulation, weight and thresholds.
    bool same_settings(const Destination& other) const;
    std::string text() const; // "172.70.64.149:8000"
};

// "1.2.3.4:80" or "[2001:db8::1]:80".
std::string endpoint(const Address& address, uint16_t port);

// Seconds; 0 when setting leaves one as it is.
struct Timeouts {
    uint32_t tcp = 0, tcp_fin = 0, udp = 0;
};

enum class DaemonRole : uint32_t { master = 1, backup = 2 };

// A sync daemon. Zero and empty values take the kernel's defaults when starting.
struct Daemon {
    DaemonRole role = DaemonRole::master;
    std::string interface;
    uint32_t sync_id = 0;
    uint16_t max_length = 0; // bytes of UDP payload
    Address group;           // multicast; family AF_UNSPEC: the default
    uint16_t port = 0;
    uint8_t ttl = 0;
};

struct Info {
    uint32_t version = 0;    // 0x010201 for 1.2.1
    uint32_t table_size = 0; // buckets of the connection table
};

} // namespace gueway::ipvs
