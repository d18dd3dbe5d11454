// SPDX-License-Identifier: GPL-2.0-only
#include "bench/paths/stages.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::bench {

Result<Meter> meter_for(const Director& director, const Size& size)
{
    // As few instructions as it takes between two ticks of the kernel.
    constexpr size_t small = 32, large = 4;
    const auto frame = TRY(director.frame(size.ip_length, size.segment));
    return Meter::make(director.path(), std::vector(size.segment ? large : small, frame));
}

namespace {

Result<double> with_gate(const Director& director, const Meter& meter, const Place& place,
                         Pass pass)
{
    const auto gate = TRY(Gate::set(director.host(), place, pass));
    const auto cost = TRY(meter.measure());
    if ((cost.arrived == 0) == (pass == Pass::shut)) return cost.instructions;
    return error("gate", "cut the way", fmt::format("{} packets arrive for each", cost.arrived),
                 pass == Pass::shut ? if_past_gate : if_lost);
}

} // namespace

Result<double> sender(const Director& director, const Meter& meter)
{
    const auto arrival = borders(director.way())[0].at;
    const auto open = TRY(with_gate(director, meter, arrival, Pass::open));
    const auto gate = open - TRY(meter.measure()).instructions;
    return TRY(with_gate(director, meter, arrival, Pass::shut)) - gate;
}

Result<Staged> Staged::make(const Way& way, const Load& load)
{
    Staged made(TRY(Director::make(way, load)));
    TRY(made.measure_gates());
    return made;
}

Result<void> Staged::measure_gates()
{
    const auto meter = TRY(meter_for(director_, sizes[0]));
    const auto whole = TRY(meter.measure()).instructions;
    for (const auto& border : borders(director_.way()))
        gates_.push_back(TRY(with_gate(director_, meter, border.at, Pass::open)) - whole);
    return {};
}

Result<Staged::Cuts> Staged::cuts(const Size& size, const Meter& meter)
{
    const auto known = cuts_.find(size.name);
    if (known != cuts_.end()) return known->second;
    Cuts cuts;
    for (const auto& border : borders(director_.way())) {
        const auto gate = TRY(Gate::set(director_.host(), border.at, Pass::shut));
        const auto cost = TRY(meter.measure());
        if (cost.arrived != 0)
            return error("gate", "cut the way", "packets arrive behind it", if_past_gate);
        cuts.push_back(cost.instructions - gates_[cuts.size()]);
    }
    return cuts_.emplace(size.name, std::move(cuts)).first->second;
}

Result<Spent> Staged::measure(const Size& size, bool offload)
{
    TRY(director_.offload(offload));
    const auto meter = TRY(meter_for(director_, size));
    const auto until = TRY(cuts(size, meter));
    const auto whole = TRY(meter.measure());
    if (whole.arrived == 0) return error("sink", "count packets", "none arrived", if_lost);
    Spent spent{.whole = whole.instructions, .segments = whole.arrived};
    double before = 0;
    const auto all = borders(director_.way());
    for (size_t i = 0; i < all.size(); before = until[i++])
        spent.stages[static_cast<size_t>(all[i].ends)] = until[i] - before;
    spent.stages[static_cast<size_t>(Stage::device)] = spent.whole - before;
    if (std::ranges::min(spent.stages) < 0)
        return error("stages", "measure", "one would take less than nothing", "measure again");
    return spent;
}

} // namespace gueway::bench
