// SPDX-License-Identifier: GPL-2.0-only
// What a Config means for the kernel of a director.
#pragma once

#include "config/config.h"
#include "ipvs/client.h"
#include "util/address.h"

#include <string>
#include <vector>

namespace gueway {

// The services in the file's order, with their workers in their pool's.
std::vector<ipvs::ServiceState> wanted_services(const Config& config);

// The VIPs, each once, as single addresses.
std::vector<Prefix> wanted_vips(const Config& config);

// "ip_vs_mh"; empty for the scheduler `none`.
std::string scheduler_module(const std::string& scheduler);

} // namespace gueway
