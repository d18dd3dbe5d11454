// SPDX-License-Identifier: GPL-2.0-only
#include "demo/tables.h"

#include "demo/compare.h"
#include "report/number.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

namespace gueway {

namespace {

std::string count(uint64_t value)
{
    return fmt::format("{}", value);
}

std::string milliseconds(const DemoCell& cell, double q)
{
    const auto found = demo_quantile(cell, q);
    if (!found) return "-";
    return (found->censored ? "≥" : "") + figures(static_cast<double>(found->ns) * 1e-6);
}

std::string megabits(const DemoCell& cell)
{
    const auto rate = demo_throughput(cell);
    return rate ? figures(*rate * 1e-6) : "-";
}

using Ratio = std::optional<DemoRatio> (*)(const DemoPair&);

std::optional<DemoRatio> median_ratio(const DemoPair& pair)
{
    return demo_latency_ratio(pair, 0.5);
}

// A figure that every cell has.
struct Figure {
    std::string title;
    std::function<std::string(const DemoCell&)> text;
    Ratio ratio; // of two variants; null: not worth one
    bool wide;   // only where there is room
};

const std::vector<Figure>& all_figures()
{
    static const std::vector<Figure> list = {
        {"throughput, Mbit/s", megabits, demo_throughput_ratio, false},
        {"p50, ms", [](auto& c) { return milliseconds(c, 0.5); }, median_ratio, false},
        {"p99, ms", [](auto& c) { return milliseconds(c, 0.99); }, nullptr, false},
        {"longest, ms", [](auto& c) { return milliseconds(c, 1); }, nullptr, true},
        {"gave up", [](auto& c) { return count(c.timed_out); }, nullptr, true},
        {"resent", [](auto& c) { return count(c.retransmits); }, nullptr, false},
        {"drops", [](auto& c) { return count(demo_drops(c)); }, nullptr, false},
        {"tx_dropped", [](auto& c) { return count(c.tx_dropped); }, nullptr, true},
    };
    return list;
}

std::vector<Figure> figures_for(DemoWidth width)
{
    auto list = all_figures();
    if (width == DemoWidth::Terminal) std::erase_if(list, &Figure::wide);
    return list;
}

bool has_ratio(const DemoResult& result, const Figure& figure)
{
    return figure.ratio && result.variants.size() == 2;
}

void add_columns(Table& table, const DemoResult& result, const Figure& figure)
{
    for (size_t i = 0; i < result.variants.size(); ++i)
        table.columns.push_back(
            {result.variants[i].name, Align::Right, figure.title, i ? " → " : ""});
    if (has_ratio(result, figure))
        table.columns.push_back({"ratio", Align::Right, figure.title, " "});
}

void add_cells(std::vector<TableCell>& row, const DemoResult& result, const DemoCell& cell,
               const Figure& figure)
{
    for (const auto& variant : result.variants) {
        const auto* own = demo_same_cell(variant, cell);
        row.push_back({own && own->failure.empty() ? figure.text(*own) : "-"});
    }
    if (!has_ratio(result, figure)) return;
    for (const auto& pair : demo_pairs(result))
        if (demo_same_cell(result.variants.front(), cell) == pair.before) {
            row.push_back({demo_ratio_text(figure.ratio(pair))});
            return;
        }
    row.push_back({"-"});
}

// Every cell that some variant has, in the order they first appear.
std::vector<const DemoCell*> all_cells(const DemoResult& result)
{
    std::vector<const DemoCell*> out;
    for (size_t v = 0; v < result.variants.size(); ++v)
        for (const auto& cell : result.variants[v].cells) {
            const auto known = [&](const DemoVariant& earlier) {
                return demo_same_cell(earlier, cell) != nullptr;
            };
            if (std::none_of(result.variants.begin(), result.variants.begin() + v, known))
                out.push_back(&cell);
        }
    return out;
}

std::string during(uint64_t on_requests, uint64_t all)
{
    if (on_requests == all) return "requests";
    return on_requests ? "both" : "responses";
}

// The device's own count of the packets it lost: a second witness, not further packets.
void add_device_row(Table& table, const DemoVariant& variant)
{
    uint64_t all = 0;
    uint64_t on_requests = 0;
    for (const auto& cell : variant.cells) {
        all += cell.tx_dropped;
        if (cell.direction == DemoDirection::Request) on_requests += cell.tx_dropped;
    }
    if (all == 0) return;
    table.rows.push_back({{variant.name, Tone::Quiet},
                          {"(the device's tx_dropped)", Tone::Quiet},
                          {count(all), Tone::Quiet},
                          {},
                          {during(on_requests, all), Tone::Quiet}});
}

} // namespace

Table demo_figures_table(const DemoResult& result, DemoWidth width)
{
    Table table;
    for (const auto& variant : result.variants)
        table.caption += (table.caption.empty() ? "" : " → ") + variant.name;
    table.columns.push_back({"", Align::Left});
    for (const auto& figure : figures_for(width)) add_columns(table, result, figure);
    for (const auto* cell : all_cells(result)) {
        std::vector<TableCell> row = {{demo_cell_name(*cell)}};
        for (const auto& figure : figures_for(width)) add_cells(row, result, *cell, figure);
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table demo_places_table(const DemoResult& result)
{
    Table table;
    table.columns = {{"dropped on"}, {"at"}, {"packets", Align::Right}, {"reason"}, {"during"}};
    for (const auto& variant : result.variants) {
        for (const auto& place : demo_places(variant))
            table.rows.push_back({{variant.name},
                                  {place.drop.symbol},
                                  {count(place.drop.packets)},
                                  {place.drop.reason.empty() ? "-" : place.drop.reason},
                                  {during(place.on_requests, place.drop.packets)}});
        add_device_row(table, variant);
    }
    return table;
}

std::string demo_conditions(const DemoResult& result)
{
    std::vector<std::string> kernels;
    for (const auto& variant : result.variants)
        if (std::ranges::find(kernels, variant.kernel) == kernels.end())
            kernels.push_back(variant.kernel);
    return fmt::format("kernel {}, underlay MTU {}, MSS {} (IPv4), lane {}",
                       fmt::join(kernels, " and "), result.underlay_mtu, result.mss, result.lane);
}

} // namespace gueway
