// SPDX-License-Identifier: GPL-2.0-only
// What one guest at some of the cells says, taken into the ledger: results, what its kernel
// complains of, and how it ended. The lines of its gsobench and those of its kernel's log come by
// different ways, of which either may be ahead of the other.
#pragma once

#include "matrix/json.h"
#include "matrix/ledger.h"

#include <optional>
#include <string>
#include <vector>

namespace gueway::matrix {

class Witness {
public:
    // `given`: places in the selection, of which the first runs first. The ledger must outlive it.
    Witness(std::span<const Cell> selection, Ledger& ledger, std::vector<size_t> given);

    void result(size_t place, CellResult result);
    // A line of the kernel's log that complains.
    void splat(std::string text);
    // All that was given.
    bool done() const { return ledger_->undone(given_).empty(); }

    //   changed  places whose results are others now
    //   death    nothing: all that was given is done
    //   lost     it is the second guest that the cell of `death` has killed
    struct End {
        std::vector<size_t> changed;
        std::optional<Death> death;
        bool lost = false;
    };
    // The guest is gone. A splat that no result has told is laid against the cell whose result came
    // next: the guest reads its log too, but not all that its kernel says gets there. `why`: how it
    // ended, for want of a splat.
    End end(const std::string& why);

private:
    struct Seen {
        std::string text;
        size_t results; // that had come before it
    };
    std::vector<Seen> untold() const;
    void blame(const Seen& splat, size_t place, End& end);
    Death death(std::vector<Seen> splats, const std::string& why, End& end);

    std::span<const Cell> selection_;
    Ledger* ledger_;
    std::vector<size_t> given_;
    std::vector<size_t> came_; // places, in the order of their results
    std::vector<std::string> told_;
    std::vector<Seen> splats_;
};

} // namespace gueway::matrix
