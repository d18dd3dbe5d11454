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

// A list that veth hands over as one is taken for one packet, of which the first one's checksum is
// not that of the whole.
bool list_sum_strikes(const Cell& cell)
{
    return is_list(cell) && cell.underlay == Underlay::whole;
}

bool list_sum_looks(const Cell&, const Symptoms& seen)
{
    return seen.lengths == seen.wanted && seen.sum_errors > 0;
}

// Its segments' checksums are done, which a device that segments does not expect
// (skb_warn_bad_offload() of net/core/dev.c): veth, or the FOU device itself.
bool list_offload_strikes(const Cell& cell)
{
    return is_list(cell) && (cell.underlay == Underlay::whole || cell.tunnel == Tunnel::fou);
}

bool list_offload_looks(const Cell&, const Symptoms& seen)
{
    return seen.bad_offload;
}

} // namespace gueway::matrix::bugs
