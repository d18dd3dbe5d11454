// SPDX-License-Identifier: GPL-2.0-only
// The exact benchmark's figures as tables, for the terminal and for the page, and what they say
// about GUE and the tunnel device that it takes the place of.
#pragma once

#include "exact/figures.h"
#include "report/table.h"

namespace gueway::exact {

// Columns of the figures of ways: a size, and for GSO packets with and without segmentation in
// software. Those that are there.
struct SizeColumn {
    std::string size;
    bool software = false;
    bool gso = false; // cut into segments in software; others are there once, as offloaded
};
std::vector<SizeColumn> size_columns(const Figures& figures);
std::vector<std::string> ways(const Figures& figures); // in their order
// Nothing when it is not there or failed. Of a size that is not cut both are the same.
const Figure* way_figure(const Figures& figures, const std::string& way, const SizeColumn& column);

Table ways_table(const Figures& figures);                             // all sizes
Table stages_table(const Figures& figures, const SizeColumn& column); // of one
Table repairs_table(const Figures& figures);                          // what they add
Table growth_table(const Figures& figures);                           // connections, workers
std::string column_title(const SizeColumn& column);                   // "64KiB, in software"

// For each GUE and each column, where both are there: what it takes more or less than the FOU
// interface, and in which stages. One line each.
struct AgainstLegacy {
    std::string line;
    bool more = false;
};
std::vector<AgainstLegacy> against_legacy(const Figures& figures);

// A row for each way, a column for each size; and what the numbers are.
Table ratios_table(const Ratios& ratios);
std::string ratios_note(const Ratios& ratios);

// Figures that could not be measured, and why; last what stopped it.
std::vector<std::string> failures(const Figures& figures);

} // namespace gueway::exact
