// SPDX-License-Identifier: GPL-2.0-only
#include "demo/drawing.h"

#include "report/html.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr uint32_t udp_header = 8;
constexpr uint32_t inner_shown = 16; // bytes of the inner packet; it goes on

// Rows of the drawing, in its units from the top.
constexpr double width = 480;
constexpr double height = 192;
constexpr double ethernet_top = 22;
constexpr double packet_top = 48;
constexpr double packet_bottom = 82;
constexpr double offsets_row = 97;
constexpr double unfixed_arrow = 113;
constexpr double fixed_arrow = 131;
constexpr double unfixed_words = 165;
constexpr double fixed_words = 185;

struct Drawing {
    const DemoOffsets& offsets;

    double x(uint32_t offset) const
    {
        const double bytes = offsets.inner_network + inner_shown - offsets.network;
        return 1 + (offset - offsets.network) * (width - 2) / bytes;
    }
};

std::string px(double value)
{
    return fmt::format("{:g}", std::round(value * 10) / 10);
}

std::string text(double x, double y, std::string anchor, std::string_view content,
                 std::string name = {})
{
    return element("text",
                   {{"x", px(x)},
                    {"y", px(y)},
                    {"text-anchor", std::move(anchor)},
                    {"class", std::move(name)}},
                   escape(content));
}

std::string path(std::string data, std::string name)
{
    return element("path", {{"class", std::move(name)}, {"d", std::move(data)}});
}

// A header between two offsets. Its right side stays open where the packet goes on.
std::string header(const Drawing& d, uint32_t from, uint32_t to, std::string_view name,
                   bool goes_on = false)
{
    const auto outline = goes_on ? fmt::format("M{} {}H{}V{}H{}", px(d.x(to)), px(packet_top),
                                               px(d.x(from)), px(packet_bottom), px(d.x(to)))
                                 : fmt::format("M{} {}H{}V{}H{}z", px(d.x(from)), px(packet_top),
                                               px(d.x(to)), px(packet_bottom), px(d.x(from)));
    return path(outline, "header") + text((d.x(from) + d.x(to)) / 2,
                                          (packet_top + packet_bottom) / 2 + 4, "middle", name,
                                          "name");
}

std::string offset_text(const Drawing& d, uint32_t offset, std::string anchor)
{
    const double side = anchor == "start" ? 4 : -4;
    return text(d.x(offset) + side, offsets_row, std::move(anchor), fmt::format("0x{:x}", offset),
                "offset");
}

std::string packet(const Drawing& d)
{
    const auto& o = d.offsets;
    const uint32_t udp_end = std::min(o.transport + udp_header, o.inner_network);
    auto out =
        header(d, o.network, o.transport, "outer IP") + header(d, o.transport, udp_end, "UDP");
    if (udp_end < o.inner_network) out += header(d, udp_end, o.inner_network, "GUE");
    out += header(d, o.inner_network, o.inner_network + inner_shown, "client's packet …", true);
    for (const uint32_t offset : {o.network, o.transport, o.inner_network})
        out += offset_text(d, offset, "start");
    return out;
}

// Where the client's Ethernet header lay before the tunnel's headers were written over it.
std::string old_ethernet(const Drawing& d)
{
    const double from = d.x(d.offsets.inner_mac_unfixed);
    const double to = d.x(d.offsets.inner_network);
    if (from >= to) return {};
    return path(fmt::format("M{} {}V{}H{}V{}", px(from), px(packet_top), px(ethernet_top), px(to),
                            px(packet_top)),
                "ghost") +
           text(to, ethernet_top - 7, "end",
                fmt::format("here was the client's Ethernet header, {} bytes",
                            d.offsets.inner_network - d.offsets.inner_mac_unfixed));
}

std::string signed_number(int64_t value)
{
    return fmt::format("{}{}", value < 0 ? "−" : "", std::abs(value));
}

// From the transport header to inner_mac: what the kernel takes for the tunnel's length.
std::string length_arrow(const Drawing& d, uint32_t inner_mac, double row)
{
    const double from = d.x(d.offsets.transport);
    const double to = d.x(inner_mac);
    const bool back = to < from;
    const auto length = signed_number(tunnel_length(inner_mac, d.offsets));
    return path(fmt::format("M{} {}V{}", px(to), px(packet_bottom), px(row)), "drop") +
           path(fmt::format("M{} {}V{}M{} {}H{}", px(from), px(row - 5), px(row + 5), px(from),
                            px(row), px(to)),
                "line") +
           path(fmt::format("M{} {}l{} -4v8z", px(to), px(row), back ? 6 : -6), "tip") +
           text(to + (back ? -5 : 5), row + 4, back ? "end" : "start", length, "label");
}

std::string outcome(int64_t length, int64_t right)
{
    if (length == right) return "right: UDP and GUE";
    return length < 0 ? "the pull fails: dropped" : "parsed from the wrong byte: dropped";
}

std::string case_words(const Drawing& d, std::string_view name, uint32_t inner_mac, double row)
{
    const auto length = tunnel_length(inner_mac, d.offsets);
    const auto sum = fmt::format("tnl_hlen = 0x{:x} − 0x{:x} = {}", inner_mac, d.offsets.transport,
                                 signed_number(length));
    return text(1, row, "start", name, "label") + text(62, row, "start", sum, "label") +
           text(275, row, "start",
                outcome(length, tunnel_length(d.offsets.inner_network, d.offsets)));
}

std::string toned(Tone tone, std::string_view content)
{
    return element("g", {{"class", std::string(css_class(tone))}}, content);
}

} // namespace

int64_t tunnel_length(uint32_t inner_mac, const DemoOffsets& offsets)
{
    return int64_t{inner_mac} - offsets.transport;
}

std::string packet_drawing(const DemoOffsets& offsets)
{
    const auto& o = offsets;
    if (o.network >= o.transport || o.transport >= o.inner_network ||
        o.inner_mac_unfixed > o.inner_network || o.inner_mac_unfixed < o.network)
        return {};
    const Drawing d{offsets};
    const auto about = fmt::format(
        "Packet headers to scale. Unfixed, inner_mac is 0x{:x} and the tunnel's length comes out "
        "as {} bytes; fixed, it is 0x{:x} and {} bytes.",
        o.inner_mac_unfixed, tunnel_length(o.inner_mac_unfixed, o), o.inner_network,
        tunnel_length(o.inner_network, o));
    auto unfixed = length_arrow(d, o.inner_mac_unfixed, unfixed_arrow) +
                   case_words(d, "unfixed", o.inner_mac_unfixed, unfixed_words);
    if (o.inner_mac_unfixed < o.transport) unfixed += offset_text(d, o.inner_mac_unfixed, "end");
    const auto fixed = length_arrow(d, o.inner_network, fixed_arrow) +
                       case_words(d, "fixed", o.inner_network, fixed_words);
    const auto content =
        old_ethernet(d) + packet(d) + toned(Tone::Bad, unfixed) + toned(Tone::Good, fixed);
    return element("svg",
                   {{"class", "packet"},
                    {"role", "img"},
                    {"aria-label", about},
                    {"viewBox", fmt::format("0 0 {} {}", width, height)}},
                   content);
}

} // namespace gueway
