// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/run.h"

#include "matrix/axes.h"
#include "matrix/check.h"
#include "matrix/events.h"
#include "matrix/kernel_log.h"
#include "matrix/observe.h"
#include "matrix/rig.h"
#include "matrix/turns.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

std::vector<std::string> complaints(const Said& said)
{
    std::vector<std::string> lines;
    lines.reserve(said.splats.size());
    for (const auto& splat : said.splats) lines.push_back(std::string(kernel_says) + splat);
    return lines;
}

Error interrupted()
{
    return error("cells", "run", "interrupted");
}

// Hosts and wires on the kernel that runs.
class Kernel final : public Stage {
public:
    Kernel(bool wires, KernelLog log, bool times)
        : wires_(wires), times_(times), log_(std::move(log))
    {}

    bool has_rig() const override { return rig_ != nullptr; }
    Result<void> make_rig() override
    {
        auto rig = std::make_unique<Rig>(TRY(Rig::build(wires_)));
        observer_ = std::make_unique<Observer>(TRY(Observer::open(*rig, wires_, times_)));
        rig_ = std::move(rig);
        return {};
    }
    void drop_rig() override
    {
        observer_.reset();
        rig_.reset();
    }

    // A rig on which a cell could not be run to its end is none any more.
    Turn run(const Cell& cell) override
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
        if (!seen) return {.result = std::move(result), .seen = {}};
        return {.result = std::move(result), .seen = *std::move(seen)};
    }

private:
    Result<Observation> observe(const Cell& cell)
    {
        const auto mtu = path(cell).mtu;
        TRY(rig_->set_way(cell, cell.event == Event::router ? wider(mtu) : mtu));
        auto seen = TRY(observer_->observe(cell, number_++));
        if (cell.event == Event::router) TRY(rig_->forget_paths());
        return seen;
    }

    bool wires_, times_;
    KernelLog log_;
    uint64_t number_ = 0;
    std::unique_ptr<Rig> rig_;
    std::unique_ptr<Observer> observer_;
};

} // namespace

Result<void> run_cells(std::span<const Cell> cells, const CellListener& listener)
{
    Kernel kernel(std::ranges::any_of(cells, needs_wires), TRY(KernelLog::open()),
                  bool(listener.captured));
    Turns turns(kernel, listener.captured);
    const auto stop = [&] { return listener.stop && listener.stop(); };
    for (size_t i = 0; i < cells.size(); ++i) {
        if (stop()) return interrupted();
        if (listener.begin) listener.begin(i);
        auto result = turns.run(cells[i], i + 1 < cells.size() ? &cells[i + 1] : nullptr);
        if (stop()) return interrupted(); // whatever it says
        if (!result) return result.error();
        if (listener.done) listener.done(i, *std::move(result));
    }
    return {};
}

} // namespace gueway::matrix
