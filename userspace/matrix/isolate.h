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

// Of the cells that both kernels have, but for `one_sided`. Two results differ as in a baseline,
// and when a guest died of the cell on one kernel alone.
//   compared   how many
//   touched    those that a bug's predicate names (KnownBug::strikes)
//   aside      not named by these, but by one of Question::aside
//   untouched  named by none, and yet they came out in two ways
//   same       named, and yet they came out in one way
//   missed     named, and on the kernel that has the bugs not known, or not by one of these
//   mistaken   taken for one of the bugs on the kernel that does not have them
//   unwell     named, and failed or lost on that kernel: it tells nothing of the bug
//   one_sided  cells that one of the kernels has not
struct Isolation {
    uint64_t compared = 0, touched = 0, aside = 0;
    std::vector<Cell> untouched, same, missed, mistaken, unwell, one_sided;
    bool exact() const
    {
        return touched > 0 && untouched.empty() && same.empty() && missed.empty() &&
               mistaken.empty() && unwell.empty() && one_sided.empty();
    }
};
// A kernel that has the bugs, and one that does not, as --kernel has them: "6.1:vulnerable".
struct KernelPair {
    std::string with, without;
};
using Bugs = std::vector<const KnownBug*>;
//   bugs   that are to be on one of them alone
//   aside  others, that the kernels may have or not have as they like
struct Question {
    Bugs bugs, aside;
    KernelPair kernels;
};
// A kernel that was stopped before all its cells were done is an Error: what it would have shown
// nobody knows.
Result<Isolation> isolate(const MatrixResult& result, const Question& question);

std::string isolation_text(const Isolation& found, const Question& question);

} // namespace gueway::matrix
