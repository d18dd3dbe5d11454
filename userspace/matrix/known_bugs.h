// SPDX-License-Identifier: GPL-2.0-only
// What bugs with a name look like, written down before any result is seen: which cells they touch,
// and what is seen there. Source: ../shared/kernel-facts.md, each with its upstream fix.
#pragma once

#include "matrix/result.h"

#include <span>

namespace gueway::matrix {

// What was seen in a cell, as far as a bug's looks go.
//   lengths        of IP packets that came to the worker, in order, as captured there; of one that
//                  was handed over whole (GSO), those of its segments
//   wanted         as the oracle says
//   icmp_mtu       what the client was told; 0: nothing
//   first_icmp_mtu  with a router: when it had answered, and icmp_mtu when the packet came again
//   bad_inner_sum  inner transport checksums that are wrong in `lengths`' packets, behind what
//                  GUE's remote checksum offload asks for
//   device_dropped packets that the underlay devices counted as dropped or as errors: the
//                  director's in transmission, the worker's in reception
//   udp_in_errors  at the worker
//   sum_errors     packets whose checksum the worker's TCP or UDP found wrong (InCsumErrors)
//   old_ttl        packets whose TTL is what the client sent
//   told_itself    of what the director itself sent: it told itself that it is too long
//   bad_offload    the kernel warned in skb_warn_bad_offload()
struct Symptoms {
    std::vector<unsigned> lengths, wanted;
    unsigned icmp_mtu = 0, first_icmp_mtu = 0;
    unsigned bad_inner_sum = 0;
    uint64_t device_dropped = 0;
    uint64_t udp_in_errors = 0;
    uint64_t sum_errors = 0;
    unsigned old_ttl = 0;
    bool told_itself = false;
    bool bad_offload = false;
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

// nullptr: there is none of that id.
const KnownBug* known_bug(std::string_view id);

// Ids of those that touch the cell and look so.
std::vector<std::string> recognise(const Cell& cell, const Symptoms& seen);

} // namespace gueway::matrix
