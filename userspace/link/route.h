// SPDX-License-Identifier: GPL-2.0-only
// Unicast routes in the main table.
#pragma once

#include "link/namespace.h"
#include "util/address.h"

#include <optional>
#include <string>

namespace gueway {

// A route to `to`, by way of a gateway, a device, or both.
struct RouteEntry {
    Prefix to;
    std::optional<Address> via;
    std::string device;            // empty: the one that reaches the gateway
    std::optional<Address> source; // preferred source address
    unsigned mtu = 0;              // bytes; 0: the device's
    unsigned advmss = 0;           // MSS advertised in SYN and SYN-ACK; 0: from the MTU
};

// EEXIST when the destination has a route already.
Result<void> add_route(const Namespace& where, const RouteEntry& route);

} // namespace gueway
