// SPDX-License-Identifier: GPL-2.0-only
#include "exact/page.h"

#include "exact/bars.h"
#include "exact/repaired.h"
#include "exact/tables.h"
#include "report/page.h"
#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::exact {

namespace {

constexpr std::string_view style = R"css(
:root { --s0: #8fa3b8; --s1: #1460aa; --s2: #6db3a4; --s3: #c2410c; --s4: #d9b44a; }
@media (prefers-color-scheme: dark) {
  :root { --s0: #66788b; --s1: #4c97dd; --s2: #4f9385; --s3: #e0703a; --s4: #b8943a; }
}
.part0 { fill: var(--s0); } .part1 { fill: var(--s1); } .part2 { fill: var(--s2); }
.part3 { fill: var(--s3); } .part4 { fill: var(--s4); }
ul { padding-left: 1.2rem; margin: 0.5rem 0; } li { max-width: 60rem; font-size: 0.9rem; }
)css";

std::string heading(const std::string& text)
{
    return element("h2", {}, escape(text)) + "\n";
}

std::string paragraph(const std::string& text, std::string_view css = {})
{
    return element("p", {{"class", std::string(css)}}, escape(text)) + "\n";
}

std::string wide(const Table& table)
{
    return table.rows.empty() ? "" : element("div", {{"class", "wide"}}, table_html(table)) + "\n";
}

std::string panels(const std::vector<Bars>& all)
{
    std::string out;
    for (const auto& bars : all)
        if (!bars.bars.empty()) out += element("div", {}, bars_svg(bars)) + "\n";
    return out.empty() ? out : element("div", {{"class", "panels"}}, out) + "\n";
}

std::string key()
{
    static constexpr const char* meanings[] = {
        "receive: up to netfilter", "ipvs: lookup and tunnel header", "output: up to a device",
        "tunnel: the FOU device", "device: with segmentation"};
    std::string out;
    for (size_t i = 0; i < std::size(stages); ++i)
        out += element("span", {},
                       element("svg", {{"viewBox", "0 0 30 10"}},
                               element("rect", {{"width", "30"},
                                                {"height", "10"},
                                                {"class", fmt::format("part{}", i)}})) +
                           escape(meanings[i]));
    return element("div", {{"class", "key"}}, out) + "\n";
}

Bars way_bars(const Figures& figures, const SizeColumn& column)
{
    Bars bars{.title = column_title(column), .parts = {std::begin(stages), std::end(stages)}};
    for (const auto& way : ways(figures))
        if (const auto* figure = way_figure(figures, way, column)) {
            Bar bar{.name = way};
            for (const auto stage : stages)
                bar.parts.push_back(figure->value(std::string(stage)).value_or(0));
            bars.bars.push_back(std::move(bar));
        }
    return bars;
}

std::vector<Bars> all_way_bars(const Figures& figures)
{
    std::vector<Bars> all;
    for (const auto& column : size_columns(figures)) all.push_back(way_bars(figures, column));
    return all;
}

// For connections, and for each scheduler's workers.
std::vector<Bars> growth_bars(const Figures& figures)
{
    std::vector<Bars> all;
    const auto of = [&all](const std::string& title) -> Bars& {
        const auto found = std::ranges::find(all, title, &Bars::title);
        return found != all.end() ? *found : all.emplace_back(Bars{.title = title});
    };
    for (const auto& figure : figures.all) {
        const auto parts = split(figure.name, '/');
        if (!figure.error.empty()) continue;
        if (parts[0] == "connections" && parts.size() == 2)
            of("a packet, by connections")
                .bars.push_back(
                    {std::string(parts[1]), {figure.value("instructions").value_or(0)}});
        if (parts[0] != "workers" || parts.size() != 3) continue;
        of(fmt::format("a packet, by workers: {}", parts[1]))
            .bars.push_back({std::string(parts[2]), {figure.value("instructions").value_or(0)}});
        if (figure.value("first"))
            of(fmt::format("a connection's first packet adds, by workers: {}", parts[1]))
                .bars.push_back({std::string(parts[2]), {figure.value("first").value_or(0)}});
    }
    return all;
}

std::string legacy_section(const Figures& figures)
{
    const auto lines = against_legacy(figures);
    if (lines.empty()) return {};
    const auto more = std::ranges::count_if(lines, &AgainstLegacy::more);
    std::string list;
    for (const auto& line : lines)
        list += element("li", {{"class", line.more ? "bad" : ""}}, escape(line.line)) + "\n";
    return heading("GUE in IPVS against the FOU interface") +
           paragraph(more == 0 ? "It takes fewer instructions in all figures."
                               : fmt::format("It takes more instructions in {} of {} figures.",
                                             more, lines.size()),
                     more == 0 ? "good" : "bad") +
           element("ul", {}, list) + "\n";
}

std::string repairs_section(const Figures& figures)
{
    const auto unneeded = wide(repairs_table(figures)), needed = wide(repaired_table(figures));
    std::string out;
    if (!unneeded.empty() || !needed.empty()) out += heading("What repairs add");
    if (!needed.empty())
        out += paragraph("On the kernel that drops what is cut in software, against the same "
                         "kernel patched. With the device, where a packet is cut, a figure moves "
                         "with the places of the kernel's objects by more than a repair takes.") +
               panels(repaired_bars(figures)) + needed;
    return out + unneeded;
}

std::string conditions(const Figures& figures)
{
    Table table;
    table.columns = {{"", Align::Left, {}, {}}, {"", Align::Left, {}, {}}};
    for (const auto& [name, value] : figures.context) table.rows.push_back({{name}, {value}});
    for (const auto& [name, value] : figures.artefacts)
        table.rows.push_back({{name + ", SHA-256"}, {value.substr(0, 16)}});
    return wide(table);
}

} // namespace

std::string page(const Figures& figures, const std::string& command)
{
    std::string body = element("h1", {}, "Instructions a packet through an IPVS director") + "\n";
    body += paragraph("Counted exactly, by an emulated processor whose clock is its instructions. "
                      "Instructions are not cycles: memory and caches are not in them, nor is a "
                      "network card's driver.");
    for (const auto& failure : failures(figures)) body += paragraph(failure, "bad");
    body += heading("By way, size and stage") + key() + panels(all_way_bars(figures));
    body += wide(ways_table(figures)) + legacy_section(figures);
    body += repairs_section(figures);
    const auto growth = growth_table(figures);
    if (!growth.rows.empty())
        body += heading("As there are more connections and workers") +
                panels(growth_bars(figures)) + wide(growth);
    if (figures.wall_time)
        body += heading("Wall time beside it") + paragraph(ratios_note(*figures.wall_time)) +
                wide(ratios_table(*figures.wall_time));
    body += heading("How it was measured") + conditions(figures);
    body += element("pre", {}, element("code", {}, escape(command)));
    return page_html({"gsobench exact", std::string(style), body});
}

} // namespace gueway::exact
