// SPDX-License-Identifier: GPL-2.0-only
// What the client is told, read strictly.
#pragma once

#include "matrix/cell.h"
#include "matrix/result.h"
#include "packet/capture.h"
#include "packet/tunnel.h"

#include <vector>

namespace gueway::matrix {

// An ICMP message that the client got, which is none of neighbours' talk. What of it cannot be read
// is not in the reading.
struct Answer {
    const Captured* frame = nullptr;
    TunnelReading reading;
};

std::vector<Answer> answers(const Cell& cell, const std::vector<Captured>& frames);

Packet packet(const Answer& answer);

} // namespace gueway::matrix
