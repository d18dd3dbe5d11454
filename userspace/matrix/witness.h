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
    // Its gsobench runs: cells are coming.
    void comes_up() { up_ = true; }
    bool up() const { return up_; }
    // A line of the kernel's log that complains; before it came up, of its boot.
    void splat(std::string text);
    // No cell's.
    const std::vector<std::string>& boot() const { return boot_; }
    // All that was given.
    bool done() const { return ledger_->undone(given_).empty(); }

    //   changed  places whose results are others now
    //   death    nothing: all that was given is done, and the guest ended as it should
    //   lost     it is the second guest that the cell of `death` has killed
    struct End {
        std::vector<size_t> changed;
        std::optional<Death> death;
        bool lost = false;
    };
    // The guest is gone. A splat that no result has told is laid against the cell whose result came
    // next: the guest reads its log too, but not all that its kernel says gets there. `why`: how it
    // ended, for want of a splat; empty: as it should.
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
    std::vector<std::string> told_, boot_;
    std::vector<Seen> splats_;
    bool up_ = false;
};

} // namespace gueway::matrix
