// SPDX-License-Identifier: GPL-2.0-only
// Fixes as a page: what the run shows, then each tunnel over time, then the figures.
#include "demo/fixes_charts.h"
#include "demo/fixes_tables.h"
#include "demo/page_parts.h"
#include "report/number.h"
#include "report/page.h"

#include <fmt/format.h>

namespace gueway {

namespace {

using namespace page_parts;

constexpr std::string_view style = R"css(
.lead { font-size: 1.1rem; margin-top: 0.75rem; }
.time { margin: 1rem 0 1.75rem; overflow-x: auto; }
.time svg { min-width: 40rem; }
)css";

std::string key()
{
    return element("div", {{"class", "key"}},
                   key_entry(Tone::Bad, false, "nothing repairs it") +
                       key_entry(Tone::Good, false, "repaired") +
                       key_entry(Tone::Quiet, false, "100 ms with a change in them")) +
           "\n";
}

std::string tunnel(const FixesResult& result, const FixesLine& line)
{
    auto out = heading(line.encap);
    out += paragraph(fixes_conditions(result, line) + ".", "quiet") + key();
    for (const auto& chart : fixes_charts(result, line))
        out += element("div", {{"class", "time"}, {"tabindex", "0"}}, chart_svg(chart)) + "\n";
    return out + table(fixes_table(result, line));
}

std::string conditions(const FixesResult& result)
{
    std::string out = term("requests", binary_size(result.size) + ", each on a new connection, "
                                                                  "payload verified");
    out += term("underlay", fmt::format("{}, MTU {}, as it comes: no ethtool", result.device,
                                        result.underlay_mtu));
    out += term("lane", result.lane);
    out += term("finished", result.finished.empty() ? "" : result.finished + " UTC");
    return element("dl", {}, out) + "\n";
}

} // namespace

std::string fixes_page(const FixesResult& result)
{
    const auto verdict = fixes_verdict(result);
    std::string body = element("h1", {}, escape(verdict.headline)) + "\n";
    body += paragraph(verdict.text, "lead");
    body += paragraph("One director with the vulnerable ip_vs, one client whose requests go on "
                      "throughout, and the commands that repair it and take the repair away again; "
                      "at the end another director with the patched ip_vs. Times and throughput "
                      "are ratios to that one: its median latency, its mean throughput.",
                      "quiet");
    for (const auto& line : fixes_lines(result)) body += tunnel(result, line);
    body += heading("How it was measured") + conditions(result);
    body += paragraph("Again:", "quiet");
    body += element("pre", {}, element("code", {}, escape(result.command)));
    return page_html({"gueway demo-fixes: " + verdict.headline,
                      std::string(style) + std::string(terms_style), body});
}

} // namespace gueway
