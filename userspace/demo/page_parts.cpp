// SPDX-License-Identifier: GPL-2.0-only
#include "demo/page_parts.h"

namespace gueway::page_parts {

std::string paragraph(std::string_view text, std::string name)
{
    return element("p", {{"class", std::move(name)}}, escape(text)) + "\n";
}

std::string heading(std::string_view text)
{
    return element("h2", {}, escape(text)) + "\n";
}

std::string panels(const std::vector<Chart>& charts)
{
    std::string out = "\n";
    for (const auto& chart : charts) out += element("div", {}, chart_svg(chart)) + "\n";
    return element("div", {{"class", "panels"}}, out) + "\n";
}

std::string key_entry(Tone tone, bool dashed, std::string_view text)
{
    const auto line =
        element("path", {{"class", dashed ? "line dashed" : "line"}, {"d", "M0 5H30"}});
    const auto sample = element("svg", {{"viewBox", "0 0 30 10"}, {"aria-hidden", "true"}},
                                element("g", {{"class", std::string(css_class(tone))}}, line));
    return element("span", {}, sample + escape(text));
}

std::string table(const Table& table)
{
    return element("div", {{"class", "wide"}, {"tabindex", "0"}}, table_html(table)) + "\n";
}

std::string term(std::string_view name, std::string_view text)
{
    return text.empty() ? "" : element("dt", {}, escape(name)) + element("dd", {}, escape(text));
}

} // namespace gueway::page_parts
