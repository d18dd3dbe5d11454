// SPDX-License-Identifier: GPL-2.0-only
// The legacy design on the director: for each worker and IP version a tunnel device of its own that
// wraps in plain FOU, and a private address that is routed to it; IPVS forwards to that address in
// direct mode. FOU's header does not tell IPv4 from IPv6, so that each has its own port.
//
//     client -> VIP -> IPVS (direct) -> private address -> gwf4-ac464095 -> UDP to the worker
#pragma once

#include "config/config.h"
#include "link/namespace.h"
#include "link/tunnel.h"
#include "plan/plan.h"
#include "util/address.h"
#include "util/result.h"

#include <string>
#include <vector>

namespace gueway {

// Devices whose names begin so are ours: what of them the configuration does not have is removed.
inline constexpr const char* fou_interface_prefix = "gwf";

// "gwf4-" or "gwf6-" for the family inside, and the worker's underlay address: eight hexadecimal
// digits, the address itself in IPv4, a hash (FNV-1a) of it in IPv6.
std::string fou_interface_name(int inner, const Address& worker);

// One device and the addresses behind it; in order of device names, addresses in order too.
//   device.local  IPv6 tunnels send nothing without one, and the file does not say it: where it is
//                 wanted empty, apply takes the host's address towards the worker; present but
//                 empty is one that the host has no longer
struct FouInterface {
    std::string worker; // for messages; empty when read from the kernel
    TunnelDevice device;
    std::vector<Address> private_addresses; // each with a /32 or /128 route to the device
};

// Of all fou-interface pools: a device for each family in which the worker has a private address.
// Pools that share a worker share its device. An Error when two pools ask for different devices
// between the same hosts, which the kernel cannot have.
Result<std::vector<FouInterface>> wanted_fou_interfaces(const Config& config);

// Those of the kernel that are ours by name.
Result<std::vector<FouInterface>> present_fou_interfaces(const Namespace& where);

// What to do about one device. `wanted` counts unless the operation is remove, `present` unless it
// is add.
struct FouInterfaceStep {
    plan::Operation operation = plan::Operation::add;
    FouInterface wanted, present;
    plan::Step shown() const; // section "FOU interfaces"
};

// Additions and changes first, removals last: these belong behind the removal of the IPVS
// destinations that use them.
std::vector<FouInterfaceStep> fou_interface_steps(const std::vector<FouInterface>& wanted,
                                                  const std::vector<FouInterface>& present);

// Carries one out, with the routes; but of a device that stays no private address goes, since IPVS
// may still forward to it. A change is made in place unless the kernel needs a new device.
Result<void> apply(const Namespace& where, const FouInterfaceStep& step);

// The rest of a change, behind the removal of the IPVS destinations: the addresses that it drops.
Result<void> remove_old_addresses(const Namespace& where, const FouInterfaceStep& step);

// Makes the device and its addresses as they were `before`, whatever is left of them now.
Result<void> restore(const Namespace& where, const FouInterface& before);

// Modules that the devices need and the kernel does not load by itself: fou, fou6, with the kinds.
std::vector<std::string> fou_interface_modules(const std::vector<FouInterface>& wanted);

} // namespace gueway
