// SPDX-License-Identifier: GPL-2.0-only
// All that may be seen of a cell on kernels with some of the known bugs.
#pragma once

#include "matrix/look.h"

#include <string>
#include <vector>

namespace gueway::matrix {

// The first is of no bug; each other is of some that touch the cell, one after the other.
struct Variant {
    std::vector<std::string> bugs;
    Look look;
};
std::vector<Variant> variants(const Cell& cell);

} // namespace gueway::matrix
