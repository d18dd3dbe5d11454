// SPDX-License-Identifier: GPL-2.0-only
// All bytes of what came, held against another writer's of the same packets: what no field that is
// looked at has told.
#pragma once

#include "matrix/result.h"

#include <string>
#include <vector>

namespace gueway::matrix {

// Of one packet: what it has otherwise than the expected one, in one line; or nothing.
std::vector<std::string> check_packet(const Cell& cell, const Packet& expected, const Packet& seen);

// Of a result that has all expected and all seen packets, whole: the first byte that is another,
// and in how many packets there is one.
std::vector<std::string> check_bytes(const CellResult& result);

} // namespace gueway::matrix
