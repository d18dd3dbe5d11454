// SPDX-License-Identifier: GPL-2.0-only
// Cells by name, value by value, and as the numbers that they stand for.
#pragma once

#include "encap/oracle.h"
#include "matrix/cell.h"
#include "util/result.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gueway::matrix {

// The members of a cell, in their order.
enum class Axis : uint8_t {
    tunnel,
    inner,
    outer,
    l4,
    size,
    underlay,
    mtu,
    ingress,
    vlan,
    fragmenting,
    origin,
    event,
};
inline constexpr size_t axis_count = 12;
inline constexpr size_t core_axes = 6; // the first ones

// Each axis' value as a number from 0; of the same size and order as a cell's members.
using Values = std::array<uint8_t, axis_count>;
Values values(const Cell& cell);
Cell cell_of(const Values& values);

std::string_view name(Axis axis);
// The words for its values, as they stand in a cell's name.
std::span<const std::string_view> value_names(Axis axis);

bool is_gso(L4 l4);
// The cell with every axis but the core at its default, which for the way in is what its L4 has.
Cell with_defaults(Cell core);

// "gue-remcsum/in6/out4/tcp-gso/more-1/wire/m1500/tso/vlan-none/df/remote", without what is the
// default from some place to the end: "gue/in4/out4/udp/fits/wire".
std::string name(const Cell& cell);
// The core axes must be there. The Error says which words would be right.
Result<Cell> parse_cell(std::string_view text);

// The way that a cell's packets go, and the packet that goes in.
TunnelPath path(const Cell& cell);
Shipment shipment(const Cell& cell);

} // namespace gueway::matrix
