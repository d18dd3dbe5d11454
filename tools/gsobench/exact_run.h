// SPDX-License-Identifier: GPL-2.0-only
// The exact benchmark's figures, measured in guests.
#pragma once

#include "exact/figures.h"
#include "util/result.h"

#include <string>

namespace gueway {

//   kernel  as netlab has it, perhaps with ":patched"
//   filter  regular expression for names of figures; empty: all
struct ExactRun {
    std::string kernel = "6.1", filter;
    bool verbose = false;
};

// One guest of the exact lane after the other. A figure that could not be measured has its error;
// what the kernel cannot have is left out, and said so on standard error. What ends it early is in
// the figures, beside what was measured; an Error means that nothing was.
Result<exact::Figures> measure_exactly(const ExactRun& wanted);
// Whether the filter has figures of ways other than the FOU interface: an Error when it has none.
Result<void> check_ratios(const ExactRun& wanted);
// Wall time in a guest of the smp lane: of these ways.
Result<exact::Ratios> measure_ratios(const ExactRun& wanted);

} // namespace gueway
