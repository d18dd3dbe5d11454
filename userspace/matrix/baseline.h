// SPDX-License-Identifier: GPL-2.0-only
// A matrix held against an earlier one.
#pragma once

#include "matrix/alike.h"
#include "matrix/result.h"
#include "matrix/troubles.h"
#include "util/json_fwd.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace gueway::matrix {

//   same           the two are alike()
//   better, worse  by outcome: passed, known, failed, lost; less bugs than before are better, and
//                  others worse
//   added          the baseline has no such cell, and it is well
//   added_bad      nor this one, and it is not: it failed, was lost, or has a known bug, if those
//                  are not allowed
enum class Against : uint8_t { same, better, worse, added, added_bad };

// Cells that were run on a kernel before and are left out now, by a rule that left out nothing
// then: the kernel cannot what it could, or no module could be built for it.
struct LeftOut {
    const KernelResult* kernel = nullptr; // of the new result
    std::string rule;
    uint64_t cells = 0;
};

// Finds the cells of an earlier result, which must outlive it. Kernels are the same when they were
// asked for by the same words, paths in full, and with the same ip_vs.
class Baseline {
public:
    explicit Baseline(const MatrixResult& before, bool allow_known = false);
    // Any cell of the kernel.
    bool has(const std::string& kernel, const std::string& ip_vs) const;
    const CellResult* find(const KernelResult& kernel, const Cell& cell) const;
    Against against(const KernelResult& kernel, const CellResult& now) const;
    size_t size() const { return cells_.size(); }
    // What went wrong beside the cells of a kernel and did not then: lines of the boot, numbers
    // aside, that it has not, deaths of cells of which no guest died, and whatever stopped it.
    std::vector<Trouble> troubles(const KernelResult& now) const;
    // Where the same selection was asked for with the same seed.
    std::vector<LeftOut> left_out(const MatrixResult& now) const;

private:
    using Key = std::tuple<std::string, std::string, Cell>;
    const KernelResult* same_kernel(const KernelResult& now) const; // nullptr: there is none
    const MatrixResult* before_;
    std::map<Key, const CellResult*> cells_;
    std::set<std::pair<std::string, std::string>> kernels_; // that have cells
    bool allow_known_;
};

// A cell that came out another way: "passed", "known inner-mac", "failed".
struct Change {
    const KernelResult* kernel = nullptr; // of the new result
    Cell cell;
    std::string before; // empty: it was not there
    std::string now;
    std::string complaint; // the first of now
};

// "boot" or "death", as Baseline::troubles() finds them.
struct Beside {
    const KernelResult* kernel = nullptr; // of the new result
    Trouble trouble;
};

//   compared       cells that both have
//   added, missing those that only one of the two has; added_bad is of the former, left_out of the
//                  latter
//   beside         what stopped a kernel is none of it: that is no change but a failure
struct Changes {
    std::vector<Change> better, worse, added_bad;
    std::vector<LeftOut> left_out;
    std::vector<Beside> beside;
    uint64_t compared = 0, added = 0, missing = 0;
    bool none() const
    {
        return better.empty() && worse.empty() && added_bad.empty() && left_out.empty() &&
               beside.empty();
    }
};
// "rule no-module leaves out 1380 cells of the baseline: a kernel ... has none"
std::string text(const LeftOut& left_out);
// "6.1 stock: a guest died during gue/in4/...: Kernel panic ..."
std::string text(const Beside& beside);
// Points into `now`.
Changes changes(const Baseline& before, const MatrixResult& now);

// "12 cells compared, 3 not in it: nothing changed"
std::string summary(const Changes& changes);
std::string changes_text(const Changes& changes, size_t width = 80);
// Member "baseline" of gueway.matrix/1: see Documentation/gsobench.md.
Json to_json(const Changes& changes);

} // namespace gueway::matrix
