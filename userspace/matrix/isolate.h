// SPDX-License-Identifier: GPL-2.0-only
// Whether two kernels differ in the cells that some bugs touch, and in no others.
#pragma once

#include "matrix/known_bugs.h"
#include "matrix/result.h"
#include "util/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gueway::matrix {

// Of the cells that both kernels have.
//   compared   how many
//   touched    those that a bug's predicate names (KnownBug::strikes)
//   untouched  not named, and yet they came out in two ways
//   same       named, and yet they came out in one way
//   missed     named, and taken for none of the bugs on the kernel that has them
//   mistaken   taken for one of the bugs on the kernel that does not have them
struct Isolation {
    uint64_t compared = 0, touched = 0;
    std::vector<Cell> untouched, same, missed, mistaken;
    bool exact() const
    {
        return touched > 0 && untouched.empty() && same.empty() && missed.empty() &&
               mistaken.empty();
    }
};
// A kernel that has the bugs, and one that does not, as --kernel has them: "6.1:vulnerable".
struct KernelPair {
    std::string with, without;
};
using Bugs = std::vector<const KnownBug*>;
Result<Isolation> isolate(const MatrixResult& result, const Bugs& bugs, const KernelPair& kernels);

std::string isolation_text(const Isolation& found, const Bugs& bugs, const KernelPair& kernels);

} // namespace gueway::matrix
