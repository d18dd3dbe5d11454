// SPDX-License-Identifier: GPL-2.0-only
// Horizontal bars of parts, side by side, as inline SVG; a part's colour is the class "partN" of
// the page's style.
#pragma once

#include <string>
#include <vector>

namespace gueway::exact {

struct Bar {
    std::string name;
    std::vector<double> parts; // from the left; those below 0 are left out
};

struct Bars {
    std::string title;
    std::vector<std::string> parts; // their names, shown when the pointer rests on one
    std::vector<Bar> bars;
};

// The scale begins at 0 and ends at the longest bar; its sum is written behind each.
std::string bars_svg(const Bars& bars);

} // namespace gueway::exact
