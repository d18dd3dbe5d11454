// SPDX-License-Identifier: GPL-2.0-only
// Results of several runs as one: the shards of a selection, or kernels that ran apart.
#pragma once

#include "matrix/result.h"
#include "util/result.h"

#include <cstdint>
#include <vector>

namespace gueway::matrix {

// whole  that a kernel has some shards of a selection and not others is said in its `stopped`
enum class Parts : uint8_t { any, whole };

// Kernels of one name and release become one, with the cells of all. Different seeds, a cell that
// two of them have on one kernel, shards of one kernel of which the rules left out other
// combinations (so that they are of two selections), and parts of one kernel that two builds of
// gsobench judged are Errors. At least one result.
Result<MatrixResult> merged(std::vector<MatrixResult> results, Parts parts = Parts::any);

} // namespace gueway::matrix
