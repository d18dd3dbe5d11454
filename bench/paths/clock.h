// SPDX-License-Identifier: GPL-2.0-only
// The exact lane's clock: its time stamp counter counts instructions (lab-facts: -icount shift=0).
#pragma once

#include "util/result.h"

#include <cstdint>

namespace gueway::bench {

// Executed by the processor so far, in whatever process and in the kernel.
inline uint64_t instructions()
{
    return __builtin_ia32_rdtsc();
}

// An Error where that is not so: on hardware, in another lane. A loop of known length tells.
Result<void> check_clock();

} // namespace gueway::bench
