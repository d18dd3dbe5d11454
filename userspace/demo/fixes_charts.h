// SPDX-License-Identifier: GPL-2.0-only
// Fixes over time, as charts.
#pragma once

#include "demo/fixes.h"
#include "report/chart.h"

#include <vector>

namespace gueway {

// Of one tunnel: latency (logarithmic) and throughput as ratios to the patched ip_vs, and packets
// dropped, on the same axis of time. Each phase is marked where it begins, and coloured: bad
// without a repair, good with one, quiet in between. Empty when the patched one was not measured.
std::vector<Chart> fixes_charts(const FixesResult& result, const FixesLine& line);

} // namespace gueway
