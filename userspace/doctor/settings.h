// SPDX-License-Identifier: GPL-2.0-only
// What the doctor's rules judge: how one network namespace is set, as plain data. doctor/read.h
// fills it; nothing here asks a kernel.
#pragma once

#include "ipvs/client.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gueway::doctor {

// net.ipv4.vs.*; nothing where the kernel has no such setting.
struct VsSysctls {
    std::optional<int> sloppy_tcp, conn_reuse_mode, expire_nodest_conn, pmtu_disc, conntrack;
};

// The way that a packet for a worker takes.
//   error       the kernel's errno when there is none, else 0
//   mtu         bytes, in effect: the route's, or the device's
//   device_mtu  bytes; more than `mtu` when the route says less, or an ICMP error did
//   local       the worker is this host: IPVS puts nothing into a tunnel
struct Way {
    int error = 0;
    std::string device;
    unsigned mtu = 0, device_mtu = 0;
    bool local = false;
};

// A worker of a service, and the way there.
struct Worker {
    ipvs::ServiceKey service;
    ipvs::Destination destination;
    Way way;
    bool tunnelled() const
    {
        return destination.forward == ipvs::Forward::tunnel && !way.local && way.error == 0;
    }
};

// A device that takes IPv4 packets from others, and what the reverse path filter asks of them.
//   rp_filter  its own setting; the larger one of it and conf.all's counts
//   addressed  it has an IPv4 address
//   ends_tunnel  packets come out of a tunnel here (tunl0, gre0, ...)
struct Input {
    std::string device;
    int rp_filter = 0;
    bool addressed = false;
    bool ends_tunnel = false;
};

//   default_device  by which IPv4 packets for anywhere leave; empty: no such route, or several
//   filtered        packets that the reverse path filter has dropped since boot
//   filtering       those of them that it dropped while the doctor looked
struct ReversePaths {
    int all = 0;
    std::vector<Input> inputs;
    std::string default_device;
    uint64_t filtered = 0, filtering = 0;
};

// A device of the way to workers, and those below it, which send in its place (the one under a
// VLAN, the members of a bond).
//   kind      "veth", "vlan", "bond"; empty for hardware
//   driver    as ethtool -i shows it; empty when the device does not say
//   features  those in effect, by ethtool's names
//   known     whether the kernel told its features
//   dropped   packets that it has dropped in sending, by its own count (tx_dropped)
//   dropping  those of them that it dropped while the doctor looked
struct DeviceFacts {
    std::string name, kind, driver;
    std::vector<std::string> features;
    bool known = false;
    uint64_t dropped = 0, dropping = 0;
    bool has(std::string_view feature) const;
};
struct Underlay {
    std::string device;
    std::vector<DeviceFacts> stack; // the device itself first
};

//   ipvs      whether ip_vs is there at all; without it there is nothing to judge
//   services  in the kernel's order
struct Settings {
    bool ipvs = false;
    std::vector<ipvs::ServiceState> services;
    std::vector<Worker> workers;
    VsSysctls sysctls;
    ReversePaths reverse_paths;
    std::vector<Underlay> underlays;
};

} // namespace gueway::doctor
