// SPDX-License-Identifier: GPL-2.0-only
// What bugs with a name look like: which cells they touch, and what exactly is seen there. Those of
// ../shared/kernel-facts.md (inner-mac, gso-mtu, icmp-pmtu, N1 and C1 to C4) were written down
// before any result was seen; atomic-fragment, of its fix, which all kernels have that we ran. The
// others were found by the matrix, and written after; where that is so of a part of one, bugs_*.cpp
// says it.
#pragma once

#include "matrix/cell.h"

#include <span>
#include <string_view>

namespace gueway::matrix {

struct Look;

//   id         "inner-mac", "gso-mtu", "N1", "C1"
//   title      one line
//   fix        upstream commit and its subject; empty: none is known
//   fixed_in   first good version of each line, as people write it; empty: none
//   strikes    the cells that it touches
//   change     makes of what should be seen what is seen where the bug is, after those above it in
//              the list. false, and nothing: there is nothing for it to change
struct KnownBug {
    std::string_view id, title, fix, fixed_in;
    bool (*strikes)(const Cell& cell);
    bool (*change)(const Cell& cell, Look& look);
};
// In the order in which a packet meets them.
std::span<const KnownBug> known_bugs();

// nullptr: there is none of that id.
const KnownBug* known_bug(std::string_view id);

} // namespace gueway::matrix
