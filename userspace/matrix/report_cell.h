// SPDX-License-Identifier: GPL-2.0-only
// One cell's result as markup, for the page.
#pragma once

#include "matrix/result.h"

#include <span>
#include <string>

namespace gueway::matrix {

// Complaints, what was expected beside what was captured, counters.
std::string cell_html(const CellResult& result);

// "0000  45 00 05 dc ...", 16 bytes a line.
std::string hex_dump(std::span<const uint8_t> bytes);

} // namespace gueway::matrix
