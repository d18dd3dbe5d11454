// SPDX-License-Identifier: GPL-2.0-only
// Two runs of the exact benchmark against each other: which figures moved by more than a band.
#pragma once

#include "exact/figures.h"
#include "report/table.h"

namespace gueway::exact {

// A figure that is in one of them or in both.
//   value   "instructions", or "first" of workers
//   stage   where most of the change is, and what it is there; empty for a figure without stages
//   outside it moved by more than the band, is an error now, is gone, or has other segments
//   why     it is outside, other than by its size; or, when it is not, what is odd about it
struct Change {
    std::string name, value;
    std::optional<double> before, after;
    std::string stage;
    bool outside = false;
    std::string why;
};

// Shares: 0.005 is half a per cent. What moves by a band is within.
//   band    of all figures but "first"
//   first   of that, which moves with what else is in the kernel more than others. Nothing: it only
//           has to be there; unless `band` is 0, which says that nothing is to move
//   common  only figures that both have are compared
struct Limits {
    double band = 0;
    std::optional<double> first;
    bool common = false;
};

//   common                   figures that both have
//   only_before, only_after  that one has
struct Comparison {
    std::vector<Change> changes;
    // That differ, what of the context does, and what stopped one of them: one line each.
    std::vector<std::string> artefacts;
    size_t common = 0, only_before = 0, only_after = 0;

    size_t outside() const;
};

Comparison compare(const Figures& before, const Figures& after, const Limits& limits);

Table to_table(const Comparison& comparison);

// "0.5%" or "0.5", per cent, from 0 on and finite; nothing for other texts.
std::optional<double> parse_band(std::string_view text);

} // namespace gueway::exact
