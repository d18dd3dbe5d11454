// SPDX-License-Identifier: GPL-2.0-only
// Which cells a run has, and in which order.
#pragma once

#include "matrix/rules.h"
#include "util/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gueway::matrix {

// Part `index` (from 1) of `count`.
struct Shard {
    unsigned index = 1, count = 1;
};
Result<Shard> parse_shard(std::string_view text); // "2/8"

//   full   every cell that no rule excludes; else the core in full, with the other axes at their
//          defaults, and the others three-way on top (matrix/cover.h); with either those that have
//          a name (matrix/events.h, matrix/struck.h)
//   shard  of that
//   named  only these
//   abilities  of the kernel
struct Wanted {
    bool full = false;
    Shard shard;
    uint64_t seed = 1;
    std::vector<std::string> named;
    Abilities abilities;
};

//   text      "default", "full", "full, shard 2/8", or the names
//   cells     those on the same topology beside each other, each once
//   excluded  as of enumerate(): of all combinations, whatever was wanted; what is run although a
//             rule excludes it, being named, counts as a cell
struct Selection {
    std::string text;
    std::vector<Cell> cells;
    uint64_t core = 0;   // how many of the cells are of the core, of the default selection
    uint64_t events = 0; // and in how many something happens beside the packet
    Enumeration excluded;
};

// The same for the same arguments, on every machine. A named cell that a rule excludes is an Error
// with the rule's reason.
Result<Selection> select(const Wanted& wanted);

} // namespace gueway::matrix
