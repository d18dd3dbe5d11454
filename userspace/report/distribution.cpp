// SPDX-License-Identifier: GPL-2.0-only
#include "report/distribution.h"

#include <algorithm>
#include <cmath>

namespace gueway {

namespace {

// As a double, since a result that was read may claim any number of censored ones.
double count(const Samples& samples)
{
    return static_cast<double>(samples.known.size()) + static_cast<double>(samples.censored);
}

} // namespace

std::optional<Quantile> quantile(const Samples& samples, double q)
{
    const double all = count(samples);
    if (all == 0) return {};
    // The slack keeps 0.99 * 100 at rank 99: the product is a hair above it.
    const double rank = std::clamp(std::ceil(q * all - 1e-9), 1.0, all);
    if (rank > static_cast<double>(samples.known.size())) return Quantile{samples.limit, true};
    auto sorted = samples.known;
    const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
    std::ranges::nth_element(sorted, at);
    return Quantile{*at, false};
}

std::vector<Point> cumulative(const Samples& samples)
{
    const double all = count(samples);
    if (all == 0) return {};
    auto sorted = samples.known;
    std::ranges::sort(sorted);
    std::vector<Point> out;
    out.push_back({sorted.empty() ? samples.limit : sorted.front(), 0});
    for (size_t i = 0; i < sorted.size(); ++i) {
        const bool last_of_equals = i + 1 == sorted.size() || sorted[i + 1] != sorted[i];
        if (last_of_equals) out.push_back({sorted[i], static_cast<double>(i + 1) / all});
    }
    if (samples.censored) out.push_back({std::max(samples.limit, out.back().x), out.back().y});
    return out;
}

} // namespace gueway
