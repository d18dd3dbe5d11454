// SPDX-License-Identifier: GPL-2.0-only
// Bugs of segmentation in software.
#include "matrix/axes.h"
#include "matrix/bugs.h"
#include "matrix/places.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::matrix::bugs {

namespace {

// veth hands the packet over as it is, and the worker's fou socket, which takes no packet that
// stands for many datagrams, has it segmented (udp_unexpected_gso).
bool worker_segments(const Cell& cell)
{
    return cell.l4 == L4::udp_gso && gue(cell);
}

// What the kernel segments on this way, where the numbers are those of no other bug.
bool segmented(const Cell& cell, bool cut)
{
    return gso(cell) && (gue(cell) || gre(cell)) &&
           (cut || !device_takes_whole(cell) || worker_segments(cell));
}

} // namespace

// Not what C4 has refused before; C1 lets what should be cut go to the device as it is.
bool inner_mac_strikes(const Cell& cell)
{
    const auto expected = Numbers(cell).expected;
    return expected.fate == Fate::delivered && !c4_strikes(cell) &&
           segmented(cell, expected.fragments == Fragments::outer && !c1_strikes(cell));
}

// Where it is segmented for a device, the device counts the loss, of one packet; where it is for
// fragments nobody does, unless C1 lets it come as far as the device: that it is freed there is the
// account. The worker's socket counts segments (udp_rcv_segment()).
bool inner_mac_change(const Cell& cell, Look& look)
{
    const bool cut = look.fragments == Fragments::outer;
    if (look.lengths.empty() || !segmented(cell, cut)) return false;
    if (!cut && device_takes_whole(cell)) {
        look.untaken = shipment(cell).segments();
        look.worker[cell.outer == Family::v6 ? "Udp6InErrors" : "Udp InErrors"] = look.untaken;
        return true;
    }
    if (cut) {
        look = freed(cell.outer == Family::v4 ? "ip_finish_output_gso"
                                              : "ip6_finish_output_gso_slowpath_drop");
        return true;
    }
    look = {};
    look.director[fmt::format("{} tx_dropped", device(cell.underlay))] = 1;
    return true;
}

bool partial_sum_strikes(const Cell& cell)
{
    auto plain = matrix::look(cell);
    return partial_sum_change(cell, plain);
}

// Written down after it had been seen, on stock 7.2.13. The full segments are one packet for the
// wire to cut (GSO partial), whose UDP checksum __udp_gso_segment() leaves as the sum of a
// pseudo-header: with the length of all of them until 5f17ae0f595a "udp: gso: Fix handling checksum
// in __udp_gso_segment" (7.1-rc5), since then with that of one. gre_gso_segment() (partial_adj in
// net/ipv4/gre_offload.c) still takes off the difference. TCP leaves the length of all, and a last
// segment that is not full is a packet of its own. The worker's gre_rcv() drops what is wrong, and
// counts it at the device.
bool partial_sum_change(const Cell& cell, Look& look)
{
    if (cell.tunnel != Tunnel::gre_csum || cell.l4 != L4::udp_gso || is_list(cell)) return false;
    if (cell.underlay != Underlay::wire || look.lengths.empty()) return false;
    if (look.fragments != Fragments::none || look.skipped > 0) return false;
    const auto packet = shipment(cell);
    const unsigned full = packet.payload / packet.gso_size;
    if (full < 2) return false;
    look.gre_wrong = full;
    look.gre_short = static_cast<uint16_t>((full - 1) * packet.gso_size);
    look.untaken += full;
    look.worker[fmt::format("{} rx_dropped", device(cell.underlay))] += full;
    look.freed["gre_rcv"] += full;
    return true;
}

bool n1_strikes(const Cell& cell)
{
    auto plain = matrix::look(cell);
    return n1_change(cell, plain);
}

// All is well on the wire; the worker's fou receiver lets the seed stand where the checksum goes.
// Fragments are new packets, which do not inherit the mark that a segment has. Over IPv4 each
// segment of a packet whose segments are cut becomes one, over IPv6 only those that are too long.
bool n1_change(const Cell& cell, Look& look)
{
    if (!gso(cell) || cell.tunnel != Tunnel::gue_remcsum || cell.underlay == Underlay::wire)
        return false;
    const Numbers numbers(cell);
    if (!numbers.shipment.partial || look.lengths.empty()) return false;
    uint64_t marked = look.lengths.size();
    if (look.fragments != Fragments::none) {
        marked = 0;
        for (unsigned i = 0; cell.outer == Family::v6 && i < numbers.shipment.segments(); ++i)
            marked += numbers.shipment.segment_length(i) <= numbers.room;
    }
    if (marked == 0) return false;
    fail_sums(cell, look, marked);
    return true;
}

} // namespace gueway::matrix::bugs
