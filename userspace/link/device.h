// SPDX-License-Identifier: GPL-2.0-only
// Network devices of a namespace: make, change, look at, delete.
#pragma once

#include "link/namespace.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gueway {

// What rtnetlink counts per device (struct rtnl_link_stats64).
struct Counters {
    uint64_t rx_packets = 0, rx_bytes = 0, rx_errors = 0, rx_dropped = 0;
    uint64_t tx_packets = 0, tx_bytes = 0, tx_errors = 0, tx_dropped = 0;
};

// A device as the kernel shows it at one moment.
struct Device {
    int index = 0;
    std::string name;
    std::string kind;  // "veth", "dummy", "bridge"; empty for hardware and lo
    unsigned type = 0; // of its headers: ARPHRD_ETHER and so on of <net/if_arp.h>
    unsigned mtu = 0;
    std::string mac; // "02:00:00:00:00:01"; empty where the device has none
    int master = 0;  // index of the bridge it is a port of, or of the bond, or 0
    int link = 0;    // index of the device it stands on (VLAN, macvlan, tunnel), or of a veth's
                     // peer, which may be in another namespace; 0: none
    bool link_elsewhere = false; // that device is in another namespace, as its index is
    bool tag_inside = false;     // a VLAN that leaves the tag in its packets (reorder_hdr off)
    bool up = false;             // set up by its owner
    bool carrier = false;        // and able to pass packets (IFF_LOWER_UP and operational)
    Counters counters;
};

// One end of a pair to be: a name in a namespace.
struct VethEnd {
    const Namespace& where;
    std::string name;
};

// Both ends appear at once, each in its namespace, with `mtu` (bytes of IP packet). Still down.
Result<void> add_veth(const VethEnd& one, const VethEnd& other, unsigned mtu);

// Our module kernel/mlx5ish, whose pairs are made like veth's.
constexpr const char* mlx5ish_kind = "gueway_mlx5ish";
Result<void> add_mlx5ish(const VethEnd& one, const VethEnd& other, unsigned mtu);

// A device that needs nothing but a name: kind "bridge" or "dummy" (the kernel may lack dummy:
// EOPNOTSUPP).
Result<void> add_device(const Namespace& where, const std::string& name, const std::string& kind);

Result<void> set_up(const Namespace& where, const std::string& name);
Result<void> set_down(const Namespace& where, const std::string& name);
Result<void> set_mtu(const Namespace& where, const std::string& name, unsigned mtu);
Result<void> set_mac(const Namespace& where, const std::string& name, const std::string& mac);
// Makes `name` a port of `bridge`.
Result<void> set_master(const Namespace& where, const std::string& name, const std::string& bridge);
// Deleting one end of a veth pair deletes the other too.
Result<void> remove_device(const Namespace& where, const std::string& name);

// ENODEV when there is none of that name.
Result<Device> device(const Namespace& where, const std::string& name);
Result<std::vector<Device>> devices(const Namespace& where);

} // namespace gueway
