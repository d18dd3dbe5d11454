// SPDX-License-Identifier: GPL-2.0-only
// gwflow between two hosts of a topology: every payload is checked end to end, by hash.
#pragma once

#include "flow/report.h"
#include "topology/topology.h"

#include <string>
#include <vector>

namespace gueway {

// From host a to a server on `address` of host b; `options` are gwflow's client's.
Result<flow::Report> transfer(const Topology& topology, const std::string& address,
                              const std::vector<std::string>& options);

// What a client in `host` saw.
Result<flow::Report> run_client(const Topology& topology, const std::string& host,
                                const std::string& endpoint,
                                const std::vector<std::string>& options);

} // namespace gueway
