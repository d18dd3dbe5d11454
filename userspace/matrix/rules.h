// SPDX-License-Identifier: GPL-2.0-only
// Which combinations of values are no cell, and why.
#pragma once

#include "matrix/axes.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gueway::matrix {

// A set of axes, a bit for each.
using AxisSet = uint16_t;
constexpr AxisSet bit(Axis axis)
{
    return static_cast<AxisSet>(1U << static_cast<unsigned>(axis));
}
inline constexpr AxisSet all_axes = (1U << axis_count) - 1;

//   axes      those that `excludes` looks at, and no others
//   excludes  whether the combination is no cell
struct Rule {
    std::string_view name, reason;
    AxisSet axes = 0;
    bool (*excludes)(const Cell& cell) = nullptr;
};

// What the kernel that runs the cells has to have for some of them; what it lacks is a rule's.
//   wire     our module kernel/mlx5ish, for underlay "wire", and rx-udp-gro-forwarding, which its
//            receiving side is given: since Linux 5.12
//   udp_gso  a client's veth that passes a UDP_SEGMENT packet on as one: since Linux 5.11, in which
//            NETIF_F_GSO_SOFTWARE, what veth offers, has NETIF_F_GSO_UDP_L4
//   tcp_lists  rx-gro-list makes lists of TCP segments too: since Linux 6.10 (8928756d53d5 "net:
//            move skb_gro_receive_list from udp to core" and those behind it)
//   sctp     IPVS with CONFIG_IP_VS_PROTO_SCTP, and the module sctp, by whose counters the worker's
//            kernel tells what it took
struct Abilities {
    bool wire = true, udp_gso = true, tcp_lists = true, sctp = true;
    bool operator==(const Abilities&) const = default;
};
// Whether a kernel of that release ("5.10.0-32-cloud-amd64") does so; one that says no version is
// taken for new.
bool veth_takes_udp_gso(std::string_view release);
bool gro_forwards_udp(std::string_view release);
bool gro_lists_tcp(std::string_view release);
// A capture is told of UDP_SEGMENT packets as such: since Linux 6.2, whose virtio_net header has
// words for them (860b7f27b8f7 "linux/virtio_net.h: Support USO offload in vnet header").
bool tells_udp_gso(std::string_view release);
// What a release tells of itself, and whether the module can be built for it. Of SCTP it tells
// nothing.
Abilities abilities_of_release(std::string_view release, bool module);

std::vector<Rule> rules(const Abilities& abilities = {});
// Those of what a kernel may lack alone, all of them.
std::vector<Rule> rules_of_abilities();

// The first rule that excludes the cell; nullptr when none does.
const Rule* excluding(const std::vector<Rule>& rules, const Cell& cell);

// Of all combinations of all values.
//   excluded  how many each rule left out; one that several exclude counts for one of them
struct Enumeration {
    uint64_t combinations = 0, cells = 0;
    std::map<std::string, uint64_t> excluded;
};
// Tells `visit` every cell that no rule excludes, in the order of their values.
Enumeration enumerate(const std::vector<Rule>& rules,
                      const std::function<void(const Cell&)>& visit = {});

} // namespace gueway::matrix
