// SPDX-License-Identifier: GPL-2.0-only
#include "demo/compare.h"

#include "report/number.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {

namespace {

bool usable(const DemoCell* cell)
{
    return cell && cell->failure.empty() && demo_quantile(*cell, 0.5);
}

} // namespace

std::vector<DemoPair> demo_pairs(const DemoResult& result)
{
    std::vector<DemoPair> out;
    if (result.variants.size() < 2) return out;
    for (const auto& cell : result.variants.front().cells) {
        const auto* other = demo_same_cell(result.variants.back(), cell);
        if (usable(&cell) && usable(other)) out.push_back({&cell, other});
    }
    return out;
}

std::optional<DemoRatio> demo_latency_ratio(const DemoPair& pair, double q)
{
    const auto before = demo_quantile(*pair.before, q);
    const auto after = demo_quantile(*pair.after, q);
    if (!before || !after || after->censored || after->ns == 0) return {};
    return DemoRatio{static_cast<double>(before->ns) / static_cast<double>(after->ns),
                     before->censored};
}

std::optional<DemoRatio> demo_throughput_ratio(const DemoPair& pair)
{
    const auto before = demo_throughput(*pair.before);
    const auto after = demo_throughput(*pair.after);
    if (!before || !after || *before == 0) return {};
    return DemoRatio{*after / *before, false};
}

std::string demo_ratio_text(const std::optional<DemoRatio>& ratio)
{
    if (!ratio) return "-";
    // Near 1 a third decimal would be noise with a look of precision.
    const auto value = ratio->value < 9.995 ? fmt::format("{:.2f}", ratio->value)
                                            : fmt::format("{:.0f}", ratio->value);
    return (ratio->at_least ? "≥" : "") + value + "×";
}

std::string demo_quantile_text(const std::optional<DemoQuantile>& quantile)
{
    if (!quantile) return "-";
    return (quantile->censored ? "≥" : "") + human_time(static_cast<double>(quantile->ns) * 1e-9);
}

std::vector<DemoPlace> demo_places(const DemoVariant& variant)
{
    std::vector<DemoPlace> out;
    for (const auto& cell : variant.cells)
        for (const auto& drop : cell.drops) {
            auto place = std::ranges::find_if(out, [&](const DemoPlace& p) {
                return p.drop.symbol == drop.symbol && p.drop.reason == drop.reason;
            });
            if (place == out.end())
                place = out.insert(out.end(), {{drop.symbol, 0, drop.reason}, 0});
            place->drop.packets += drop.packets;
            if (cell.direction == DemoDirection::Request) place->on_requests += drop.packets;
        }
    std::erase_if(out, [](const DemoPlace& place) { return place.drop.packets == 0; });
    std::ranges::stable_sort(out, std::ranges::greater{},
                             [](const DemoPlace& p) { return p.drop.packets; });
    return out;
}

std::vector<std::string> demo_failures(const DemoResult& result)
{
    std::vector<std::string> out;
    for (const auto& variant : result.variants)
        for (const auto& cell : variant.cells)
            if (!cell.failure.empty())
                out.push_back(fmt::format("Not measured: {} ({}): {}", demo_cell_name(cell),
                                          variant.name, cell.failure));
    return out;
}

} // namespace gueway
