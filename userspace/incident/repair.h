// SPDX-License-Identifier: GPL-2.0-only
// A director that is repaired and broken again while requests go through it: an mlx5-class underlay
// as it comes, without a change by ethtool, and directorctl's two ways to repair a vulnerable
// ip_vs.
#pragma once

#include "demo/fixes.h"
#include "encap/encap.h"

#include <chrono>
#include <string>

namespace gueway {

struct RepairOptions {
    std::string ip_vs;                // "vulnerable": all phases; "patched": a single one
    EncapType encap = EncapType::gue; // gue or gre
    unsigned mtu = 1600;              // of the underlay
    uint64_t size = 32768;            // payload bytes of a request
    // Between two requests. There is one at a time, each on a new connection: two that meet would
    // wait for each other, and medians would tell how often they do.
    std::chrono::milliseconds pause{16};
    std::chrono::milliseconds span{3000}; // of each phase
};

// Needs root, IPVS, fou, gwflow and directorctl in PATH, the device's module loaded and the
// hotfix's installed (util/brought_module.h). What keeps a phase from being measured is an Error;
// requests that fail are part of the track.
Result<FixesTrack> repair_under_traffic(const RepairOptions& options);

} // namespace gueway
