// SPDX-License-Identifier: GPL-2.0-only
// A topology as data: hosts, the segments between them, and what each host is told. All addresses
// are text ("192.0.2.1/24"), so that a topology reads like the picture of it.
#pragma once

#include "util/process.h"
#include "util/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gueway {

struct Route {
    std::string to;      // prefix
    std::string via;     // gateway on a segment of the host
    unsigned mtu = 0;    // bytes; 0: the device's
    unsigned advmss = 0; // MSS told to peers; 0: from the MTU
};

struct Setting {
    std::string name; // dotted sysctl name
    std::string value;
};

// A network namespace.
//   addresses  on lo, so that they are local whatever happens to the wires
//   sysctls    set when the namespace is made (those that exist then), and once more at the end,
//              when each must exist: the order makes "conf.default" reach every device, and
//              reaches devices that the commands made
//   commands   run in the namespace, in order, when wires, addresses and routes are there
struct Host {
    std::string name;
    std::vector<std::string> addresses;
    std::vector<Route> routes;
    std::vector<Setting> sysctls;
    std::vector<Argv> commands;
};

// A host's device on a segment. `features_off` are names as `ethtool -k` shows them.
struct End {
    std::string host;
    std::string device;
    std::vector<std::string> addresses;
    std::vector<std::string> features_off;
};

// What a wire's devices are. veth hands packets over as they are, whole and with all that the
// sender noted on them. mlx5ish, our own module (kernel/mlx5ish), is like NICs of the mlx5 class
// and carries bytes; whoever builds such a topology loads the module.
enum class Cable : uint8_t { veth, mlx5ish };
std::string_view name(Cable cable);

// A wire: two ends are one pair of devices, more are a bridge in a namespace of its own, so that a
// host has one device however many it reaches through it. `mtu` holds for every device on it, in
// bytes of IP packet.
struct Segment {
    std::string name;
    unsigned mtu = 1500;
    std::vector<End> ends;
    Cable cable = Cable::veth;
};

// `host` must be able to send to `address`, which is on one of its segments, without asking first.
struct Neighbour {
    std::string host;
    std::string address;
};

struct Spec {
    std::string name;
    std::string about; // one line
    std::vector<Host> hosts;
    std::vector<Segment> segments;
    std::vector<Neighbour> neighbours; // resolved before the topology counts as up
};

// Whether the data can work, before the kernel is asked: names known and free, every address
// readable, the addresses of a segment in one subnet per family and none twice, gateways and
// neighbours present on a segment of the host, MTUs large enough. The error names the first thing
// that cannot.
Result<void> check(const Spec& spec);

// The segment of `host` whose subnet holds `address`, with the host's own end of it.
struct Junction {
    const Segment* segment = nullptr;
    const End* end = nullptr;
};
Result<Junction> junction(const Spec& spec, const std::string& host, const std::string& address);

} // namespace gueway
