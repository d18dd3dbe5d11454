// SPDX-License-Identifier: GPL-2.0-only
// What the client is told, read strictly and held against what it should be.
#pragma once

#include "matrix/look.h"
#include "matrix/observe.h"
#include "packet/tunnel.h"

#include <string>
#include <vector>

namespace gueway::matrix {

// An ICMP error that the client got.
struct Answer {
    const Captured* frame;
    TunnelReading reading;
    IpReading ip;
    IcmpReading icmp;
};
std::vector<Answer> answers(const Cell& cell, const std::vector<Captured>& frames);

// What is wrong with what the client, or the director's own sender, was told, and whether.
std::vector<std::string> check_told(const Cell& cell, const Look& look, const Observation& seen);

} // namespace gueway::matrix
