// SPDX-License-Identifier: GPL-2.0-only
// Time as gwflow measures it.
#pragma once

#include <cstdint>
#include <ctime>

namespace gueway::flow {

inline constexpr int64_t ns_per_s = 1'000'000'000;
inline constexpr int64_t ns_per_ms = 1'000'000;

// Nanoseconds of CLOCK_MONOTONIC: the only clock there is here, so that a guest whose wall clock
// is wrong, or made of instructions, measures the same.
inline int64_t now_ns()
{
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * ns_per_s + now.tv_nsec;
}

} // namespace gueway::flow
