// SPDX-License-Identifier: GPL-2.0-only
// The demo's tables, the same for terminal and page.
#pragma once

#include "demo/model.h"
#include "report/table.h"

namespace gueway {

// Wide tells more: the longest latency, exchanges given up, the device's counter.
enum class DemoWidth { Terminal, Wide };

// A row for each cell; each figure for all variants side by side, with the ratio of two.
Table demo_figures_table(const DemoResult& result, DemoWidth width);

// A row for each place that dropped packets, on each variant.
Table demo_places_table(const DemoResult& result);

// "kernel 6.1.0-56-cloud-amd64, underlay MTU 1600, client MSS 1460, lane smp"
std::string demo_conditions(const DemoResult& result);

} // namespace gueway
