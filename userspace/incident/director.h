// SPDX-License-Identifier: GPL-2.0-only
// The service of the incident: what the director is told and what the workers run.
#pragma once

#include "topology/reference.h"
#include "topology/topology.h"

#include <string>
#include <vector>

namespace gueway {

// "198.51.100.150:8000" or "[2001:db8::101]:8000".
std::string service_endpoint(int family);

// Both VIPs, by ipvsadm.
Result<void> configure_director(const Topology& topology, const ReferenceOptions& options);

// A gwflow server on each worker; they end when the result is destroyed. Returns when all listen.
Result<std::vector<Process>> start_servers(const Topology& topology,
                                           const ReferenceOptions& options);

} // namespace gueway
