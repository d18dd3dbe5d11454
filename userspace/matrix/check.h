// SPDX-License-Identifier: GPL-2.0-only
// Judges what was seen of a cell by what should have been.
#pragma once

#include "encap/oracle.h"
#include "matrix/observe.h"
#include "matrix/result.h"

namespace gueway::matrix {

CellResult judge(const Cell& cell, const Observation& seen);

// The parts of it, each a list of what is wrong.
std::vector<std::string> check_refusal(const Cell& cell, const Expectation& expected,
                                       const Observation& seen);
// `packets` came out of the worker's tunnels, as captured.
std::vector<std::string> check_receiver(const Cell& cell, const Observation& seen, size_t packets);

// What an ICMP message told the client its packets should be no longer than; 0: none did.
unsigned told_mtu(const Cell& cell, const std::vector<Captured>& frames);

} // namespace gueway::matrix
