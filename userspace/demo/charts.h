// SPDX-License-Identifier: GPL-2.0-only
// The demo's figures as charts.
#pragma once

#include "demo/model.h"
#include "report/chart.h"

#include <vector>

namespace gueway {

// "vulnerable" is drawn as bad, any other variant as good.
Tone demo_tone(const DemoVariant& variant);

// The share of exchanges that took at most so long: a chart for each size and direction, a line
// for each variant and family (IPv6 dashed), on one logarithmic axis for all charts.
std::vector<Chart> demo_latency_charts(const DemoResult& result);

// Delivered payload over time: a chart for each cell, a line for each variant. The families of one
// size and direction share their axes.
std::vector<Chart> demo_timeline_charts(const DemoResult& result);

} // namespace gueway
