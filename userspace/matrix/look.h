// SPDX-License-Identifier: GPL-2.0-only
// All that should be seen of a cell: what the oracle says, on this rig. A bug with a name is a
// change of it, so that what a bug does not explain stays wrong beside it.
#pragma once

#include "encap/oracle.h"
#include "matrix/cell.h"
#include "matrix/counters.h"

#include <optional>
#include <vector>

namespace gueway::matrix {

//   lengths     of IP packets that come to the worker, in order, as captured there; of one that is
//               handed over whole (GSO), those of its segments
//   fragments   who is cut of them
//   df_lost     IPv4 packets that are cut, and those beside them, come without the DF that they had
//   skipped     segments in front of them that do not come
//   icmp        what the client is told
//   first_icmp  with a router: what it may be told when that has answered; icmp is when the packet
//               comes again
//   first_hop   of the segments only the first one's TTL is counted down
//   first_hop_outside  and the tunnel's TTL is as that of the segment in it
//   df_added    fragments of the tunnel's packet say DF, which the packet did not
//   whole       the list of segments comes as one packet, whatever the device below is told
//   gre_wrong   packets from the first one on whose GRE checksum is wrong, each by
//   gre_short   which it is less than it should be (RFC 1071)
//   untaken     packets that come and that the worker's transport has no use for
//   director, worker  counters of losses and errors, all that move
//   freed       packets that are lost, by the function that frees them (freed.h), where that may be
//               all that tells of it; of what is refused icmp does
//   warnings    how often the kernel warns in skb_warn_bad_offload()
struct Look {
    std::vector<unsigned> lengths;
    Fragments fragments = Fragments::none;
    bool df_lost = false;
    unsigned skipped = 0;
    std::optional<IcmpAnswer> icmp, first_icmp;
    bool first_hop = false, first_hop_outside = false;
    bool df_added = false;
    bool whole = false;
    unsigned gre_wrong = 0;
    uint16_t gre_short = 0;
    uint64_t untaken = 0;
    Counts director, worker, freed;
    unsigned warnings = 0;
    bool operator==(const Look&) const = default;
};

Look look(const Cell& cell);
// With a router: until it has answered, of the packet that is then sent again.
Look look_before_router(const Cell& cell);
// Nothing comes, and nobody is told or counts it: who frees it is the only account.
Look freed(std::string_view function);
Look refused(const Cell& cell, const IcmpAnswer& icmp);
Look delivered(const Expectation& expected);

// Whether the counter is of a loss or an error: of the director, or of the worker, where what has
// no listener is none.
bool is_loss(std::string_view name);
bool is_error(std::string_view name);

} // namespace gueway::matrix
