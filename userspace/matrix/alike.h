// SPDX-License-Identifier: GPL-2.0-only
// Whether a cell came out in one way twice: on two kernels, or in two runs.
#pragma once

#include "matrix/result.h"

#include <set>
#include <string>
#include <string_view>

namespace gueway::matrix {

// A complaint, or a line of a kernel's log, without numbers, which are of the run: ports, IDs,
// addresses.
std::string kind(std::string_view complaint);
std::set<std::string> kinds(const CellResult& result);

// "known inner-mac"
std::string words(const CellResult& result);

// Outcome and bugs are the same, and of a failed cell what is wrong, numbers aside.
bool alike(const CellResult& one, const CellResult& other);

} // namespace gueway::matrix
