// SPDX-License-Identifier: GPL-2.0-only
// What the hosts of a path have lost or damaged, by their own counts. That TCP sent a segment again
// tells nothing: on a machine that is busy elsewhere one that is late is enough.
#pragma once

#include "topology/topology.h"

#include <cstdint>
#include <map>
#include <string>

namespace gueway {

// By host, device and name of the count, of all hosts: what devices dropped instead of sending, and
// errors of sending and receiving; packets that could not be fragmented; wrong checksums.
using Losses = std::map<std::string, uint64_t>;
Result<Losses> losses(const Topology& topology);

} // namespace gueway
