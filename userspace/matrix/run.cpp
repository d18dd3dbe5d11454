// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/run.h"

#include "matrix/axes.h"
#include "matrix/check.h"
#include "matrix/events.h"
#include "matrix/kernel_log.h"
#include "matrix/observe.h"
#include "matrix/rig.h"
#include "matrix/sentinel.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

// Not only a bug with a name, whatever it looked like. Comes before what the cell itself has found.
void fail(CellResult& result, const std::vector<std::string>& complaints)
{
    result.outcome = Outcome::failed;
    result.complaints.insert(result.complaints.begin(), complaints.begin(), complaints.end());
}

std::vector<std::string> complaints(const Said& said)
{
    std::vector<std::string> lines;
    lines.reserve(said.splats.size());
    for (const auto& splat : said.splats) lines.push_back(std::string(kernel_says) + splat);
    return lines;
}

// Runs cells on a rig that is made anew when it does not work any more.
class Runner {
public:
    Runner(bool wires, KernelLog log, const CellListener& listener)
        : wires_(wires), log_(std::move(log)), listener_(listener)
    {}

    // `next`: which comes after it; nullptr: none.
    Result<CellResult> run(const Cell& cell, const Cell* next)
    {
        TRY(need_rig());
        auto result = try_to_run(cell, listener_.captured);
        const bool goes_on = next && same_way(cell, *next);
        if (rig_ && !(goes_on && result.outcome == Outcome::passed)) check_way(cell, result);
        return result;
    }

private:
    Result<void> need_rig()
    {
        if (rig_) return {};
        rig_ = std::make_unique<Rig>(TRY(Rig::build(wires_)));
        observer_ = std::make_unique<Observer>(
            TRY(Observer::open(*rig_, wires_, bool(listener_.captured))));
        return {};
    }
    void drop_rig()
    {
        observer_.reset();
        rig_.reset();
    }

    Result<Observation> observe(const Cell& cell)
    {
        const auto mtu = path(cell).mtu;
        TRY(rig_->set_way(cell, cell.event == Event::router ? wider(mtu) : mtu));
        auto seen = TRY(observer_->observe(cell, number_++));
        if (cell.event == Event::router) TRY(rig_->forget_paths());
        return seen;
    }

    // A rig on which a cell could not be run to its end is none any more.
    using Listen = decltype(CellListener::captured);
    CellResult try_to_run(const Cell& cell, const Listen& captured = {})
    {
        auto seen = observe(cell);
        const auto said = log_.read();
        CellResult result{.cell = cell};
        if (seen) {
            if (said) seen->splats = said->splats;
            result = judge(cell, *seen);
        } else {
            if (said) fail(result, complaints(*said));
            fail(result, {seen.error().text()});
            drop_rig();
        }
        if (!said) fail(result, {said.error().text()});
        if (said && said->overwritten)
            fail(result, {"the kernel's log was written over before it was read"});
        if (seen && captured) captured(result, *seen);
        return result;
    }

    // What a cell leaves behind must not be taken for another's. Where all is well so far, the
    // longest that can come through tells enough.
    void check_way(const Cell& cell, CellResult& result)
    {
        const auto all = sentinels(cell);
        const bool well = result.outcome == Outcome::passed;
        for (const auto& sentinel : std::span(all).last(well ? 1 : all.size())) {
            auto after = try_to_run(sentinel);
            if (after.outcome == Outcome::passed) continue;
            fail(result, after.complaints);
            fail(result, {fmt::format("afterwards {} did not come through:", name(sentinel))});
            drop_rig();
            return;
        }
    }

    bool wires_;
    KernelLog log_;
    const CellListener& listener_;
    uint64_t number_ = 0;
    std::unique_ptr<Rig> rig_;
    std::unique_ptr<Observer> observer_;
};

} // namespace

Result<void> run_cells(std::span<const Cell> cells, const CellListener& listener)
{
    Runner runner(std::ranges::any_of(cells, needs_wires), TRY(KernelLog::open()), listener);
    for (size_t i = 0; i < cells.size(); ++i) {
        if (listener.begin) listener.begin(i);
        auto result = TRY(runner.run(cells[i], i + 1 < cells.size() ? &cells[i + 1] : nullptr));
        if (listener.done) listener.done(i, std::move(result));
    }
    return {};
}

} // namespace gueway::matrix
