// SPDX-License-Identifier: GPL-2.0-only
// The parts of read_settings() that have a file of their own.
#pragma once

#include "doctor/settings.h"
#include "link/device.h"

#include <string_view>
#include <vector>

namespace gueway::doctor {

// Of the devices that are up and take packets for themselves: no lo, no port of a bridge or bond.
Result<ReversePaths> read_reverse_paths(const Namespace& where, const std::vector<Device>& all);

// The devices that tunnels to the workers leave by, with those below them.
std::vector<Underlay> read_underlays(const Namespace& where, const std::vector<Device>& all,
                                     const std::vector<Worker>& workers);

// Packets that the reverse path filter has dropped since boot; 0 when that cannot be read.
uint64_t read_filtered(const Namespace& where);

// IPReversePathFilter of TcpExt in the text of /proc/net/netstat; 0 when it is not there.
uint64_t filtered_packets(std::string_view netstat);

// The device itself, then those that send in its place, each once.
std::vector<std::string> stack_of(const std::string& device, const std::vector<Device>& all);

} // namespace gueway::doctor
