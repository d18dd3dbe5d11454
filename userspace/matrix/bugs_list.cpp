// SPDX-License-Identifier: GPL-2.0-only
// Lists of UDP segments (rx-gro-list) in tunnels. Unlike the others these were written down after
// they had been seen, on stock 6.1.192: ../../Documentation/kernels.md has the cells.
#include "matrix/bugs.h"

namespace gueway::matrix::bugs {

// skb_segment_list() (net/core/skbuff.c) gives each segment the headers in front of the client's
// packet, of which each has its own: what was changed in the first one's is not in the others.
bool list_ttl_strikes(const Cell& cell)
{
    return is_list(cell);
}

bool list_ttl_change(const Cell& cell, Look& look)
{
    if (!is_list(cell) || look.lengths.empty() || look.whole) return false;
    look.first_hop = true;
    // What enters a FOU tunnel is the list, or, where it is cut in front of it, segments.
    look.first_hop_outside =
        cell.tunnel == Tunnel::fou && (look.warnings == 0 || look.fragments == Fragments::inner);
    return true;
}

// Before Linux 6.11 __udp_gso_segment() leaves a list to a device that has all its GSO features,
// although its checksum is neither pending nor done (CHECKSUM_NONE, of the NIC's
// CHECKSUM_COMPLETE). veth hands it over as one, and it is taken for one packet, of which the first
// one's checksum is not that of the whole. Later it is segmented, and has list-ttl. GRE's own
// checksum, of a list too, is left to the device, and the worker's gre_parse_header() finds it
// wrong, which no counter of IP's or of UDP's says: gre_rcv() frees it.
bool list_sum_strikes(const Cell& cell)
{
    return is_list(cell) && cell.underlay == Underlay::whole;
}

bool list_sum_change(const Cell& cell, Look& look)
{
    if (!is_list(cell) || look.lengths.empty() || !look.whole) return false;
    if (cell.tunnel != Tunnel::gre_csum) {
        fail_sums(cell, look, 1);
        return true;
    }
    look.untaken = 1;
    look.freed["gre_rcv"] = 1;
    return true;
}

// Whoever leaves it to a device is warned of (__skb_gso_segment() and skb_warn_bad_offload()):
// where that is veth, or the FOU device itself, each of them.
bool list_offload_strikes(const Cell& cell)
{
    return is_list(cell) && (cell.underlay == Underlay::whole || cell.tunnel == Tunnel::fou);
}

bool list_offload_change(const Cell& cell, Look& look)
{
    if (look.lengths.empty() || !list_offload_strikes(cell)) return false;
    look.whole = cell.underlay == Underlay::whole;
    look.warnings = (look.whole ? 1 : 0) + (cell.tunnel == Tunnel::fou ? 1 : 0);
    return true;
}

} // namespace gueway::matrix::bugs
