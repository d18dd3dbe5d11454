// SPDX-License-Identifier: GPL-2.0-only
// The demo's result for a terminal.
#include "demo/tables.h"

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr size_t width = 100;

std::string names(const DemoResult& result)
{
    std::string out;
    for (const auto& variant : result.variants) out += (out.empty() ? "" : " → ") + variant.name;
    return out;
}

} // namespace

std::string demo_text(const DemoResult& result)
{
    const auto places = demo_places_table(result);
    const auto verdict = demo_verdict(result);
    auto out = wrapped(fmt::format("{} ({})", names(result), demo_conditions(result)), width);
    out += "\n" + table_text(demo_figures_table(result, DemoWidth::Terminal), width) + "\n";
    if (!places.rows.empty()) out += table_text(places, width) + "\n";
    return out + wrapped(verdict.headline + " " + verdict.text, width);
}

} // namespace gueway
