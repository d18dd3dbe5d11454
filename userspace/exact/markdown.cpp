// SPDX-License-Identifier: GPL-2.0-only
#include "exact/markdown.h"

#include "exact/repaired.h"
#include "exact/tables.h"
#include "report/markdown.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::exact {

namespace {

std::string section(const std::string& heading, const std::string& text)
{
    return text.empty() ? "" : fmt::format("### {}\n\n{}", heading, text);
}

std::string all_stages(const Figures& figures)
{
    std::string out;
    for (const auto& column : size_columns(figures))
        out += table_markdown(stages_table(figures, column));
    return out;
}

std::string legacy(const Figures& figures)
{
    const auto lines = against_legacy(figures);
    if (lines.empty()) return {};
    std::string out = fmt::format("It takes more instructions in {} of {} figures.\n\n",
                                  std::ranges::count_if(lines, &AgainstLegacy::more), lines.size());
    for (const auto& line : lines) out += fmt::format("- {}\n", line.line);
    return out + "\n";
}

std::string wall_time(const Figures& figures)
{
    if (!figures.wall_time) return {};
    return table_markdown(ratios_table(*figures.wall_time)) + ratios_note(*figures.wall_time) +
           "\n\n";
}

std::string errors(const Figures& figures)
{
    std::string out;
    for (const auto& failure : failures(figures)) out += fmt::format("- {}\n", failure);
    return out.empty() ? out : out + "\n";
}

} // namespace

std::string markdown(const Figures& figures, const std::string& command)
{
    std::string out = fmt::format("Made by `{}`.\n\n", command);
    for (const auto& [name, value] : figures.context) out += fmt::format("- {}: {}\n", name, value);
    out += "\n" + section("What could not be measured", errors(figures));
    out += section("By way and size", table_markdown(ways_table(figures)));
    out += section("GUE in IPVS against the FOU interface", legacy(figures));
    out += section("By stage", all_stages(figures));
    out += section("A repair where nothing needs it", table_markdown(repairs_table(figures)));
    out += section("A repair where it is needed, against the patched kernel",
                   table_markdown(repaired_table(figures)));
    out +=
        section("As there are more connections and workers", table_markdown(growth_table(figures)));
    return out + section("Wall time beside it", wall_time(figures));
}

} // namespace gueway::exact
