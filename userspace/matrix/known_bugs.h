// SPDX-License-Identifier: GPL-2.0-only
// What bugs with a name look like, written down before any result is seen: which cells they touch,
// and what is seen there. Source: ../shared/kernel-facts.md, each with its upstream fix.
#pragma once

#include "matrix/result.h"

#include <span>

namespace gueway::matrix {

// What was seen in a cell, as far as a bug's looks go.
//   arrived        packets of the cell that came to the worker, of `wanted`
//   lengths        of IP packets on the wire, in order, as captured
//   wanted         as the oracle says
//   icmp_mtu       what the client was told; 0: nothing
//   bad_inner_sum  inner transport checksums that are wrong
//   device_dropped packets that the underlay device counted as dropped
//   udp_in_errors  at the worker
struct Symptoms {
    std::vector<unsigned> lengths, wanted;
    unsigned icmp_mtu = 0;
    unsigned bad_inner_sum = 0;
    uint64_t device_dropped = 0;
    uint64_t udp_in_errors = 0;
};

//   id         "inner-mac", "gso-mtu", "N1", "C1"
//   title      one line
//   fix        upstream commit and its subject; empty: none is known
//   fixed_in   first good version of each line, as people write it; empty: none
//   strikes    the cells that it touches
//   looks_so   whether that is what it does there
struct KnownBug {
    std::string_view id, title, fix, fixed_in;
    bool (*strikes)(const Cell& cell);
    bool (*looks_so)(const Cell& cell, const Symptoms& seen);
};
std::span<const KnownBug> known_bugs();

// Ids of those that touch the cell and look so.
std::vector<std::string> recognise(const Cell& cell, const Symptoms& seen);

} // namespace gueway::matrix
