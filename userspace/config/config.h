// SPDX-License-Identifier: GPL-2.0-only
// The one reviewed file: what a director, and the workers behind it, are meant to be. The same file
// serves `directorctl apply` on the director and `directorctl worker apply` on each worker.
// The manual page (`directorctl man`) describes it key by key, from the table in config/keys.cpp.
#pragma once

#include "config/mark.h"
#include "config/mistakes.h"
#include "encap/encap.h"
#include "ipvs/model.h"
#include "util/address.h"
#include "util/file.h"
#include "util/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gueway {

//   device  towards the workers; mtu in bytes of outer packet, 0: the device's own
struct Underlay {
    std::string device;
    unsigned mtu = 0;
    Mark mark;
};

// A worker of a pool.
//   address     in the underlay: where the tunnel ends
//   port        0: the service's
//   private4/6  fou-interface only: the address that stands for the worker on its own tunnel device
struct PoolWorker {
    std::string name;
    Address address;
    uint32_t weight = 1;
    uint16_t port = 0;
    uint32_t upper_threshold = 0, lower_threshold = 0;
    std::optional<Address> private4, private6;
    Mark mark;
};

// Workers reached in one way. `forward` is tunnel unless the file says direct or masquerade; then
// `encap` has no meaning. With encap.type fou_interface, IPVS itself works in direct mode.
//   port6  fou_interface only: FOU cannot tell IPv4 from IPv6 inside, so that each has a port
struct Pool {
    std::string name;
    ipvs::Forward forward = ipvs::Forward::tunnel;
    Encap encap;
    uint16_t port6 = 0;
    std::vector<PoolWorker> workers;
    Mark mark;
};

// A service as IPVS will have it (key, scheduler, flags, persistence), and the pool behind it.
struct VirtualService {
    ipvs::Service service;
    std::string pool;
    Mark mark;
};

struct Sysctl {
    std::string name; // "net.ipv4.vs.conn_reuse_mode": always under net.ipv4.vs
    std::string value;
    Mark mark;
};

// What the workers need beyond their tunnels.
//   vip_device     takes the VIPs on a worker: a dummy device of that name unless it is "lo"
//   return_routes  prefixes whose routes carry answers to clients and get the MSS; empty: the
//                  default routes
struct WorkerSettings {
    std::string vip_device = "lo";
    std::vector<Prefix> return_routes;
};

//   vip_device  takes the VIPs on the director, a dummy device of that name unless it is "lo";
//               empty: apply leaves the director's addresses alone
struct Config {
    std::string source; // the file's name, for messages
    Underlay underlay;
    std::string vip_device;
    std::vector<Sysctl> sysctls;
    WorkerSettings worker;
    std::vector<Pool> pools;
    std::vector<VirtualService> services;

    const Pool* pool(const std::string& name) const; // nullptr: none of that name
    const Pool& pool_of(const VirtualService& service) const { return *pool(service.pool); }
};

// Offline and without root. Every Error is "FILE:LINE:COLUMN: object: ...": unknown keys,
// duplicates, values out of range, mixed families without a tunnel, an encapsulation without port,
// an MTU that cannot carry 1280 bytes of IPv6. A file larger than 4 MiB or nested deeper than 16 is
// refused before it is parsed. The Error is the first mistake; `mistakes` gets all of them, but
// that no meaning is looked for in a file with keys or values that are none.
Result<Config> parse_config(std::string_view text, const std::string& source,
                            Mistakes* mistakes = nullptr);
Result<Config> read_config(const fs::path& path, Mistakes* mistakes = nullptr);

// The destination that IPVS shall have for a worker of `service`: for a fou_interface its private
// address of the service's family.
ipvs::Destination destination_of(const VirtualService& service, const Pool& pool,
                                 const PoolWorker& worker);

// Why IPVS takes no such worker, or the address is no VIP; empty when nothing is wrong with it.
// ip_vs_new_dest() wants unicast addresses, in IPv6 neither link-local nor mapped ones
// (net/netfilter/ipvs/ip_vs_ctl.c).
std::string_view unfit_worker(const Address& address);
std::string_view unfit_vip(const Address& address);

// A file that parses to the same configuration.
std::string config_yaml(const Config& config);

} // namespace gueway
