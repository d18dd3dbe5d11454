// SPDX-License-Identifier: GPL-2.0-only
// Which combinations of values are no cell, and why.
#pragma once

#include "matrix/axes.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gueway::matrix {

// A set of axes, a bit for each.
using AxisSet = uint16_t;
constexpr AxisSet bit(Axis axis)
{
    return static_cast<AxisSet>(1U << static_cast<unsigned>(axis));
}
inline constexpr AxisSet all_axes = (1U << axis_count) - 1;

//   axes      those that `excludes` looks at, and no others
//   excludes  whether the combination is no cell
struct Rule {
    std::string_view name, reason;
    AxisSet axes = 0;
    bool (*excludes)(const Cell& cell) = nullptr;
};

// `wire`: there is a module for underlay "wire" for the kernel; without, a rule says so.
std::vector<Rule> rules(bool wire = true);

// The first rule that excludes the cell; nullptr when none does.
const Rule* excluding(const std::vector<Rule>& rules, const Cell& cell);

// Of all combinations of all values.
//   excluded  how many each rule left out; one that several exclude counts for one of them
struct Enumeration {
    uint64_t combinations = 0, cells = 0;
    std::map<std::string, uint64_t> excluded;
};
// Tells `visit` every cell that no rule excludes, in the order of their values.
Enumeration enumerate(const std::vector<Rule>& rules,
                      const std::function<void(const Cell&)>& visit = {});

} // namespace gueway::matrix
