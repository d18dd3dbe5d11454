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

} // namespace

Verdict HostJudge::judge(const std::vector<const Step*>& way)
{
    auto* const state = states_.find(host(way));
    if (way.size() > 1 || !state) return gueway::judge(Case(way, state));
    // Of a packet that was not followed, IPVS is asked.
    auto drop = *way.back();
    if (!drop.ipvs) drop.ipvs = derive_ipvs(drop, *state);
    return gueway::judge(Case({&drop}, state));
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
