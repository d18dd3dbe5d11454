// SPDX-License-Identifier: GPL-2.0-only
// Cells one after the other on one rig, such that what is said of each is its own.
//
// What a cell leaves behind may fail another. Sentinels behind each cell would show that, and take
// as long again; so they go behind cells that did not pass, and in front of another way. A cell
// that fails behind others that passed without one is therefore under suspicion of nothing but its
// place: it runs again on a rig made anew, and that is what counts. When it fails there too, it is
// as if it had been the first. When it does not, it is failed all the same, with what was seen of
// it at first and the cell before it by name: either that one leaves something behind, which is a
// failure of a director that no cell alone shows, or the same packet fares well at one time and not
// at another. Both are nothing to release on, and which of the two it was can be asked: the cells
// can be run by name, in this order. A cell that bugs with a name explain to the last counter is
// not run again: they say what is seen of it on any rig.
//
// The same is done when it is the sentinel that does not come: behind others, it need not be the
// last one's fault.
//
// To make a rig anew takes as long as hundreds of cells, so that it is done most_anew times only.
// From then on a sentinel is sent behind each cell, for the next to be judged at once: no cell is
// judged by less, and a kernel that fails a thousand of them costs those rigs and at most one
// packet more for each cell.
#pragma once

#include "matrix/observe.h"
#include "matrix/result.h"

#include <functional>
#include <optional>
#include <string>

namespace gueway::matrix {

//   seen  nothing: the cell could not be run to its end, and the rig is none any more
struct Turn {
    CellResult result;
    std::optional<Observation> seen;
};

// Where cells run: a rig on a kernel; for tests, neither.
class Stage {
public:
    virtual ~Stage() = default;
    virtual bool has_rig() const = 0;
    virtual Result<void> make_rig() = 0;
    virtual void drop_rig() = 0;
    virtual Turn run(const Cell& cell) = 0; // on a rig
};

class Turns {
public:
    static constexpr unsigned most_anew = 4;

    // `captured`: told of each cell that could be run, once, with its verdict; may be empty. The
    // stage must outlive it.
    using Captured = std::function<void(const CellResult&, const Observation&)>;
    explicit Turns(Stage& stage, Captured captured = {})
        : stage_(stage), captured_(std::move(captured))
    {}
    // `next`: which comes after it; nullptr: none. An Error: there is no rig for it.
    Result<CellResult> run(const Cell& cell, const Cell* next);

private:
    Turn take(const Cell& cell, bool ask);
    Turn take_again(const Cell& cell, Turn first);
    void check_way(const Cell& cell, CellResult& result);
    std::string behind() const;

    Stage& stage_;
    Captured captured_;
    unsigned anew_ = 0;        // rigs made for a cell to run again
    unsigned unasked_ = 0;     // cells on this rig behind which nobody has sent a sentinel
    std::optional<Cell> last_; // of these
};

} // namespace gueway::matrix
