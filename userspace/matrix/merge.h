// SPDX-License-Identifier: GPL-2.0-only
// Results of several runs as one: the shards of a selection, or kernels that ran apart.
#pragma once

#include "matrix/result.h"
#include "util/result.h"

#include <vector>

namespace gueway::matrix {

// Kernels of one name and release become one, with the cells of all. Different seeds, and a cell
// that two of them have on one kernel, are Errors. At least one result.
Result<MatrixResult> merged(std::vector<MatrixResult> results);

} // namespace gueway::matrix
