// SPDX-License-Identifier: GPL-2.0-only
// The incident, replayed on the kernel this runs on: the reference topology, a director whose
// underlay device leaves the segmentation of UDP tunnels to software, IPVS with GUE, and requests
// and responses below and above the MSS.
#pragma once

#include "demo/model.h"
#include "topology/reference.h"

#include <chrono>
#include <string>
#include <vector>

namespace gueway {

// One transfer to be measured.
struct Shape {
    int family = 4; // of the VIP: 4 or 6
    uint64_t size = 0;
    DemoDirection direction = DemoDirection::Request;
};

// 32 KiB and 1 MiB, requests and responses, to both VIPs.
std::vector<Shape> default_shapes();

struct ReplayOptions {
    std::string name; // of the variant, for the result
    // Wires only: directorctl does the rest.
    ReferenceOptions reference{.mtu = 1600,
                               .udp_tunnel_segmentation = false,
                               .terminate = false,
                               .clamp_mss = false,
                               .vips = false};
    std::vector<Shape> shapes = default_shapes();
    std::chrono::milliseconds duration{2500}; // in which requests of a cell begin
    uint64_t requests = 0;                    // per cell instead of `duration`, when not 0
    std::chrono::milliseconds deadline{8000}; // of each request
    unsigned connections = 1;
};

// Needs root, IPVS, fou, and gwflow and directorctl in PATH. A cell that cannot be measured says so
// in its `failure`; what keeps all cells from being measured is an Error.
Result<DemoVariant> replay(const ReplayOptions& options);

} // namespace gueway
