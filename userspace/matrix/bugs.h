// SPDX-License-Identifier: GPL-2.0-only
// The predicates of known_bugs.h, what each bug makes of a cell, and what several of them ask.
#pragma once

#include "encap/oracle.h"
#include "matrix/known_bugs.h"
#include "matrix/look.h"

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
bool is_list(const Cell& cell); // of segments (rx-gro-list)
// What the segments would be if each went out whole.
std::vector<unsigned> uncut(const Numbers& numbers);
// The device below takes the cell's GSO packet as it is.
bool device_takes_whole(const Cell& cell);

// The worker's transport finds that many checksums wrong.
void fail_sums(const Cell& cell, Look& look, uint64_t count);
// Segments that are not cut and too long for the devices do not come, and are counted.
void lose_too_long(const Cell& cell, Look& look);

// bugs_tell.cpp
bool gso_mtu_strikes(const Cell& cell);
bool gso_mtu_change(const Cell& cell, Look& look);
bool c3_strikes(const Cell& cell);
bool c3_change(const Cell& cell, Look& look);
bool c4_strikes(const Cell& cell);
bool c4_change(const Cell& cell, Look& look);
bool icmp_pmtu_strikes(const Cell& cell);
bool icmp_pmtu_change(const Cell& cell, Look& look);
bool stale_mtu_strikes(const Cell& cell);
bool stale_mtu_change(const Cell& cell, Look& look);

// bugs_fragment.cpp
bool c1_strikes(const Cell& cell);
bool c1_change(const Cell& cell, Look& look);
bool c2_strikes(const Cell& cell);
bool c2_change(const Cell& cell, Look& look);
bool as_it_came_strikes(const Cell& cell);
bool as_it_came_change(const Cell& cell, Look& look);
bool atomic_strikes(const Cell& cell);
bool atomic_change(const Cell& cell, Look& look);

// bugs_list.cpp
bool list_ttl_strikes(const Cell& cell);
bool list_ttl_change(const Cell& cell, Look& look);
bool list_sum_strikes(const Cell& cell);
bool list_sum_change(const Cell& cell, Look& look);
bool list_offload_strikes(const Cell& cell);
bool list_offload_change(const Cell& cell, Look& look);

// bugs_segment.cpp
bool inner_mac_strikes(const Cell& cell);
bool inner_mac_change(const Cell& cell, Look& look);
bool partial_sum_strikes(const Cell& cell);
bool partial_sum_change(const Cell& cell, Look& look);
bool n1_strikes(const Cell& cell);
bool n1_change(const Cell& cell, Look& look);

} // namespace gueway::matrix::bugs
