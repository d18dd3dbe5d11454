// SPDX-License-Identifier: GPL-2.0-only
#include "demo/model.h"

#include "report/distribution.h"
#include "report/number.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {

std::optional<DemoQuantile> demo_quantile(const DemoCell& cell, double q)
{
    // Nanoseconds below 2^53 (104 days) are exact in a double.
    Samples samples{{cell.latencies.begin(), cell.latencies.end()},
                    cell.timed_out,
                    static_cast<double>(cell.deadline)};
    const auto found = quantile(samples, q);
    if (!found) return {};
    return DemoQuantile{static_cast<uint64_t>(found->value), found->censored};
}

std::optional<double> demo_throughput(const DemoCell& cell)
{
    if (cell.duration == 0) return {};
    return static_cast<double>(cell.bytes) * 8 / (static_cast<double>(cell.duration) * 1e-9);
}

uint64_t demo_drops(const DemoCell& cell)
{
    uint64_t sum = 0;
    for (const auto& drop : cell.drops) sum += drop.packets;
    return sum;
}

const DemoCell* demo_same_cell(const DemoVariant& variant, const DemoCell& cell)
{
    const auto found = std::ranges::find_if(variant.cells, [&](const DemoCell& other) {
        return other.family == cell.family && other.size == cell.size &&
               other.direction == cell.direction;
    });
    return found == variant.cells.end() ? nullptr : &*found;
}

std::string demo_cell_name(const DemoCell& cell)
{
    return fmt::format("{} {}, IPv{}", binary_size(cell.size),
                       cell.direction == DemoDirection::Request ? "request" : "response",
                       cell.family);
}

} // namespace gueway
