// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/turns.h"

#include "matrix/axes.h"
#include "matrix/sentinel.h"

#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gueway::matrix {

namespace {

bool failed(const Turn& turn)
{
    return turn.result.outcome == Outcome::failed;
}

std::string verdict(const CellResult& result)
{
    if (result.outcome == Outcome::passed) return "passes";
    return fmt::format("is known ({})", fmt::join(result.bugs, ", "));
}

} // namespace

// "ipip/.../fits/whole and 3 before it"
std::string Turns::behind() const
{
    if (!last_) return {};
    return unasked_ == 1 ? name(*last_)
                         : fmt::format("{} and {} before it", name(*last_), unasked_ - 1);
}

// Where all is well so far, the longest that can come through tells enough.
void Turns::check_way(const Cell& cell, CellResult& result)
{
    const auto all = sentinels(cell);
    const bool well = result.outcome == Outcome::passed;
    for (const auto& sentinel : std::span(all).last(well ? 1 : all.size())) {
        const auto after = stage_.run(sentinel);
        if (after.result.outcome == Outcome::passed) continue;
        fail(result, after.result.complaints);
        fail(result, {fmt::format("afterwards {} did not come through:", name(sentinel))});
        stage_.drop_rig();
        return;
    }
}

// `ask`: whether what it leaves behind must be known though it passes. What fails behind others
// runs again, on another rig: nobody need ask this one.
Turn Turns::take(const Cell& cell, bool ask)
{
    auto turn = stage_.run(cell);
    ask = ask || turn.result.outcome != Outcome::passed;
    if (failed(turn) && unasked_ > 0) return turn;
    if (ask && stage_.has_rig()) check_way(cell, turn.result);
    return turn;
}

Turn Turns::take_again(const Cell& cell, Turn first)
{
    const auto before = behind();
    unasked_ = 0;
    stage_.drop_rig();
    if (const auto made = stage_.make_rig(); !made) {
        fail(first.result, {fmt::format("it failed after {}, and could not run again: {}", before,
                                        made.error().text())});
        return first;
    }
    ++anew_;
    auto second = take(cell, true);
    if (failed(second) && (second.seen || !first.seen)) return second;
    if (failed(second)) { // what was seen is more than that nothing could be
        const auto& why = second.result.complaints;
        fail(first.result, {fmt::format("it failed after {}; on a rig made anew it could not be "
                                        "seen: {}",
                                        before, why.empty() ? "" : why.front())});
        return first;
    }
    fail(first.result, {fmt::format("it failed after {}; on a rig made anew it {}:", before,
                                    verdict(second.result))});
    return first;
}

Result<CellResult> Turns::run(const Cell& cell, const Cell* next)
{
    if (!stage_.has_rig()) {
        TRY(stage_.make_rig());
        unasked_ = 0;
    }
    const bool ask = anew_ >= most_anew || !next || !same_way(cell, *next);
    auto turn = take(cell, ask);
    if (failed(turn) && unasked_ > 0) turn = take_again(cell, std::move(turn));
    const bool asked = ask || turn.result.outcome != Outcome::passed;
    unasked_ = asked ? 0 : unasked_ + 1;
    last_ = cell;
    if (captured_ && turn.seen) captured_(turn.result, *turn.seen);
    return std::move(turn.result);
}

} // namespace gueway::matrix
