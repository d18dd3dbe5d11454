// SPDX-License-Identifier: GPL-2.0-only
// Two runs of the exact benchmark against each other: which figures moved by more than a band.
#pragma once

#include "exact/figures.h"
#include "report/table.h"

namespace gueway::exact {

// A figure that is in one of them or in both.
//   value   "instructions", or "first" of workers
//   stage   where most of the change is, and what it is there; empty for a figure without stages
//   outside it moved by more than the band, became an error, is gone, or has other segments
struct Change {
    std::string name, value;
    std::optional<double> before, after;
    std::string stage;
    bool outside = false;
    std::string why; // it is outside, other than by its size
};

struct Comparison {
    std::vector<Change> changes;
    std::vector<std::string> artefacts; // that differ, and what of the context does: one line each

    size_t outside() const;
};

// `band` is a share: 0.005 is half a per cent. What moves by it is within.
Comparison compare(const Figures& before, const Figures& after, double band);

Table to_table(const Comparison& comparison);

// "0.5%" or "0.5", per cent, from 0 on; nothing for other texts.
std::optional<double> parse_band(std::string_view text);

} // namespace gueway::exact
