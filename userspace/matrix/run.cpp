// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/run.h"

#include "matrix/check.h"
#include "matrix/events.h"
#include "matrix/kernel_log.h"
#include "matrix/observe.h"
#include "matrix/rig.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

// A packet that no bug with a name touches, on the cell's underlay.
Cell sentinel(const Cell& cell)
{
    Cell made;
    made.tunnel = Tunnel::ipip;
    made.l4 = L4::udp;
    made.size = Size::small;
    made.underlay = cell.underlay;
    made.ingress = Ingress::plain;
    return made;
}

// Runs cells on a rig that is made anew when it does not work any more.
class Runner {
public:
    Runner(bool wires, KernelLog log) : wires_(wires), log_(std::move(log)) {}

    Result<CellResult> run(const Cell& cell)
    {
        TRY(need_rig());
        auto result = TRY(run_here(cell));
        if (cell.event == Event::router) TRY(rig_->forget_paths());
        if (result.outcome == Outcome::passed) return result;
        // What a cell leaves behind must not be taken for the next one's.
        const auto after = run_here(sentinel(cell));
        if (after && after->outcome == Outcome::passed) return result;
        result.complaints.push_back(fmt::format(
            "afterwards the rig did not work: {}",
            after ? fmt::format("{}", fmt::join(after->complaints, "; ")) : after.error().text()));
        drop_rig();
        return result;
    }

private:
    Result<void> need_rig()
    {
        if (rig_) return {};
        rig_ = std::make_unique<Rig>(TRY(Rig::build(wires_)));
        observer_ = std::make_unique<Observer>(TRY(Observer::open(*rig_, wires_)));
        return {};
    }
    void drop_rig()
    {
        observer_.reset();
        rig_.reset();
    }
    Result<CellResult> run_here(const Cell& cell)
    {
        const auto mtu = path(cell).mtu;
        TRY(rig_->set_way(cell, cell.event == Event::router ? wider(mtu) : mtu));
        auto seen = observer_->observe(cell, number_++);
        if (!seen && seen.error().code == ETIMEDOUT)
            return CellResult{
                .cell = cell, .outcome = Outcome::failed, .complaints = {seen.error().text()}};
        if (!seen) return seen.error();
        seen->splats = TRY(log_.splats());
        return judge(cell, *seen);
    }

    bool wires_;
    KernelLog log_;
    uint64_t number_ = 0;
    std::unique_ptr<Rig> rig_;
    std::unique_ptr<Observer> observer_;
};

} // namespace

Result<void> run_cells(std::span<const Cell> cells, const CellListener& listener)
{
    Runner runner(std::ranges::any_of(cells, needs_wires), TRY(KernelLog::open()));
    for (size_t i = 0; i < cells.size(); ++i) {
        if (listener.begin) listener.begin(i);
        auto result = TRY(runner.run(cells[i]));
        if (listener.done) listener.done(i, std::move(result));
    }
    return {};
}

} // namespace gueway::matrix
