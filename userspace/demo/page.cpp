// SPDX-License-Identifier: GPL-2.0-only
// The demo's result as a page: first what happened, then why, then all figures.
#include "report/page.h"

#include "demo/charts.h"
#include "demo/compare.h"
#include "demo/drawing.h"
#include "demo/page_parts.h"
#include "demo/tables.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {

namespace {

using namespace page_parts;

constexpr std::string_view style = R"css(
.lead { font-size: 1.1rem; margin-top: 0.75rem; }
.why { max-width: 40rem; margin: 1.25rem 0; }
.packet .header { stroke: var(--axis); }
.packet .name { fill: var(--ink); }
.packet .ghost { stroke: var(--axis); stroke-dasharray: 3 3; }
.packet .drop { stroke: currentColor; stroke-dasharray: 1.5 2.5; }
.packet .offset { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 11px; }
)css";

std::string key(const DemoResult& result, bool families)
{
    std::string out;
    for (const auto& variant : result.variants)
        out += key_entry(demo_tone(variant), false, variant.name);
    if (families)
        out += key_entry(Tone::Quiet, false, "IPv4 VIP") + key_entry(Tone::Quiet, true, "IPv6 VIP");
    return element("div", {{"class", "key"}}, out) + "\n";
}

std::string why(const DemoResult& result)
{
    const auto drawing = packet_drawing(result.offsets);
    if (drawing.empty()) return {};
    return heading("Why") +
           paragraph("The tunnel's headers were put in front of the client's packet, but "
                     "inner_mac_header was left where the client's Ethernet header had been. When "
                     "the packet must be cut into segments, the length of the tunnel's headers is "
                     "taken from it. The fix lets it point to the inner packet.") +
           element("div", {{"class", "why"}}, drawing) + "\n";
}

std::string conditions(const DemoResult& result)
{
    std::string out;
    for (const auto& variant : result.variants)
        out += term(variant.name, variant.kernel + (variant.kernel_version.empty() ? "" : ", ") +
                                      variant.kernel_version);
    out += term("underlay MTU", fmt::format("{}", result.underlay_mtu));
    out += term("client MSS", fmt::format("{} (IPv4)", result.mss));
    out += term("lane", result.lane);
    out += term("finished", result.finished.empty() ? "" : result.finished + " UTC");
    return element("dl", {}, out) + "\n";
}

} // namespace

std::string demo_page(const DemoResult& result)
{
    const auto verdict = demo_verdict(result);
    const auto places = demo_places_table(result);
    std::string body = element("h1", {}, escape(verdict.headline)) + "\n";
    body += paragraph(verdict.text, "lead");
    for (const auto& failure : demo_failures(result)) body += paragraph(failure, "bad");
    body += heading("How long an exchange takes");
    body += paragraph("Share of exchanges finished within a time, on a logarithmic axis.", "quiet");
    body += key(result, true) + panels(demo_latency_charts(result));
    if (!places.rows.empty()) body += heading("Where packets are dropped") + table(places);
    body += why(result);
    body += heading("Throughput over time");
    body += paragraph("Payload delivered and verified, as the exchanges go on.", "quiet");
    body += key(result, false) + panels(demo_timeline_charts(result));
    body += heading("All figures") + table(demo_figures_table(result, DemoWidth::Wide));
    body += heading("How it was measured") + conditions(result);
    body += paragraph("Again:", "quiet");
    body += element("pre", {}, element("code", {}, escape(result.command)));
    return page_html(
        {"gueway demo: " + verdict.headline, std::string(style) + std::string(terms_style), body});
}

} // namespace gueway
