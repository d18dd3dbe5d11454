// SPDX-License-Identifier: GPL-2.0-only
// Cells in which something happens beside the packet. They are in every selection.
#pragma once

#include "matrix/cell.h"
#include "packet/capture.h"
#include "packet/frame.h"

#include <vector>

namespace gueway::matrix {

std::vector<Cell> event_cells();

// The MTU of the underlay in front of a router that has `mtu`.
constexpr unsigned wider(unsigned mtu)
{
    return mtu + 100;
}

// Bytes of an IPv4 packet's data, behind its header, that the first of its two fragments has.
size_t first_part(size_t data);
// The longest of the two fragments in which an event's packet of that length comes.
unsigned longest_fragment(int family, unsigned length);
// The frame's packet as two fragments, of IPv4 such that say DF, as frames from their Ethernet
// headers on. They are shorter than what any tunnel of an event cell leaves.
std::vector<std::vector<uint8_t>> in_fragments(const Frame& frame);

// What a router answers to `packet`, an IP packet that is longer than `mtu`: "fragmentation needed"
// (RFC 792 and 1191) or "packet too big" (RFC 4443), from the router's address, in a frame.
std::vector<uint8_t> router_answer(std::span<const uint8_t> packet, const Address& router,
                                   unsigned mtu, const MacAddress& from, const MacAddress& to);

} // namespace gueway::matrix
