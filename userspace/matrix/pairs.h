// SPDX-License-Identifier: GPL-2.0-only
// What should have come of a cell beside what did, packet by packet.
#pragma once

#include "matrix/result.h"

#include <cstddef>
#include <vector>

namespace gueway::matrix {

// One of them may be missing: what did not come, or should not have.
//   differs  places of bytes that are not those of the other, in their order; of one that is
//            shorter, what it has not. None where either has no bytes
struct Pair {
    const Packet* expected = nullptr;
    const Packet* seen = nullptr;
    std::vector<size_t> differs;

    bool tells() const { return !expected || !seen || !differs.empty(); }
};

Pair pair(const Packet& expected, const Packet& seen); // points to them

// Of each place, in their order: the first with the first, and so on. They point into `result`.
std::vector<Pair> pairs(const CellResult& result);

// The first ones that tell something, at most that many; if none does, the first ones.
std::vector<size_t> telling(const std::vector<Pair>& pairs, size_t most);

// Packets of a cell whose bytes are shown: a page is read by people.
inline constexpr size_t most_dumped = 3;

bool within(const std::vector<Stretch>& stretches, size_t at);

} // namespace gueway::matrix
