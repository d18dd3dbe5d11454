// SPDX-License-Identifier: GPL-2.0-only
// A matrix held against an earlier one.
#pragma once

#include "matrix/result.h"

#include <string>
#include <vector>

namespace gueway::matrix {

// A cell that came out another way: "passed", "known inner-mac", "failed".
struct Change {
    std::string kernel; // as of title()
    Cell cell;
    std::string before, now;
    std::string complaint; // the first of now
};

//   better, worse  by outcome: passed, known, failed, lost; other bugs than before are worse
//   compared       cells that both have, on kernels of the same name
//   added, missing those that only one of the two has
struct Changes {
    std::vector<Change> better, worse;
    uint64_t compared = 0, added = 0, missing = 0;
    bool none() const { return better.empty() && worse.empty(); }
};
Changes changes(const MatrixResult& before, const MatrixResult& now);

std::string changes_text(const Changes& changes, size_t width = 80);

} // namespace gueway::matrix
