// SPDX-License-Identifier: GPL-2.0-only
// The rig, up: hosts, wires, tunnels and services of places.h, made once for all cells.
#pragma once

#include "matrix/places.h"
#include "topology/topology.h"

namespace gueway::matrix {

// Owns the topology. Move-only.
class Rig {
public:
    // `wires` needs the module kernel/mlx5ish, loaded.
    static Result<Rig> build(bool wires);

    // Makes the cell's way as it says: the underlay's MTU, FOU devices with it, and what the
    // director does with packets that may not be fragmented. Does nothing that is done already.
    Result<void> set_way(const Cell& cell, unsigned mtu);

    // Has the director forget what routers said of paths, which it remembers for minutes.
    Result<void> forget_paths() const;

    const Topology& topology() const { return topology_; }
    const Namespace& host(const std::string& name) const;

private:
    explicit Rig(Topology topology) : topology_(std::move(topology)) {}
    Result<void> set_underlay_mtu(Underlay underlay, unsigned mtu);
    Topology topology_;
    unsigned mtus_[std::size(underlays)] = {};
    int pmtu_disc_ = -1; // not known
};

} // namespace gueway::matrix
