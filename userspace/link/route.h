// SPDX-License-Identifier: GPL-2.0-only
// Unicast routes in the main table.
#pragma once

#include "link/namespace.h"
#include "util/address.h"

#include <optional>
#include <string>
#include <vector>

namespace gueway {

// A route to `to`, by way of a gateway, a device, or both.
struct RouteEntry {
    Prefix to;
    std::optional<Address> via;    // listed: of IPv6 for a route of IPv4, too (RTA_VIA)
    std::string device;            // empty: the one that reaches the gateway
    std::optional<Address> source; // preferred source address
    unsigned mtu = 0;              // bytes; 0: the device's
    unsigned advmss = 0;           // MSS advertised in SYN and SYN-ACK; 0: from the MTU
};

// EEXIST when the destination has a route already.
Result<void> add_route(const Namespace& where, const RouteEntry& route);

// Whatever route there is to `to` in the main table becomes this one.
Result<void> replace_route(const Namespace& where, const RouteEntry& route);

// ESRCH when there is none to `to` (of that device, if one is given).
Result<void> remove_route(const Namespace& where, const Prefix& to, const std::string& device = {});

// One of the ways that a route spreads its packets over.
struct RouteHop {
    std::string device; // empty: not told (nexthop objects with net.ipv4.nexthop_compat_mode 0)
    std::optional<Address> via;
};

// A route as the kernel shows it.
//   hops      gateways it is spread over; 1 for an ordinary route. `entry` has the first.
//   further   the hops behind the first
//   metric    the kernel's priority: of two routes to one prefix, the lower one counts
//   tos       IPv4: the packets it is for
//   protocol  who made it (RTPROT_*)
struct RouteState {
    RouteEntry entry;
    size_t hops = 1;
    std::vector<RouteHop> further;
    uint32_t metric = 0;
    uint8_t tos = 0, protocol = 0;
    // Learnt from a router advertisement: the kernel renews it, with metrics of its own.
    bool advertised() const;
};

// The main table's unicast routes of both families; those the kernel makes for a device's own
// addresses too.
Result<std::vector<RouteState>> routes(const Namespace& where);

// Gives the route another advertised MSS, and keeps all else of it: gateways, metrics, source,
// protocol. ESRCH when there is no such route any more; EOPNOTSUPP for an advertised one.
Result<void> set_advmss(const Namespace& where, const RouteState& route, unsigned advmss);

} // namespace gueway
