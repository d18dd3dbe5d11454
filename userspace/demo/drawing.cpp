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
constexpr double height = 212;
constexpr double ethernet_top = 22;
constexpr double packet_top = 50;
constexpr double packet_bottom = 84;
constexpr double scale_row = 100;
constexpr double unfixed_row = 136;
constexpr double fixed_row = 186;

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

std::string packet(const Drawing& d)
{
    const auto& o = d.offsets;
    const uint32_t udp_end = std::min(o.transport + udp_header, o.inner_network);
    auto out =
        header(d, o.network, o.transport, "outer IP") + header(d, o.transport, udp_end, "UDP");
    if (udp_end < o.inner_network) out += header(d, udp_end, o.inner_network, "GUE");
    out += header(d, o.inner_network, o.inner_network + inner_shown, "client's packet …", true);
    for (const uint32_t offset : {o.network, o.transport, o.inner_network})
        out += text(d.x(offset), scale_row, offset == o.network ? "start" : "middle",
                    fmt::format("0x{:x}", offset), "offset");
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

// From the transport header to inner_mac: what the kernel takes for the tunnel's length.
std::string length_arrow(const Drawing& d, uint32_t inner_mac, double row)
{
    const double from = d.x(d.offsets.transport);
    const double to = d.x(inner_mac);
    const double head = to < from ? 6 : -6;
    auto out = path(fmt::format("M{} {}V{}", px(from), px(row - 7), px(row + 7)), "line");
    out += path(fmt::format("M{} {}V{}", px(to), px(packet_bottom), px(row + 7)), "drop");
    out += path(fmt::format("M{} {}H{}", px(from), px(row), px(to)), "line");
    return out + path(fmt::format("M{} {}l{} -4v8z", px(to), px(row), px(head)), "tip");
}

std::string outcome(int64_t length, int64_t right)
{
    if (length == right) return "right: UDP and GUE";
    return length < 0 ? "the pull fails, the packet is dropped"
                      : "parsing starts in the wrong place, the packet is dropped";
}

std::string case_row(const Drawing& d, std::string_view name, Tone tone, uint32_t inner_mac,
                     double row)
{
    const auto length = tunnel_length(inner_mac, d.offsets);
    const auto right = tunnel_length(d.offsets.inner_network, d.offsets);
    const double beside = std::max(d.x(inner_mac), d.x(d.offsets.transport)) + 10;
    const auto sum = fmt::format("tnl_hlen = 0x{:x} − 0x{:x} = {}{}", inner_mac,
                                 d.offsets.transport, length < 0 ? "−" : "", std::abs(length));
    const auto content = length_arrow(d, inner_mac, row) +
                         text(1, row + 4, "start", name, "label") +
                         text(beside, row - 1, "start", sum, "label") +
                         text(beside, row + 14, "start", outcome(length, right));
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
    return element(
        "svg",
        {{"class", "packet"},
         {"role", "img"},
         {"aria-label", about},
         {"viewBox", fmt::format("0 0 {} {}", width, height)}},
        old_ethernet(d) + packet(d) +
            case_row(d, "unfixed inner_mac", Tone::Bad, o.inner_mac_unfixed, unfixed_row) +
            case_row(d, "fixed inner_mac", Tone::Good, o.inner_network, fixed_row));
}

} // namespace gueway
