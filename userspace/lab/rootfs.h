// SPDX-License-Identifier: GPL-2.0-only
// The layers a guest starts from: the system, the kernel's modules, and what a run brings along.
#pragma once

#include "lab/kernel.h"
#include "lab/protocol.h"

#include <optional>
#include <string>
#include <vector>

namespace gueway {

// Something of the host that a run takes into its guest.
struct Extra {
    fs::path from;
    std::string to; // guest path; empty: /usr/local/bin/NAME for programs, /root/NAME for the rest
};
// FILE or FILE:GUESTPATH, as on the command line; or @NAME, a second opinion (lab/opinion.h).
Result<Extra> parse_extra(const std::string& text);

// The base system: init, bash, busybox, kmod, iproute2, ethtool, ipvsadm with their libraries.
// Cached until one of the programs changes. `init` is the guest's first process.
Result<std::string> system_layer(const fs::path& init);

// The kernel's modules that the lab and its users need, decompressed, indexed, cached. `ip_vs`
// replaces the kernel's own module of that name.
struct ModulesLayer {
    std::string archive;
    std::vector<std::string> load; // guest paths to load at boot, in order
};
Result<ModulesLayer> modules_layer(const Kernel& kernel, const std::optional<fs::path>& ip_vs);

// Extras with their libraries.
Result<std::string> extras_layer(const std::vector<Extra>& extras);

std::string plan_layer(const protocol::Plan& plan);

} // namespace gueway
