// SPDX-License-Identifier: GPL-2.0-only
// Our module kernel/mlx5ish in a guest: loaded and unloaded, a wire of it between two hosts, and
// what its devices counted.
//
//     a d1 ------------- d1 b      192.0.2.1/24, 2001:db8::1/64; .2 and ::2
//        v100 ------- v100         198.18.0.1/24, 2001:db8:100::1/64 on VLAN 100
#pragma once

#include "link/device.h"
#include "tests/assert_ok.h"
#include "topology/topology.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gueway {

// What devices made from now on can: a file of the module's directory "parameters".
Result<void> set_parameter(const std::string& name, const std::string& value);

// What `ethtool -S` shows.
using Counts = std::map<std::string, uint64_t>;
Result<Counts> counts(const Topology& topology, const std::string& host, const std::string& device);
// One of them.
Result<uint64_t> counted(const Topology& topology, const std::string& host,
                         const std::string& device, const std::string& counter);

Spec two_hosts(unsigned mtu = 1500);
// The same without IPv6, and so without a packet that nobody asked for, and without the VLAN.
Spec two_quiet_hosts();

// The module is there for each test, and gone afterwards.
class Mlx5ish : public testing::Test {
protected:
    void SetUp() override;
    void TearDown() override;
    // Replaces the topology; the old one is gone first.
    void build(Spec spec = two_hosts());

    const Topology& topology() const { return *topology_; }
    Result<uint64_t> counted(const std::string& host, const std::string& counter) const
    {
        return gueway::counted(*topology_, host, "d1", counter);
    }
    // Whether a device takes UDP_SEGMENT packets. Before Linux 5.11 those made of software features
    // only (NETIF_F_GSO_SOFTWARE: tunnels, VLANs) do not: the stack cuts above them.
    bool takes_udp_gso(const std::string& host, const std::string& device) const;
    // Of a command that must succeed in a host.
    std::string ok(const std::string& host, const Argv& argv) const;

    std::unique_ptr<Topology> topology_;
};

} // namespace gueway
