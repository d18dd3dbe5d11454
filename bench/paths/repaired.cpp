// SPDX-License-Identifier: GPL-2.0-only
#include "bench/paths/repaired.h"

#include "bench/paths/stages.h"
#include "mitigate/ingress.h"
#include "util/brought_module.h"

#include <optional>

namespace gueway::bench {

namespace {

// Measures while the repair is in force.
template <class F>
auto with(Repair repair, const Director& director, F measure) -> decltype(measure())
{
    std::optional<LoadedModule> module;
    if (repair == Repair::hotfix) module.emplace(TRY(LoadedModule::load("gueway_hotfix")));
    if (repair != Repair::mitigation) return measure();
    const std::vector<Address> vips = {TRY(parse_address(vip))};
    TRY(mitigate::add(director.host(), "d0", vips));
    auto measured = measure();
    TRY(mitigate::remove(director.host(), "d0", vips));
    return measured;
}

// Of the whole way, gates open.
Result<Cost> whole(const Meter& meter)
{
    const auto cost = TRY(meter.measure());
    if (cost.arrived > 0) return cost;
    return error("sink", "count packets", "none arrived of those that must", if_lost);
}

Result<double> until(const Director& director, const Meter& meter, const Place& place)
{
    const auto gate = TRY(Gate::set(director.host(), place, Pass::shut));
    const auto cost = TRY(meter.measure());
    if (cost.arrived == 0) return cost.instructions;
    return error("gate", "cut the way", "packets arrive behind it", if_past_gate);
}

} // namespace

Result<double> Repaired::gate_cost(const Meter& meter, const Place& place) const
{
    const auto without = TRY(whole(meter)).instructions;
    const auto gate = TRY(Gate::set(director_.host(), place, Pass::open));
    return TRY(whole(meter)).instructions - without;
}

// The gates' own cost is that of a packet which no kernel drops.
Result<Repaired> Repaired::make(const Way& way, Repair repair)
{
    Repaired made(TRY(Director::make(way)), repair);
    TRY(made.director_.offload(true));
    const auto meter = TRY(meter_for(made.director_, sizes[0]));
    made.arrival_ = TRY(made.gate_cost(meter, borders(way).front().at));
    made.departure_ = TRY(made.gate_cost(meter, borders(way).back().at));
    return made;
}

// The sender's part is measured before: the mitigation takes the place of the gate there.
Result<Outlay> Repaired::measure(const Size& size, bool offload) const
{
    TRY(director_.offload(offload));
    const auto meter = TRY(meter_for(director_, size));
    const auto at = borders(director_.way());
    const auto sender = TRY(until(director_, meter, at.front().at)) - arrival_;
    return with(repair_, director_, [&]() -> Result<Outlay> {
        const auto handed_over = TRY(until(director_, meter, at.back().at)) - departure_;
        const auto cost = TRY(whole(meter));
        return Outlay{.sender = sender,
                      .device = cost.instructions - handed_over,
                      .whole = cost.instructions,
                      .segments = cost.arrived};
    });
}

Result<double> repair_adds(const Director& director, Repair repair, const Size& size)
{
    TRY(director.offload(true));
    const auto now = [&]() -> Result<double> {
        return TRY(whole(TRY(meter_for(director, size)))).instructions;
    };
    const auto without = TRY(now());
    return TRY(with(repair, director, now)) - without;
}

} // namespace gueway::bench
