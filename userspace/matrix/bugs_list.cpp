// SPDX-License-Identifier: GPL-2.0-only
// Lists of UDP segments (rx-gro-list) in tunnels. Unlike the others these were written down after
// they had been seen, on stock 6.1.192: ../../Documentation/kernels.md has the cells.
#include "matrix/bugs.h"

namespace gueway::matrix::bugs {

namespace {

bool is_list(const Cell& cell)
{
    return cell.ingress == Ingress::gro_list && Numbers(cell).expected.fate == Fate::delivered;
}

} // namespace

// skb_segment_list() (net/core/skbuff.c) gives each segment the headers in front of the client's
// packet, of which each has its own: what was changed in the first one's is not in the others.
bool list_ttl_strikes(const Cell& cell)
{
    return is_list(cell);
}

bool list_ttl_looks(const Cell&, const Symptoms& seen)
{
    return seen.old_ttl > 0 && seen.sum_errors == 0;
}

// Before Linux 6.11 __udp_gso_segment() leaves a list to a device that has all its GSO features,
// although its checksum is neither pending nor done (CHECKSUM_NONE, of the NIC's
// CHECKSUM_COMPLETE). veth hands it over as one, and it is taken for one packet, of which the first
// one's checksum is not that of the whole. Later it is segmented, and has list-ttl.
bool list_sum_strikes(const Cell& cell)
{
    return is_list(cell) && cell.underlay == Underlay::whole;
}

bool list_sum_looks(const Cell&, const Symptoms& seen)
{
    return seen.lengths == seen.wanted && seen.sum_errors > 0;
}

// Whoever leaves it to a device is warned of (__skb_gso_segment() and skb_warn_bad_offload()):
// where that is veth, or the FOU device itself.
bool list_offload_strikes(const Cell& cell)
{
    return is_list(cell) && (cell.underlay == Underlay::whole || cell.tunnel == Tunnel::fou);
}

bool list_offload_looks(const Cell&, const Symptoms& seen)
{
    return seen.bad_offload;
}

} // namespace gueway::matrix::bugs
