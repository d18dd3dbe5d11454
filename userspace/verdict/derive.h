// SPDX-License-Identifier: GPL-2.0-only
// What IPVS makes of a packet, from the packet and from what IPVS says by netlink: for kernels
// whose modules have no BTF, where its own structures cannot be read (5.10).
#pragma once

#include "trace/step.h"
#include "verdict/state.h"

#include <optional>

namespace gueway {

// Of a step in one of IPVS's functions, or of one that has left it for the tunnel. The worker is
// the tunnel's end, or the only one that the service has; else it is not known. Nothing when no
// service fits.
std::optional<IpvsFacts> derive_ipvs(const Step& step, State& state);

// Adds the worker, if it is not known, by IPVS's table of connections. That is read as a whole, and
// may be long: for single packets.
void add_worker(IpvsFacts& facts, State& state);

} // namespace gueway
