// SPDX-License-Identifier: GPL-2.0-only
// The service of the incident: what the director and its workers are told, by directorctl and
// nothing else, and what the workers run.
#pragma once

#include "config/config.h"
#include "topology/reference.h"
#include "topology/topology.h"

#include <string>
#include <vector>

namespace gueway {

// "198.51.100.150:8000" (family 4) or "[2001:db8::101]:8000" (6).
std::string service_endpoint(int family);

// The file for both VIPs, on a reference topology that has neither VIPs nor tunnels.
Config service_config(const ReferenceOptions& options);

// `directorctl apply` on the director, `directorctl worker apply` on each worker.
Result<void> configure(const Topology& topology, const ReferenceOptions& options);

// A gwflow server on each worker; they end when the result is destroyed. Returns when all listen.
Result<std::vector<Process>> start_servers(const Topology& topology,
                                           const ReferenceOptions& options);

} // namespace gueway
