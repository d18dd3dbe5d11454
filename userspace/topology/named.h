// SPDX-License-Identifier: GPL-2.0-only
// The topologies that have a name.
#pragma once

#include "topology/spec.h"

#include <string_view>
#include <vector>

namespace gueway {

std::vector<std::string> topology_names();

// An unknown name is an Error that lists the known ones.
Result<Spec> named_topology(std::string_view name);

} // namespace gueway
