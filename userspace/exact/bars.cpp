// SPDX-License-Identifier: GPL-2.0-only
#include "exact/bars.h"

#include "report/html.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace gueway::exact {

namespace {

// In units of 1/12 of the text's height.
constexpr double width = 470, names = 122, sums = 60, top = 26, step = 22, thick = 14;

double sum(const Bar& bar)
{
    return std::accumulate(bar.parts.begin(), bar.parts.end(), 0.0);
}

std::string text(double x, double y, const std::string& words, const char* css, const char* anchor)
{
    return element("text",
                   {{"x", fmt::format("{:.1f}", x)},
                    {"y", fmt::format("{:.1f}", y)},
                    {"class", css},
                    {"text-anchor", anchor}},
                   escape(words));
}

std::string rectangle(double x, double y, double wide, size_t part, const std::string& title)
{
    return element("rect",
                   {{"x", fmt::format("{:.1f}", x)},
                    {"y", fmt::format("{:.1f}", y)},
                    {"width", fmt::format("{:.1f}", wide)},
                    {"height", fmt::format("{:.0f}", thick)},
                    {"class", fmt::format("part{}", part)}},
                   element("title", {}, escape(title)));
}

std::string drawn(const Bars& bars, const Bar& bar, double y, double unit)
{
    std::string out = text(names - 8, y + thick - 3, bar.name, "", "end");
    double x = names;
    for (size_t i = 0; i < bar.parts.size(); ++i) {
        if (bar.parts[i] <= 0) continue;
        const double wide = bar.parts[i] * unit;
        const auto& part = i < bars.parts.size() ? bars.parts[i] : bar.name;
        out += rectangle(x, y, wide, i, fmt::format("{}: {:.0f}", part, bar.parts[i]));
        x += wide;
    }
    return out + text(x + 6, y + thick - 3, fmt::format("{:.0f}", sum(bar)), "", "");
}

} // namespace

std::string bars_svg(const Bars& bars)
{
    double longest = 1;
    for (const auto& bar : bars.bars) longest = std::max(longest, sum(bar));
    const double unit = (width - names - sums) / longest;
    std::string out = text(0, 13, bars.title, "title", "");
    double y = top;
    for (const auto& bar : bars.bars) {
        out += drawn(bars, bar, y, unit) + "\n";
        y += step;
    }
    return element("svg",
                   {{"viewBox", fmt::format("0 0 {:.0f} {:.0f}", width, y)},
                    {"role", "img"},
                    {"aria-label", bars.title}},
                   out);
}

} // namespace gueway::exact
