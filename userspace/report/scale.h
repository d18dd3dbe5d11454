// SPDX-License-Identifier: GPL-2.0-only
// From values to places on an axis, and the round numbers to write beside it.
#pragma once

#include <vector>

namespace gueway {

enum class ScaleKind { Linear, Log };

// A range of values; low < high, and both above 0 when Log. nice_scale() makes sure of it.
struct Scale {
    ScaleKind kind = ScaleKind::Linear;
    double low = 0;
    double high = 1;

    // 0 at low, 1 at high; values outside stay at the edge they passed.
    double place(double value) const;
};

// The range grown to round bounds: when Linear, to a multiple of the step between at most `most`
// ticks, when Log, to 1, 2 or 5 times a power of ten. An empty range is widened around its value;
// Log with low <= 0 spans three decades below high.
Scale nice_scale(ScaleKind kind, double low, double high, int most = 6);

// Round values within the scale, ascending, at most `most` (>= 2) of them. A Log scale that holds
// fewer than two of its own takes linear ones.
std::vector<double> ticks(const Scale& scale, int most);

} // namespace gueway
