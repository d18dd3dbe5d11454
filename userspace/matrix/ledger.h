// SPDX-License-Identifier: GPL-2.0-only
// Which cells of a selection are done, while guests come and go.
#pragma once

#include "matrix/result.h"
#include "util/result.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gueway::matrix {

// Places in a selection, in rising order, as "0-99,200,300-312"; nothing as "".
std::string ranges_text(const std::vector<size_t>& places);
// `limit`: all are below.
Result<std::vector<size_t>> parse_ranges(std::string_view text, size_t limit);

class Ledger {
public:
    explicit Ledger(std::span<const Cell> selection)
        : selection_(selection.begin(), selection.end()), results_(selection.size())
    {}

    void take(size_t place, CellResult result);
    // What was wrong beside what the cell itself found: it is failed then.
    void blame(size_t place, const std::string& complaint);

    size_t size() const { return results_.size(); }
    size_t done() const { return done_; }
    size_t count(Outcome outcome) const;
    std::vector<size_t> undone() const;
    // Those of `places` that are not done.
    std::vector<size_t> undone(const std::vector<size_t>& places) const;
    // The undone in at most `count` parts of about one length, each of neighbours.
    std::vector<std::vector<size_t>> shares(size_t count) const;

    // A guest that was given these places is dead before all were done. What it said last may have
    // got lost with it, so that the first place without a result is only suspect, and first in the
    // next guest; when it was first in this one, it is lost. Returns whether it is.
    bool died(const std::vector<size_t>& places, const std::string& why);
    // All undone of these are lost.
    void give_up(const std::vector<size_t>& places, const std::string& why);

    // Nothing: it is not done.
    const std::optional<CellResult>& result(size_t place) const { return results_[place]; }
    // In the order of the selection; what is not done is left out.
    std::vector<CellResult> results() const;

private:
    void lose(size_t place, const std::string& why);
    std::vector<Cell> selection_;
    std::vector<std::optional<CellResult>> results_;
    size_t done_ = 0;
};

} // namespace gueway::matrix
