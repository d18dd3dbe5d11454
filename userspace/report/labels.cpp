// SPDX-License-Identifier: GPL-2.0-only
#include "report/labels.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gueway {

namespace {

constexpr double gap = 7; // between a point and its label, pixels

bool overlap(const Box& a, const Box& b)
{
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

bool inside(const Box& inner, const Box& outer)
{
    return inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top &&
           inner.bottom <= outer.bottom;
}

bool covers(const Box& box, const Point& p)
{
    return p.x > box.left - 2 && p.x < box.right + 2 && p.y > box.top && p.y < box.bottom;
}

// Ordered by what a reader minds most: a label over a label, out of the picture, over a line, far.
double cost(const Box& box, double away, const Box& area, const std::vector<Box>& placed,
            const std::vector<Point>& obstacles)
{
    double sum = std::abs(away) / 100;
    for (const auto& other : placed) sum += overlap(box, other) ? 1e6 : 0;
    if (!inside(box, area)) sum += 1e5;
    sum += static_cast<double>(
        std::ranges::count_if(obstacles, [&](const Point& p) { return covers(box, p); }));
    return sum;
}

Box best_place(const LabelWish& wish, const Box& area, const std::vector<Box>& placed,
               const std::vector<Point>& obstacles)
{
    constexpr int reach = 8; // half label heights up and down
    Box best;
    double least = std::numeric_limits<double>::infinity();
    for (int step = 0; step <= 2 * reach; ++step)
        for (const bool right : {true, false}) {
            const int halves = (step % 2 ? 1 : -1) * ((step + 1) / 2); // 0, 1, -1, 2, ...
            const double shift = halves * wish.height / 2;
            const double left = right ? wish.at.x + gap : wish.at.x - gap - wish.width;
            const double top = wish.at.y - wish.height / 2 + shift;
            const Box box{left, top, left + wish.width, top + wish.height};
            const double price = cost(box, shift, area, placed, obstacles);
            if (price < least) least = price, best = box;
        }
    return best;
}

} // namespace

std::vector<Box> place_labels(const std::vector<LabelWish>& wishes, const Box& area,
                              const std::vector<Point>& obstacles)
{
    std::vector<Box> placed;
    placed.reserve(wishes.size());
    for (const auto& wish : wishes) placed.push_back(best_place(wish, area, placed, obstacles));
    return placed;
}

} // namespace gueway
