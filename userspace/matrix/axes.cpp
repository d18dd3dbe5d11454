// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/axes.h"

#include "util/text.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gueway::matrix {

namespace {

// Both orders are those of cell.h.
constexpr std::array<std::string_view, axis_count> axis_names = {
    "tunnel", "inner",   "outer", "l4",          "size",   "underlay",
    "mtu",    "ingress", "vlan",  "fragmenting", "origin", "event",
};
constexpr std::array<std::string_view, 7> tunnels = {"ipip", "gue",      "gue-csum", "gue-remcsum",
                                                     "gre",  "gre-csum", "fou"};
constexpr std::array<std::string_view, 2> inners = {"in4", "in6"};
constexpr std::array<std::string_view, 2> outers = {"out4", "out6"};
constexpr std::array<std::string_view, 5> l4s = {"tcp", "tcp-gso", "udp", "udp-gso", "sctp"};
constexpr std::array<std::string_view, 14> sizes = {
    "small",  "less-1",   "fits", "more-1",   "more-4", "more-5", "more-8",
    "more-9", "k-less-1", "k",    "k-more-1", "two",    "many",   "giant"};
constexpr std::array<std::string_view, 3> underlays = {"whole", "software", "wire"};
constexpr std::array<std::string_view, 6> mtus = {"m1500",        "m1600", "m9000",
                                                  "least-less-1", "least", "least-more-1"};
constexpr std::array<std::string_view, 4> ingresses = {"tso", "gro", "gro-list", "plain"};
constexpr std::array<std::string_view, 3> vlans = {"vlan-none", "vlan-accelerated", "vlan-inside"};
constexpr std::array<std::string_view, 3> fragmentings = {"df", "no-df", "df-unheeded"};
constexpr std::array<std::string_view, 2> origins = {"remote", "director"};
constexpr std::array<std::string_view, 3> events = {"no-event", "router", "fragments"};

static_assert(sizeof(Cell) == sizeof(Values), "each member of a cell is an axis, of one byte");

Error wrong(std::string_view text, Axis axis, std::string_view word)
{
    const auto names = value_names(axis);
    return error(fmt::format("cell {}", text), fmt::format("read {}", name(axis)),
                 word.empty() ? "it is missing" : fmt::format("\"{}\"", word),
                 fmt::format("one of {}", fmt::join(names, ", ")));
}

} // namespace

Values values(const Cell& cell)
{
    return std::bit_cast<Values>(cell);
}

Cell cell_of(const Values& values)
{
    return std::bit_cast<Cell>(values);
}

std::string_view name(Axis axis)
{
    return axis_names[static_cast<size_t>(axis)];
}

std::span<const std::string_view> value_names(Axis axis)
{
    static constexpr std::array<std::span<const std::string_view>, axis_count> names = {
        tunnels, inners,    outers, l4s,          sizes,   underlays,
        mtus,    ingresses, vlans,  fragmentings, origins, events};
    return names[static_cast<size_t>(axis)];
}

bool is_gso(L4 l4)
{
    return l4 == L4::tcp_gso || l4 == L4::udp_gso;
}

Cell with_defaults(Cell core)
{
    const Cell plain;
    core.mtu = plain.mtu;
    core.ingress = is_gso(core.l4) ? Ingress::tso : Ingress::plain;
    core.vlan = plain.vlan;
    core.fragmenting = plain.fragmenting;
    core.origin = plain.origin;
    core.event = plain.event;
    return core;
}

std::string name(const Cell& cell)
{
    const auto own = values(cell), usual = values(with_defaults(cell));
    size_t end = axis_count;
    while (end > core_axes && own[end - 1] == usual[end - 1]) --end;
    std::string text;
    for (size_t i = 0; i < end; ++i) {
        if (i) text += '/';
        text += value_names(static_cast<Axis>(i))[own[i]];
    }
    return text;
}

Result<Cell> parse_cell(std::string_view text)
{
    const auto parts = split(text, '/');
    if (parts.size() > axis_count)
        return error(fmt::format("cell {}", text), "read", "it has too many parts",
                     fmt::format("{}, in this order", fmt::join(axis_names, "/")));
    Values found{};
    for (size_t i = 0; i < std::max(parts.size(), core_axes); ++i) {
        const auto axis = static_cast<Axis>(i);
        const auto word = i < parts.size() ? parts[i] : std::string_view();
        const auto names = value_names(axis);
        const auto at = std::ranges::find(names, word);
        if (at == names.end()) return wrong(text, axis, word);
        found[i] = static_cast<uint8_t>(at - names.begin());
    }
    const auto usual = values(with_defaults(cell_of(found)));
    for (size_t i = parts.size(); i < axis_count; ++i) found[i] = usual[i];
    return cell_of(found);
}

} // namespace gueway::matrix
