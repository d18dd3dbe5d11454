// SPDX-License-Identifier: GPL-2.0-only
// In which header and field a byte of a cell's packet is.
#pragma once

#include "matrix/result.h"

#include <string>

namespace gueway::matrix {

// "outer IPv4 length", "GUE", "inner TCP", "payload" of what came, or should have, to the worker;
// "ICMP MTU", "quoted IPv6" of what came to the client. `packet` is one that was expected.
std::string header_name(const Cell& cell, const Packet& packet, size_t at);

// It is in a checksum, which is another wherever something else is.
bool in_checksum(const Cell& cell, const Packet& packet, size_t at);

} // namespace gueway::matrix
