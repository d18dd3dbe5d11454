// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cost/report.h"

#include <fmt/format.h>

namespace gueway::bench {

Report::Report(std::string lines, const std::vector<std::string>& columns)
    : columns_(columns.size())
{
    table_.columns.push_back({std::move(lines), Align::Left, {}, {}});
    for (const auto& column : columns) table_.columns.push_back({column, Align::Right, {}, {}});
}

void Report::add(const std::string& name, const Cell& cell)
{
    std::vector<TableCell> cells = {{name}};
    for (size_t i = 0; i < columns_; ++i) cells.push_back({cell(i)});
    table_.rows.push_back(std::move(cells));
}

void Report::add_figure(const std::string& name, const Figure& figure)
{
    add(name, [&](size_t i) { return fmt::format("{:.3f}", figure(i)); });
}

void Report::hold(const std::string& name, const Figure& figure, double most)
{
    add(fmt::format("{}, at most {:g}", name, most), [&](size_t i) {
        const double value = figure(i);
        const bool met = value <= most;
        missed_ |= !met;
        return fmt::format("{:.3f}{}", value, met ? "" : " MISSED");
    });
}

std::vector<std::string> shape_names()
{
    std::vector<std::string> names;
    for (const auto& shape : shapes) names.emplace_back(shape.name);
    return names;
}

double added(const Row& with, const Row& base, size_t shape)
{
    return with[shape].way - base[shape].way;
}

double part(const Row& with, const Row& base, size_t shape)
{
    return with[shape].way / base[shape].way - 1;
}

} // namespace gueway::bench
