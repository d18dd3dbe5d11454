// SPDX-License-Identifier: GPL-2.0-only
// The tunnels of the rig: what the director sends into, and where the worker takes packets out.
#pragma once

#include "link/namespace.h"
#include "matrix/places.h"

#include <vector>

namespace gueway::matrix {

// The addresses of the worker on an underlay, the fence's too.
std::vector<Address> worker_ends(Underlay underlay);

// The FOU devices of an underlay, each with the route to what is behind it.
Result<void> add_fou_devices(const Namespace& director, Underlay underlay);

// What ends the tunnels on an underlay by their addresses, and what ends those of all.
Result<void> end_tunnels(const Namespace& worker, Underlay underlay);
Result<void> end_all_tunnels(const Namespace& worker);

// A service for each way, TCP, UDP and SCTP at both VIPs, with one worker.
Result<void> add_services(const Namespace& director, bool wires);

} // namespace gueway::matrix
