// SPDX-License-Identifier: GPL-2.0-only
// Charts as inline SVG: lines over two axes, named where they run. Coloured by classes of the
// page's style sheet, so that one drawing serves light and dark.
#pragma once

#include "report/distribution.h"
#include "report/html.h"
#include "report/scale.h"

#include <string>
#include <vector>

namespace gueway {

struct Axis {
    Scale scale;
    std::string title;                       // what is counted and its unit; may be empty
    std::string (*format)(double) = nullptr; // writes a tick; null: tick_number
    int ticks = 6;                           // at most
};

struct Label {
    std::string text;
    Point at; // what it names, in values of the axes
};

struct Series {
    std::string name; // shown when the pointer rests on the line, and read aloud
    Tone tone = Tone::Plain;
    bool dashed = false;
    std::vector<Point> points; // ascending x; y holds until the next point's x (a staircase)
    bool open = false;         // ends in an arrow: what follows is beyond what was measured
    std::vector<Label> labels; // written beside their points, where they cover least
};

// A moment on the x axis: a line from top to bottom, named above the plot on its right.
struct Mark {
    double x = 0;
    std::string text;
};

struct Chart {
    std::string title;       // above the plot
    std::string description; // for those who do not see it
    Axis x;
    Axis y;
    std::vector<Series> series; // the later ones are drawn over the earlier
    std::vector<Mark> marks;
    int width = 420; // in units of 1/12 of the text's height; the page scales it
    int height = 220;
    int left = 0; // where the plot begins at the least, so that charts below each other can align
};

// An <svg>. A chart without points keeps its axes and says "no data".
std::string chart_svg(const Chart& chart);

} // namespace gueway
