// SPDX-License-Identifier: GPL-2.0-only
// Where to write a line's name so that it covers neither a line nor another name.
#pragma once

#include "report/distribution.h"

#include <vector>

namespace gueway {

// In pixels, y downwards.
struct Box {
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;
};

// A text of this size that belongs to the point `at`.
struct LabelWish {
    Point at;
    double width = 0;
    double height = 0;
};

// One box for each wish, within `area` where it fits: the nearest place right or left of its point
// that covers the fewest `obstacles` (points of the drawn lines, dense enough to stand for them)
// and no label placed before.
std::vector<Box> place_labels(const std::vector<LabelWish>& wishes, const Box& area,
                              const std::vector<Point>& obstacles);

} // namespace gueway
