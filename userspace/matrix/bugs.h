// SPDX-License-Identifier: GPL-2.0-only
// The predicates of known_bugs.h, and what several of them ask.
#pragma once

#include "encap/oracle.h"
#include "matrix/known_bugs.h"

#include <vector>

namespace gueway::matrix::bugs {

// A cell as its numbers.
struct Numbers {
    explicit Numbers(const Cell& cell);
    TunnelPath path;
    Shipment shipment;
    Expectation expected;
    unsigned room;     // for the inner packet
    unsigned wrapping; // what the tunnel puts around it, outer IP header included
};

bool gso(const Cell& cell);
bool gue(const Cell& cell);
bool gre(const Cell& cell);
// The kernel cuts segments into fragments on this way, for which it always segments itself.
bool cuts_segments(const Numbers& numbers);
// What the segments would be if each went out whole.
std::vector<unsigned> uncut(const Numbers& numbers);
bool silent(const Symptoms& seen); // nothing came, and nobody was told

// bugs_segment.cpp
bool inner_mac_strikes(const Cell& cell);
bool inner_mac_looks(const Cell& cell, const Symptoms& seen);
bool n1_strikes(const Cell& cell);
bool n1_looks(const Cell& cell, const Symptoms& seen);

// bugs_list.cpp
bool list_ttl_strikes(const Cell& cell);
bool list_ttl_looks(const Cell& cell, const Symptoms& seen);
bool list_sum_strikes(const Cell& cell);
bool list_sum_looks(const Cell& cell, const Symptoms& seen);
bool list_offload_strikes(const Cell& cell);
bool list_offload_looks(const Cell& cell, const Symptoms& seen);

// bugs_fragment.cpp
bool c1_strikes(const Cell& cell);
bool c1_looks(const Cell& cell, const Symptoms& seen);
bool c2_strikes(const Cell& cell);
bool c2_looks(const Cell& cell, const Symptoms& seen);
bool as_it_came_strikes(const Cell& cell);
bool as_it_came_looks(const Cell& cell, const Symptoms& seen);
bool atomic_strikes(const Cell& cell);
bool atomic_looks(const Cell& cell, const Symptoms& seen);

// bugs_tell.cpp
bool gso_mtu_strikes(const Cell& cell);
bool gso_mtu_looks(const Cell& cell, const Symptoms& seen);
bool router_strikes(const Cell& cell);
bool c3_looks(const Cell& cell, const Symptoms& seen);
bool c4_strikes(const Cell& cell);
bool c4_looks(const Cell& cell, const Symptoms& seen);
bool icmp_pmtu_looks(const Cell& cell, const Symptoms& seen);
bool stale_mtu_looks(const Cell& cell, const Symptoms& seen);

} // namespace gueway::matrix::bugs
