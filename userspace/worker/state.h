// SPDX-License-Identifier: GPL-2.0-only
// What of a worker is there: read from the kernel, as far as a plan needs it.
#pragma once

#include "fou/port.h"
#include "link/address.h"
#include "link/device.h"
#include "link/namespace.h"
#include "link/route.h"
#include "link/tunnel.h"
#include "worker/wanted.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace gueway::worker {

//   modules             of those wanted, the ones that are present
//   reverse_path_filter values of net.ipv4.conf.NAME.rp_filter, by name: "all", "default" and each
//                       tunnel device
//   settings            values of arp_ignore and arp_announce, by name
struct State {
    std::set<std::string> modules;
    std::vector<fou::Port> ports;
    std::vector<TunnelDevice> tunnels;
    std::vector<Device> devices;
    std::vector<AddressState> addresses;
    std::vector<RouteState> routes;
    std::map<std::string, int> reverse_path_filter;
    std::map<std::string, int> settings;

    const Device* device(const std::string& name) const; // nullptr: none
};

// Loads nothing: without the fou module there are no ports. `where` must be the calling thread's
// namespace.
Result<State> read_state(const Namespace& where, const std::vector<std::string>& modules);

// The host's addresses for roles(). An address on lo or a dummy, as routed hosts have theirs, is
// reached by another device, for which that of the default route is taken (of several, the least).
std::vector<HostAddress> host_addresses(const std::vector<AddressState>& addresses,
                                        const std::vector<Device>& devices,
                                        const std::vector<RouteState>& routes);
Result<std::vector<HostAddress>> host_addresses(const Namespace& where);

} // namespace gueway::worker
