// SPDX-License-Identifier: GPL-2.0-only
// The figures of fixes as tables and as entries over time, for terminal and page.
#pragma once

#include "demo/fixes.h"
#include "report/table.h"

#include <optional>

namespace gueway {

// A row for each phase of one tunnel. Times and rates are ratios to the patched ip_vs.
Table fixes_table(const FixesResult& result, const FixesLine& line);

// "GUE over an mlx5ish underlay, MTU 1600, kernel 6.1.0-56-cloud-amd64, lane exact"
std::string fixes_conditions(const FixesResult& result, const FixesLine& line);

// What happened in one interval of a line.
struct FixesMoment {
    double begin = 0; // s, of the line's time
    double end = 0;
    const FixesPhase* phase = nullptr; // null: a change falls into it
    // Of the slowest request that began in it, as a ratio to the patched median; nothing when none
    // began.
    std::optional<double> latency;
    double rate = 0; // payload, as a ratio to the patched mean
    uint64_t dropped = 0;
};
// In order of time; none when the patched ip_vs was not measured.
std::vector<FixesMoment> fixes_moments(const FixesResult& result, const FixesLine& line);

} // namespace gueway
