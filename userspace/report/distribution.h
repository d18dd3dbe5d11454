// SPDX-License-Identifier: GPL-2.0-only
// Samples of which some are only known to be at least a limit ("censored": a request that timed
// out): quantiles and the cumulative curve that do not pretend otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace gueway {

struct Samples {
    std::vector<double> known; // in any order
    uint64_t censored = 0;     // how many more there were, each of them >= limit
    double limit = 0;
};

struct Quantile {
    double value = 0;
    bool censored = false; // value is the limit, and the true quantile is at least that
};

// The smallest value that at least the share `q` (0 to 1) of all samples does not exceed (nearest
// rank). Censored samples rank above all known ones. Nothing when there is no sample.
std::optional<Quantile> quantile(const Samples& samples, double q);

struct Point {
    double x = 0;
    double y = 0;
};

// The share of all samples (0 to 1) that is <= x, as a staircase: y holds from x to the next
// point's x. Begins with y = 0 at the smallest known value; with censored samples it runs level to
// the limit and ends there below 1. Empty when there is no sample.
std::vector<Point> cumulative(const Samples& samples);

} // namespace gueway
