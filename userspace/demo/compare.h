// SPDX-License-Identifier: GPL-2.0-only
// One cell on two variants, side by side: for the demo's tables and its verdict.
#pragma once

#include "demo/model.h"

#include <string>
#include <vector>

namespace gueway {

// The same cell on the first and the last variant; both were measured and saw an exchange.
struct DemoPair {
    const DemoCell* before = nullptr;
    const DemoCell* after = nullptr;
};

// The pairs in the order of the first variant's cells; none with fewer than two variants.
std::vector<DemoPair> demo_pairs(const DemoResult& result);

// before / after; a lower bound when `before` is one.
struct DemoRatio {
    double value = 0;
    bool at_least = false;
};

// Of the latency quantile `q`; nothing when `after` is only a lower bound, or 0.
std::optional<DemoRatio> demo_latency_ratio(const DemoPair& pair, double q);

// after / before of the throughput: how many times faster; nothing when `before` moved nothing.
std::optional<DemoRatio> demo_throughput_ratio(const DemoPair& pair);

// "398×", "≥398×", "1.04×"; "-" for nothing.
std::string demo_ratio_text(const std::optional<DemoRatio>& ratio);

// "1.63 s", "≥3.00 s"; "-" for nothing.
std::string demo_quantile_text(const std::optional<DemoQuantile>& quantile);

// Drops at one place, summed over a variant's cells.
struct DemoPlace {
    DemoDrop drop;
    uint64_t on_requests = 0; // of drop.packets
};

// Most packets first.
std::vector<DemoPlace> demo_places(const DemoVariant& variant);

// A sentence for each cell that could not be measured.
std::vector<std::string> demo_failures(const DemoResult& result);

} // namespace gueway
