// SPDX-License-Identifier: GPL-2.0-only
// Runs cells on the kernel that is running, in network namespaces of its own. Needs root, IPVS, fou
// and, for cells on a wire, the module kernel/mlx5ish, loaded.
#pragma once

#include "matrix/result.h"
#include "util/result.h"

#include <functional>
#include <span>

namespace gueway::matrix {

struct Observation; // matrix/observe.h

// In the order given; `begin` and `done` are told of each, `begin` before anything is sent. Leaves
// nothing behind. What goes wrong with a cell, whatever it is, fails that cell, and the rig is made
// anew; what is another cell's fault is told from its own as turns.h says. An Error means that this
// could not be done; what `done` was told stands.
//   captured  before `done`, where a cell could be run to its end: what was seen, with times; of
//             one that ran twice, what its verdict is of
//   stop      asked before each cell and behind it: then no more is run, which is an Error. What
//             the cell found during which it came is not told: a signal may have made it
struct CellListener {
    std::function<void(size_t index)> begin;
    std::function<void(size_t index, CellResult&&)> done;
    std::function<void(const CellResult&, const Observation&)> captured;
    std::function<bool()> stop;
};
Result<void> run_cells(std::span<const Cell> cells, const CellListener& listener);

} // namespace gueway::matrix
