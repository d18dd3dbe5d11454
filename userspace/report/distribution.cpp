// SPDX-License-Identifier: GPL-2.0-only
#include "report/distribution.h"

#include <algorithm>
#include <cmath>

namespace gueway {

std::optional<Quantile> quantile(const Samples& samples, double q)
{
    const auto all = samples.known.size() + samples.censored;
    if (all == 0) return {};
    // The slack keeps 0.99 * 100 at rank 99: the product is a hair above it.
    const double wanted = std::ceil(q * static_cast<double>(all) - 1e-9);
    const auto rank = static_cast<size_t>(std::clamp(wanted, 1.0, static_cast<double>(all)));
    if (rank > samples.known.size()) return Quantile{samples.limit, true};
    auto sorted = samples.known;
    const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::ranges::nth_element(sorted, at);
    return Quantile{*at, false};
}

std::vector<Point> cumulative(const Samples& samples)
{
    const auto all = static_cast<double>(samples.known.size() + samples.censored);
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
