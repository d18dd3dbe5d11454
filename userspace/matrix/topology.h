// SPDX-License-Identifier: GPL-2.0-only
// The rig's hosts, wires and tunnels' ends as a topology; see places.h for the picture.
#pragma once

#include "topology/spec.h"

namespace gueway::matrix {

// `wires`: with those of kernel/mlx5ish (i1, i2 and u2).
Spec rig_spec(bool wires);

} // namespace gueway::matrix
