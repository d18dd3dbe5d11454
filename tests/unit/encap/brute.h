// SPDX-License-Identifier: GPL-2.0-only
// The oracle's answers found the long way: packets are made byte by byte, wrapped, and cut at the
// last place where they may be. Shares no arithmetic with encap: header lengths are written out.
#pragma once

#include "encap/oracle.h"

#include <vector>

namespace gueway::brute {

// A byte is known by the place in the client's packet it was made for; 0 is a tunnel's header.
using Bytes = std::vector<unsigned>;

// The IP packets that a shipment stands for, of numbered bytes; all bytes of all packets differ.
std::vector<Bytes> segments(const Shipment& shipment);

// The same as they come to the director: of a shipment in fragments, each of these, none of which
// is longer than it says.
std::vector<Bytes> arriving(const Shipment& shipment);

unsigned ip_header_bytes(int family);
// In front of a fragment's data, IPv6's fragment header among them.
unsigned headers_of_fragments(int family);
unsigned wrapping_bytes(const TunnelPath& path, const Shipment& shipment);
// The longest inner packet whose wrapped length is at most the MTU, found by trying.
unsigned room(const TunnelPath& path, const Shipment& shipment);

//   bytes   of the whole IP packet
//   offset, more  of a fragment, as in its header
struct Sent {
    Bytes bytes;
    unsigned segment = 0, offset = 0;
    bool more = false;
};
// The whole of a shipment, cut where it is too long; of what is neither refused nor dropped.
std::vector<Sent> wire(const TunnelPath& path, const Shipment& shipment);

} // namespace gueway::brute
