// SPDX-License-Identifier: GPL-2.0-only
// The reference topology: a client, a director that tunnels to workers, and a return path that
// does not cross the director.
//
//                  d0 (ingress)            d1 (underlay)
//     client ---------------- director ---------------------- w1..wN
//        \_________________________ r0 ______________________/
//
// Devices: the client has c0 (to the director) and r0, the director d0 and d1, a worker u0 (the
// underlay) and r0.
#pragma once

#include "encap/encap.h"
#include "topology/spec.h"

#include <cstdint>
#include <string>
#include <vector>

#include <sys/socket.h>

namespace gueway {

// Both VIPs are local on the director and on every worker: on lo.
constexpr const char* vip4 = "198.51.100.150";
constexpr const char* vip6 = "2001:db8::101";

// Where the client asks from. Each worker has a route to these alone, so that they are where its
// answers go, and where the MSS is announced.
constexpr const char* client4 = "192.0.2.2";
constexpr const char* client6 = "2001:db8:d0::2";

constexpr uint16_t default_gue_port = 5501;

struct ReferenceOptions {
    int workers = 1;            // 1..200
    int underlay = AF_INET;     // family of the outer header: AF_INET or AF_INET6
    unsigned mtu = 1600;        // of d1, bytes
    unsigned client_mtu = 1500; // of d0 and r0
    // Whether the director's d1 segments UDP tunnels "in hardware"; off leaves it to the kernel's
    // software segmentation (tx-udp_tnl-segmentation and tx-udp_tnl-csum-segmentation).
    bool udp_tunnel_segmentation = true;
    Encap encap = {.type = EncapType::gue, .port = default_gue_port};
    // Whether workers end the tunnel, which needs the kernel's fou and tunnel devices. Without, the
    // wires, addresses and routes are the same. GRE with checksums and FOU interfaces are for
    // `directorctl worker apply` to end.
    bool terminate = true;
    // Whether workers announce an MSS that fits through the tunnel. The SYN-ACK does not cross the
    // director, so that only the worker can.
    bool clamp_mss = true;
    // Whether the VIPs are there. Without, they are for `directorctl apply` to add.
    bool vips = true;
    // What the devices of d1 and of d0 are.
    Cable underlay_cable = Cable::veth;
    Cable ingress_cable = Cable::veth;
};

// check() judges it: more workers than there are addresses, or an MTU too small, is an Error there.
Spec reference(const ReferenceOptions& options = {});

// Of worker 1..N.
std::string worker_name(int number);
std::string worker_address(const ReferenceOptions& options, int number);

struct IpvsOptions {
    uint16_t port = 8000;
    bool udp = false;
    std::string scheduler = "rr";
    std::vector<std::string> flags; // of ipvsadm -b: "mh-port", "mh-fallback"
};

// ipvsadm commands for the director: both VIPs, each with every worker.
std::vector<Argv> ipvs_commands(const ReferenceOptions& options, const IpvsOptions& ipvs = {});

} // namespace gueway
