// SPDX-License-Identifier: GPL-2.0-only
// Runs cells on the kernel that is running, in network namespaces of its own. Needs root, IPVS, fou
// and, for cells on a wire, the module kernel/mlx5ish, loaded.
#pragma once

#include "matrix/result.h"
#include "util/result.h"

#include <functional>
#include <span>

namespace gueway::matrix {

// In the order given; `begin` and `done` are told of each, `begin` before anything is sent. An
// Error means that it could not go on at all. Leaves nothing behind.
struct CellListener {
    std::function<void(size_t index)> begin;
    std::function<void(size_t index, CellResult&&)> done;
};
Result<void> run_cells(std::span<const Cell> cells, const CellListener& listener);

} // namespace gueway::matrix
