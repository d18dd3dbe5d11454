// SPDX-License-Identifier: GPL-2.0-only
// The tables that the bulk benchmark loads, for everybody who loads them.
#pragma once

#include <array>
#include <cstdint>

namespace gueway::bench {

// `services` of `workers` each, all GUE. Service S is 198.51.100.1, TCP port first_port + S; worker
// W is 10.0.0.0 + 1 + W, port worker_port.
struct Case {
    const char* name;
    unsigned services, workers;
    const char* scheduler;
    double least_gain; // times faster than ipvsadm -R that directorctl -R must be; 0: reported only
};

inline constexpr std::array<Case, 4> cases = {{
    {"1,000 workers, wlc", 1, 1000, "wlc", 15},
    {"5,000 workers, wlc", 1, 5000, "wlc", 7},
    {"1,000 workers, mh", 1, 1000, "mh", 25},
    {"1,000 services of 10", 1000, 10, "wlc", 0},
}};

constexpr uint32_t vip = 0xc6336401;          // 198.51.100.1, host order
constexpr uint32_t first_worker = 0x0a000001; // 10.0.0.1, host order
constexpr uint16_t first_port = 8000, worker_port = 8000, gue_port = 5501;
constexpr uint32_t worker_weight = 100;

} // namespace gueway::bench
