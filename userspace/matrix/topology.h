// SPDX-License-Identifier: GPL-2.0-only
// The rig's hosts, wires and tunnels' ends as a topology; see places.h for the picture.
#pragma once

#include "topology/spec.h"

namespace gueway::matrix {

// What the worker's ends take, whatever the director's have.
inline constexpr unsigned widest_underlay = 9000;

// `wires`: with those of kernel/mlx5ish (i1, i2 and u2).
Spec rig_spec(bool wires);

} // namespace gueway::matrix
