// SPDX-License-Identifier: GPL-2.0-only
#include "exact/tables.h"

#include "util/text.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gueway::exact {

namespace {

std::string number(double value)
{
    return fmt::format("{:.0f}", value);
}

std::string cell(const Figure* figure, const std::string& value)
{
    const auto found = figure ? figure->value(value) : std::nullopt;
    return found ? number(*found) : "-";
}

void add_unique(std::vector<std::string>& list, const std::string& text)
{
    if (std::ranges::find(list, text) == list.end()) list.push_back(text);
}

// Whether packets of that size are cut into segments.
bool is_gso(const Figures& figures, const std::string& size)
{
    return std::ranges::any_of(ways(figures), [&](const std::string& way) {
        const auto* figure = way_figure(figures, way, {size, true, true});
        return figure && figure->value("segments").value_or(1) > 1;
    });
}

// "ipvs +1283", those that differ.
std::string stage_differences(const Figure& figure, const Figure& other)
{
    std::vector<std::string> parts;
    for (const auto stage : stages) {
        const auto name = std::string(stage);
        const double by = figure.value(name).value_or(0) - other.value(name).value_or(0);
        if (std::abs(by) >= 1) parts.push_back(fmt::format("{} {:+.0f}", stage, by));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

AgainstLegacy compare_one(const std::string& way, const SizeColumn& column, const Figure& figure,
                          const Figure& other)
{
    const double is = figure.value("instructions").value_or(0),
                 was = other.value("instructions").value_or(0);
    const double packets = figure.value("segments").value_or(1);
    const bool alone = !column.software && packets > 1;
    return {
        fmt::format("{}, {}: {:.0f} against {:.0f}, {:.0f} {} ({:+.1f} %): {}{}", way,
                    column_title(column), is, was, std::abs(is - was), is > was ? "MORE" : "fewer",
                    100 * (is - was) / was, stage_differences(figure, other),
                    alone ? fmt::format("; no device takes it whole, {:.0f} packets leave", packets)
                          : ""),
        is > was};
}

} // namespace

std::vector<std::string> ways(const Figures& figures)
{
    std::vector<std::string> list;
    for (const auto& figure : figures.all)
        if (const auto name = way_name(figure.name)) add_unique(list, name->way);
    return list;
}

std::vector<SizeColumn> size_columns(const Figures& figures)
{
    std::vector<std::string> sizes;
    for (const auto& figure : figures.all)
        if (const auto name = way_name(figure.name)) add_unique(sizes, name->size);
    std::vector<SizeColumn> columns;
    for (const auto& size : sizes)
        for (const bool software : {false, true}) {
            const SizeColumn column{size, software, is_gso(figures, size)};
            if (software && !column.gso) continue;
            if (std::ranges::any_of(ways(figures), [&](const std::string& way) {
                    return way_figure(figures, way, column);
                }))
                columns.push_back(column);
        }
    return columns;
}

const Figure* way_figure(const Figures& figures, const std::string& way, const SizeColumn& column)
{
    const auto of = [&](const char* how) -> const Figure* {
        const auto* found = figures.find(fmt::format("way/{}/{}/{}", way, column.size, how));
        return found && found->error.empty() ? found : nullptr;
    };
    if (column.software) return of("software");
    const auto* offload = of("offload");
    return offload || column.gso ? offload : of("software");
}

std::string column_title(const SizeColumn& column)
{
    if (!column.gso) return column.size;
    return column.size + (column.software ? ", in software" : ", offloaded");
}

Table ways_table(const Figures& figures)
{
    Table table;
    table.columns.push_back({"instructions a packet", Align::Left, {}, {}});
    const auto columns = size_columns(figures);
    for (const auto& column : columns)
        table.columns.push_back({column_title(column), Align::Right, {}, {}});
    for (const auto& way : ways(figures)) {
        std::vector<TableCell> row = {{way}};
        for (const auto& column : columns)
            row.push_back({cell(way_figure(figures, way, column), "instructions")});
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table stages_table(const Figures& figures, const SizeColumn& column)
{
    Table table;
    table.columns.push_back({column_title(column) + ", by stage", Align::Left, {}, {}});
    for (const auto stage : stages)
        table.columns.push_back({std::string(stage), Align::Right, {}, {}});
    table.columns.push_back({"sum", Align::Right, {}, {}});
    table.columns.push_back({"packets out", Align::Right, {}, {}});
    for (const auto& way : ways(figures)) {
        const auto* figure = way_figure(figures, way, column);
        if (!figure) continue;
        std::vector<TableCell> row = {{way}};
        for (const auto stage : stages) row.push_back({cell(figure, std::string(stage))});
        row.push_back({cell(figure, "instructions")});
        row.push_back({cell(figure, "segments")});
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table repairs_table(const Figures& figures)
{
    Table table;
    table.columns.push_back({"a repair not needed adds", Align::Left, {}, {}});
    std::vector<std::string> sizes;
    for (const auto& figure : figures.all)
        if (figure.name.starts_with("hotfix/") || figure.name.starts_with("mitigation/"))
            add_unique(sizes, figure.name.substr(figure.name.find('/') + 1));
    for (const auto& size : sizes) table.columns.push_back({size, Align::Right, {}, {}});
    for (const std::string repair : {"hotfix", "mitigation"}) {
        if (std::ranges::none_of(figures.all, [&](const Figure& figure) {
                return figure.name.starts_with(repair + "/");
            }))
            continue;
        std::vector<TableCell> row = {{repair}};
        for (const auto& size : sizes)
            row.push_back({cell(figures.find(fmt::format("{}/{}", repair, size)), "instructions")});
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table growth_table(const Figures& figures)
{
    Table table;
    table.columns = {{"as there are more", Align::Left, {}, {}},
                     {"how many", Align::Right, {}, {}},
                     {"a packet", Align::Right, {}, {}},
                     {"more for the first", Align::Right, {}, {}}};
    for (const auto& figure : figures.all) {
        const auto parts = split(figure.name, '/');
        if (parts[0] == "connections" && parts.size() == 2)
            table.rows.push_back(
                {{"connections"}, {std::string(parts[1])}, {cell(&figure, "instructions")}, {""}});
        if (parts[0] == "workers" && parts.size() == 3)
            table.rows.push_back({{"workers, " + std::string(parts[1])},
                                  {std::string(parts[2])},
                                  {cell(&figure, "instructions")},
                                  {cell(&figure, "first")}});
    }
    return table;
}

std::vector<AgainstLegacy> against_legacy(const Figures& figures)
{
    std::vector<AgainstLegacy> lines;
    for (const auto& way : ways(figures)) {
        if (!way.starts_with("gue")) continue;
        for (const auto& column : size_columns(figures)) {
            const auto* figure = way_figure(figures, way, column);
            const auto* other = way_figure(figures, legacy_way, column);
            if (figure && other) lines.push_back(compare_one(way, column, *figure, *other));
        }
    }
    return lines;
}

std::vector<std::string> failures(const Figures& figures)
{
    std::vector<std::string> lines;
    for (const auto& figure : figures.all)
        if (!figure.error.empty()) lines.push_back(figure.name + ": " + figure.error);
    if (!figures.stopped.empty()) lines.push_back("stopped: " + figures.stopped);
    return lines;
}

Table ratios_table(const Ratios& ratios)
{
    std::vector<std::string> columns, rows;
    std::map<std::pair<std::string, std::string>, std::string> cells;
    for (const auto& each : ratios.all) {
        const auto slash = each.name.find('/');
        const auto way = each.name.substr(0, slash), shape = each.name.substr(slash + 1);
        add_unique(rows, way);
        add_unique(columns, shape);
        cells[{way, shape}] =
            fmt::format("{:.2f} ({:.2f}-{:.2f})", each.median, each.least, each.most);
    }
    Table table;
    table.columns.push_back({"wall time (advisory)", Align::Left, {}, {}});
    for (const auto& column : columns) table.columns.push_back({column, Align::Right, {}, {}});
    for (const auto& row : rows) {
        std::vector<TableCell> line = {{row}};
        for (const auto& column : columns) line.push_back({cells[{row, column}]});
        table.rows.push_back(std::move(line));
    }
    return table;
}

std::string ratios_note(const Ratios& ratios)
{
    return fmt::format("Advisory: wall time in emulation on two processors, as a multiple of {}'s; "
                       "the median (least to most) of {} rounds in which all ways alternate. "
                       "Nothing is held to it.",
                       ratios.to, ratios.rounds);
}

} // namespace gueway::exact
