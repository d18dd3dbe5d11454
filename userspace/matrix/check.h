// SPDX-License-Identifier: GPL-2.0-only
// Judges what was seen of a cell by what should have been.
#pragma once

#include "matrix/observe.h"
#include "matrix/result.h"

namespace gueway::matrix {

// Known is what bugs with a name explain to the last complaint. What they leave makes a cell fail:
// its complaints are then those that are left, its bugs those that explain the others.
CellResult judge(const Cell& cell, const Observation& seen);

} // namespace gueway::matrix
