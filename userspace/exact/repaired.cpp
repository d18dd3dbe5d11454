// SPDX-License-Identifier: GPL-2.0-only
#include "exact/repaired.h"

#include "exact/tables.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::exact {

namespace {

constexpr const char *reference = "patched", *repairs[] = {"hotfix", "mitigation"};

const Figure* find(const Figures& figures, const std::string& repair, const WayName& way)
{
    const auto* found = figures.find(fmt::format("repaired/{}/{}/{}/{}", repair, way.way, way.size,
                                                 way.software ? "software" : "offload"));
    return found && found->error.empty() ? found : nullptr;
}

double before_device(const Figure& figure)
{
    return figure.value("instructions").value_or(0) - figure.value("device").value_or(0);
}

// In their order, each once.
std::vector<WayName> all_ways(const Figures& figures)
{
    std::vector<WayName> all;
    for (const auto& figure : figures.all) {
        const auto name = repaired_name(figure.name);
        if (name && std::ranges::find(all, name->way) == all.end()) all.push_back(name->way);
    }
    return all;
}

// Such a size is there whole and cut, others once: so it is known of figures that failed, too.
bool is_cut(const std::vector<WayName>& all, const WayName& way)
{
    return std::ranges::any_of(
        all, [&](const WayName& each) { return each.size == way.size && each.software; });
}

void add_cost(std::vector<TableCell>& row, const std::optional<RepairCost>& cost)
{
    row.push_back({cost ? fmt::format("{:+.0f}", cost->before_device) : "-"});
    row.push_back({cost ? fmt::format("{:+.0f}", cost->all) : "-"});
}

} // namespace

std::optional<RepairCost> repair_cost(const Figures& figures, const std::string& repair,
                                      const WayName& way)
{
    const auto* with = find(figures, repair, way);
    const auto* without = find(figures, reference, way);
    if (!with || !without) return {};
    return RepairCost{with->value("instructions").value_or(0) -
                          without->value("instructions").value_or(0),
                      before_device(*with) - before_device(*without)};
}

Table repaired_table(const Figures& figures)
{
    Table table;
    table.columns = {{"way", Align::Left, {}, {}},
                     {"packet", Align::Left, {}, {}},
                     {"patched", Align::Right, {}, {}}};
    for (const std::string repair : repairs)
        for (const auto& title : {repair + " adds", std::string("with device")})
            table.columns.push_back({title, Align::Right, {}, {}});
    const auto all = all_ways(figures);
    for (const auto& way : all) {
        const auto* patched = find(figures, reference, way);
        std::vector<TableCell> row = {
            {way.way},
            {column_title({way.size, way.software, is_cut(all, way)})},
            {patched ? fmt::format("{:.0f}", patched->value("instructions").value_or(0)) : "-"}};
        for (const char* repair : repairs) add_cost(row, repair_cost(figures, repair, way));
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::vector<Bars> repaired_bars(const Figures& figures)
{
    std::vector<Bars> both;
    const auto all = all_ways(figures);
    for (const char* repair : repairs) {
        Bars bars{.title = fmt::format("{} adds to a packet, before the device", repair)};
        for (const auto& way : all) {
            const auto cost = repair_cost(figures, repair, way);
            if (cost && (way.software || !is_cut(all, way)))
                bars.bars.push_back(
                    {fmt::format("{} {}", way.way, way.size), {cost->before_device}});
        }
        if (!bars.bars.empty()) both.push_back(std::move(bars));
    }
    return both;
}

} // namespace gueway::exact
