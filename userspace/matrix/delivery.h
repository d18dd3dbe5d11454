// SPDX-License-Identifier: GPL-2.0-only
// What came to the worker, read strictly and held against what was sent.
#pragma once

#include "matrix/look.h"
#include "matrix/observe.h"
#include "matrix/result.h"
#include "packet/tunnel.h"

#include <string>
#include <string_view>
#include <vector>

namespace gueway::matrix {

// A packet of the client's as it came out of the tunnel, whole again if it was fragmented.
//   segments  for which it stands: more than one of a GSO packet that was handed over as one
//   outers    the tunnel's header of each packet or fragment in which it came
//   inners    its own of each, where it was cut before it entered the tunnel
struct Segment {
    TunnelReading reading;
    std::vector<IpReading> outers, inners;
    std::vector<uint8_t> payload;
    unsigned segments = 1;
};

//   lengths     of the packets on the wire, in order; one handed over whole counts as its segments
//   complaints  of everything that can be read; each names its packet
//   texts       one for each capture
struct Delivery {
    std::vector<unsigned> lengths;
    std::vector<Segment> segments;
    std::vector<std::string> complaints, texts;
};

Delivery read_delivery(const Cell& cell, const Observation& seen);

// As read_delivery() complains of one, from 1 on.
std::string of_packet(size_t packet, std::string_view what);

// What is wrong with it, as a whole: lengths, order, addresses, IDs, payload.
std::vector<std::string> compare(const Cell& cell, const Look& look, const Observation& seen,
                                 const Delivery& delivery);

} // namespace gueway::matrix
