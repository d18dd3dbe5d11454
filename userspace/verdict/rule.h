// SPDX-License-Identifier: GPL-2.0-only
// The rules by which a dropped packet gets its verdict.
#pragma once

#include "trace/verdict.h"
#include "verdict/case.h"

#include <optional>
#include <span>
#include <string_view>

namespace gueway {

//   name     of the verdict
//   meaning  one line, for the documentation
//   needs    what it is decided by, for the documentation
//   judge    nothing when the rule does not fit. Of the rules that fit, the first in the table
//   counts.
struct Rule {
    std::string_view name;
    std::string_view meaning;
    std::string_view needs;
    std::optional<Verdict> (*judge)(const Case&);
};

std::span<const Rule> rules();

// The first that fits; else one without a name, whose evidence is what there is to see.
Verdict judge(const Case& dropped);

// The families, each in a file of its own.
std::span<const Rule> inner_mac_rules();
std::span<const Rule> scheduler_rules();
std::span<const Rule> route_rules(); // MTU, routes, neighbours
std::span<const Rule> input_rules(); // rp_filter, martians, netfilter, sockets

} // namespace gueway
