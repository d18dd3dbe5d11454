// SPDX-License-Identifier: GPL-2.0-only
// Where things are on the rig: devices, addresses and ports, all computed from a cell's axes.
//
//     client          director             worker
//     i0 i1 i2 ------ i0 i1 i2
//                     u0 u1 u2 ----------- u0 u1 u2
//
// i0 is veth; i1 and i2 are bytes-only wires behind which GRO puts packets together, or lists. Each
// has a VLAN whose tag is taken out (i0.100), and one whose tag stays in the packet (i0.200); of
// the wires' packets the NIC takes the tag out, and GRO sees it beside them. u0, u1 and u2 are
// the values of Underlay. Each tunnel on each underlay ends at an address of its own of the worker,
// and each is a service of its own, at a port of its own.
#pragma once

#include "encap/transport.h"
#include "matrix/cell.h"
#include "util/address.h"

#include <span>

namespace gueway::matrix {

Encap encap(Tunnel tunnel);        // with its port
Encap way_encap(const Cell& cell); // of FOU, with that of the inner family
int family(Family family);         // AF_INET or AF_INET6
constexpr Family families[] = {Family::v4, Family::v6};
constexpr Underlay underlays[] = {Underlay::whole, Underlay::software, Underlay::wire};
// Those that are there with or without kernel/mlx5ish.
std::span<const Underlay> underlays_with(bool wires);
bool needs_wires(const Cell& cell);
// GRO may put its segments together, and hold them back.
bool through_gro(const Cell& cell);

// How packets come to the director: by one of these.
struct Entrance {
    const char* device; // on both ends
    unsigned subnet;    // of client and director: 198.18.subnet.0/24, 2001:db8:18:subnet::/64
};
const Entrance& entrance(const Cell& cell);
std::span<const Entrance> entrances(bool wires = true);
// Whether devices of entrances take packets of that VLAN.
bool is_vlan(unsigned id);
Address client_address(const Entrance& entrance, Family family);
Address director_address(const Entrance& entrance, Family family);

const char* device(Underlay underlay);
Address director_address(Underlay underlay, Family family);
// The outer destination. Of FOU it depends on the inner family, which no header of it tells.
Address worker_address(Underlay underlay, Tunnel tunnel, Family outer, Family inner);
// Where the fence goes: packets that are forwarded as they are.
Address fence_address(Underlay underlay);

// What IPVS sends to: the worker, or for FOU an address behind the tunnel's device.
Address destination(const Cell& cell);
// The FOU tunnel's device on the director, and its port.
std::string fou_device(Underlay underlay, Family outer, Family inner);
uint16_t fou_port(Family inner);

constexpr const char* vips[] = {"198.51.100.150", "2001:db8::101"};
Address vip(Family family);
uint16_t service_port(Underlay underlay, Tunnel tunnel, Family outer);
uint16_t service_port(const Cell& cell);
Transport transport(L4 l4);

constexpr unsigned prefix_length(Family family)
{
    return family == Family::v4 ? 24 : 64;
}

} // namespace gueway::matrix
