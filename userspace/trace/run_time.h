// SPDX-License-Identifier: GPL-2.0-only
// What runs have in common that count drops and that follow packets.
#pragma once

#include "probe/hooked.h"

#include <chrono>

namespace gueway {

using RunClock = std::chrono::steady_clock; // CLOCK_MONOTONIC, as the events' times

// How often the ring is looked at when little comes, and a limit noticed.
constexpr auto run_look = std::chrono::milliseconds(50);

inline double milliseconds_since(RunClock::time_point begin)
{
    return Milliseconds(RunClock::now() - begin).count();
}

} // namespace gueway
