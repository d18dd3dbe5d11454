// SPDX-License-Identifier: GPL-2.0-only
// One cell's result as markup, for the page.
#pragma once

#include "matrix/result.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gueway::matrix {

// Complaints, each packet as it was expected beside what was captured, counters. Of a few packets
// that tell something the bytes.
std::string cell_html(const CellResult& result);

// What the marks in it mean, once for a page; and how they look.
std::string cell_legend();
extern const std::string_view cell_style;

//   differs   bytes that are marked, in order
//   any       bytes that are pale
//   hide_any  and nobody knows them
struct Marks {
    std::vector<size_t> differs;
    std::vector<Stretch> any;
    bool hide_any = false;
};
// "0000  45 00 05 dc ...", 16 bytes a line.
std::string hex_dump(std::span<const uint8_t> bytes, const Marks& marks = {});

} // namespace gueway::matrix
