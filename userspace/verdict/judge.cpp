// SPDX-License-Identifier: GPL-2.0-only
#include "verdict/judge.h"

#include "verdict/derive.h"
#include "verdict/rule.h"

#include <algorithm>
#include <ranges>

namespace gueway {

namespace {

// The drop's; a packet that lost its device died where it was seen last.
uint32_t host(const std::vector<const Step*>& way)
{
    for (const auto* step : way | std::views::reverse)
        if (step->netns_number) return step->netns_number;
    return 0;
}

// A packet's own steps may lack what IPVS knows: then it is asked. `room` keeps what is added.
std::vector<const Step*> completed(std::vector<const Step*> way, State& state, Step& room)
{
    const auto last = std::ranges::find_if(way | std::views::reverse,
                                           [](const auto* step) { return step->ipvs.has_value(); });
    const bool followed = way.size() > 1;
    if (last == way.rend() && followed) return way;
    auto& step = followed ? *last : way.back();
    room = *step;
    if (!room.ipvs) room.ipvs = derive_ipvs(room, state);
    if (room.ipvs && room.ipvs->derived) add_worker(*room.ipvs, state);
    step = &room;
    return way;
}

} // namespace

Verdict HostJudge::judge(const std::vector<const Step*>& way)
{
    auto* const state = states_.find(host(way));
    Step room;
    return gueway::judge(Case(state ? completed(way, *state, room) : way, state));
}

void HostJudge::complete(Step& step)
{
    const bool left_ipvs =
        step.layers.tunnel != TunnelType::none &&
        (step.function == "__ip_local_out" || step.function == "__ip6_local_out");
    structures_read_ = structures_read_ || step.ipvs;
    if (step.ipvs || structures_read_ || (!step.function.starts_with("ip_vs_") && !left_ipvs))
        return;
    if (auto* state = states_.find(step.netns_number)) step.ipvs = derive_ipvs(step, *state);
}

} // namespace gueway
