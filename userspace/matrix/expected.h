// SPDX-License-Identifier: GPL-2.0-only
// The packets that should have come of a cell, byte by byte, beside those that did.
#pragma once

#include "matrix/look.h"
#include "matrix/observe.h"
#include "matrix/result.h"

#include <vector>

namespace gueway::matrix {

// Of the look, whole, from their IP headers on: of the worker in its order, then of the client. A
// GSO packet that veth handed over as one is one here, and a checksum that was left to offload is
// left. What is free is as in the packet that came in the same place, and the sums are of that.
std::vector<Packet> expected_packets(const Cell& cell, const Look& look, const Observation& seen);

} // namespace gueway::matrix
