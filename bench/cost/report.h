// SPDX-License-Identifier: GPL-2.0-only
// A table of what was measured, with bars that it is held to.
#pragma once

#include "bench/cost/measure.h"
#include "report/table.h"

#include <functional>
#include <string>
#include <vector>

namespace gueway::bench {

class Report {
public:
    // Of a column.
    using Cell = std::function<std::string(size_t)>;
    using Figure = std::function<double(size_t)>;

    // Columns after the first, which names the lines.
    Report(std::string lines, const std::vector<std::string>& columns);

    void add(const std::string& name, const Cell& cell);
    void add_figure(const std::string& name, const Figure& figure);
    // A bar for one figure of each column. What is no number misses it.
    void hold(const std::string& name, const Figure& figure, double most);
    bool missed() const { return missed_; }
    std::string text() const { return table_text(table_, 120); }

private:
    size_t columns_;
    Table table_;
    bool missed_ = false;
};

std::vector<std::string> shape_names();

// Of a shape: what `with` takes beside `base` on the packets' way, and by what part that is more.
double added(const Row& with, const Row& base, size_t shape);
double part(const Row& with, const Row& base, size_t shape);

} // namespace gueway::bench
