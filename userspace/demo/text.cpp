// SPDX-License-Identifier: GPL-2.0-only
// The demo's result for a terminal.
#include "demo/compare.h"
#include "demo/tables.h"

namespace gueway {

namespace {

constexpr size_t width = 100;

} // namespace

std::string demo_text(const DemoResult& result)
{
    const auto figures = demo_figures_table(result, DemoWidth::Terminal);
    const auto places = demo_places_table(result);
    const auto verdict = demo_verdict(result);
    auto out = wrapped(figures.caption + " (" + demo_conditions(result) + ")", width);
    out += "\n" + table_text(figures, width) + "\n";
    if (!places.rows.empty()) out += table_text(places, width) + "\n";
    for (const auto& failure : demo_failures(result)) out += wrapped(failure, width) + "\n";
    return out + wrapped(verdict.headline + " " + verdict.text, width);
}

} // namespace gueway
