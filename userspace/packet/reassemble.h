// SPDX-License-Identifier: GPL-2.0-only
// Puts the fragments of one IP packet together (RFC 791, section 3.2; RFC 8200, section 4.5), and
// complains of what a sender must not have sent.
#pragma once

#include "packet/reading.h"

namespace gueway {

//   packet  from its IP header on, which is that of the first fragment as it was before it was cut:
//           length and IPv4's checksum made anew, IPv6's fragment header taken out. Empty
//           when something is missing or came twice
struct Reassembled {
    std::vector<uint8_t> packet;
    Complaints complaints;
};

// Fragments from their IP headers on, in the order in which they were captured, without bytes of
// padding behind them. Complaints: header errors; not of one packet (addresses, ID, protocol);
// out of order; a gap; an overlap; one that is not the last and no multiple of eight bytes, or has
// no more to come, or that is behind the last; more than 65535 bytes; a packet that is no fragment
// beside others. A single packet that is no fragment is taken as it is.
Reassembled reassemble(std::span<const std::span<const uint8_t>> fragments);

} // namespace gueway
