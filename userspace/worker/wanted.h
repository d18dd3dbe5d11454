// SPDX-License-Identifier: GPL-2.0-only
// What a worker is meant to be, from the one file: which of its workers this host is, and what that
// takes here. Pure: what it must know of the host is given to it.
#pragma once

#include "config/config.h"
#include "fou/port.h"
#include "link/tunnel.h"
#include "util/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace gueway::worker {

// An address of this host, and the MTU of the device by which packets to it come; 0: nobody knows.
struct HostAddress {
    Address address;
    unsigned mtu = 0;
};

// A pool, and the worker of it that this host is.
struct Role {
    const Pool* pool = nullptr;
    const PoolWorker* worker = nullptr;
    unsigned mtu = 0; // of the underlay, outer bytes: the file's, else HostAddress's
};

// The workers whose address this host has; with a `name`, those of that name, wherever they are.
// Valid while `config` is. None is an Error that lists what the file has; so is a tunnel of which
// neither file nor host tell the MTU.
Result<std::vector<Role>> roles(const Config& config, const std::vector<HostAddress>& host,
                                const std::string& name = {});

// The largest TCP segment that clients may send through the tunnel, for one family inside. The
// answer to a client goes past the director, so that only the worker can tell: by the MSS that the
// route to the client announces.
struct MssLimit {
    int family = AF_INET;
    unsigned mss = 0;
    std::string why; // "gue:5501 over IPv4 at MTU 1500"
};

// A sysctl that is a number; `good`: values that do as well.
struct Setting {
    std::string name;
    int value = 0;
    std::vector<int> good;
};

// A worker of a director in direct mode is on its network, where the VIP is the director's: it must
// neither answer for the VIP (arp_ignore 1: only for addresses of the device that is asked; 2 and 8
// are stricter, the others are not) nor announce it (arp_announce 2). IPv6 answers for addresses of
// the device that is asked anyhow. Documentation/networking/ip-sysctl.rst of the kernel.
inline constexpr const char* arp_ignore = "net.ipv4.conf.all.arp_ignore";
inline constexpr const char* arp_announce = "net.ipv4.conf.all.arp_announce";

//   modules        in the order to load them
//   receivers      tunnel devices that take the outer header off; see receiver_name()
//   settings       to be set before the VIPs come
//   own            the worker's in the underlay: never taken away, whatever device they are on
//   addresses      /32 and /128: VIPs of the services, private addresses of FOU interfaces
//   return_routes  prefixes whose routes lead to clients; empty: the default routes
struct Wanted {
    std::string name; // of the worker, or of several: "w1"
    std::vector<std::string> modules;
    std::vector<fou::Port> ports;
    std::vector<TunnelDevice> receivers;
    std::vector<Setting> settings;
    std::string vip_device;
    std::vector<Address> own;
    std::vector<Prefix> addresses;
    std::vector<Prefix> return_routes;
    std::vector<MssLimit> limits; // at most one of a family
};

// An Error when the file asks for what cannot be together on one host: one UDP port as two kinds,
// GRE with and without checksums to one address.
Result<Wanted> wanted(const Config& config, const std::vector<Role>& roles);

// Whether each worker of the file can be what it asks: wanted() for all of them, offline.
Result<void> check(const Config& config);

// "gwipip-ac464095": the kind, and the address at which the tunnel ends (eight hexadecimal digits,
// those of the address in IPv4, a hash of it in IPv6). A device of our own for each, bound to the
// worker's address, and not the kernel's tunl0, sit0 or gre0: these are shared with whoever else
// uses them, cannot expect GRE checksums, and ip6tnl0 takes no IPv4.
std::string receiver_name(TunnelKind kind, const Address& worker);
// Whether a device of that name is ours, so that it may be removed.
bool is_receiver_name(std::string_view name);

} // namespace gueway::worker
