// SPDX-License-Identifier: GPL-2.0-only
#include "bench/paths/clock.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace gueway::bench {

namespace {

// Of a loop of two instructions. The kernel's tick may come between: the least of a few.
uint64_t loop(uint64_t rounds)
{
    uint64_t least = std::numeric_limits<uint64_t>::max();
    for (int i = 0; i < 5; ++i) {
        uint64_t left = rounds;
        const uint64_t before = instructions();
        asm volatile("1: dec %0\n jnz 1b" : "+r"(left)::"cc");
        least = std::min(least, instructions() - before);
    }
    return least;
}

} // namespace

Result<void> check_clock()
{
    constexpr uint64_t rounds = 100'000, each = 2;
    const auto slope = loop(2 * rounds) - loop(rounds);
    if (slope == rounds * each) return {};
    return error("time stamp counter", "count instructions",
                 fmt::format("a loop of {} instructions took {}", rounds * each, slope),
                 "run this in netlab's exact lane");
}

} // namespace gueway::bench
