// SPDX-License-Identifier: GPL-2.0-only
// Packets that must come through on a cell's way after it: the cell has left nothing behind.
#pragma once

#include "matrix/cell.h"

#include <vector>

namespace gueway::matrix {

// Cells of the same way: tunnel, families, underlay and its MTU, entrance, what the director does
// with packets that may not be fragmented. The first is small. The second
// fits exactly, so that a route that has learned a smaller MTU does not pass it. After
// a router the underlay is as long as it was in front of it, for what it said to be noticed; and
// where it is a byte too short for any packet to come through, it is that byte longer.
std::vector<Cell> sentinels(const Cell& cell);

// Sentinels of one are sentinels of the other.
bool same_way(const Cell& one, const Cell& other);

} // namespace gueway::matrix
