// SPDX-License-Identifier: GPL-2.0-only
// Tables: one model, printed as fixed-width text or as HTML.
#pragma once

#include "report/columns.h"
#include "report/html.h"

#include <string>
#include <vector>

namespace gueway {

struct Column {
    std::string title;
    Align align = Align::Left;
    // Neighbours of the same group share a heading, which stands in place of their titles; HTML
    // shows those when the pointer rests on a cell.
    std::string group;
    std::string joint; // stands between this column and the one before, as " → "
};

struct TableCell {
    std::string text;
    Tone tone = Tone::Plain;
};

struct Table {
    std::string caption; // HTML writes it above the table; text leaves that to its caller
    std::vector<Column> columns;
    std::vector<std::vector<TableCell>> rows; // a short row ends in empty cells
};

// Lines without trailing blanks, a heading first unless all titles are empty. When it would be
// wider than `width`, the widest left-aligned column is cut, with "…" to show it, down to 8 columns
// at the least; numbers are never cut.
std::string table_text(const Table& table, size_t width = 100);

// A <table>; the first column's cells are row headings.
std::string table_html(const Table& table);

} // namespace gueway
