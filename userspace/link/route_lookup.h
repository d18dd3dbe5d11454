// SPDX-License-Identifier: GPL-2.0-only
// Which way a packet would take: the kernel's own lookup (RTM_GETROUTE), rules, exceptions and all.
#pragma once

#include "link/namespace.h"
#include "util/address.h"

#include <optional>
#include <string>

namespace gueway {

//   via    the next hop; nothing when the destination itself is on the link
//   mtu    bytes, of the route or learnt from an ICMP error; 0: the device's
//   local  the address is this host's own
struct RouteFound {
    std::string device;
    std::optional<Address> via;
    unsigned mtu = 0;
    bool local = false;
};

// ENETUNREACH, EHOSTUNREACH and so on are the kernel's answer when there is no way.
Result<RouteFound> find_route(const Namespace& where, const Address& to);

} // namespace gueway
