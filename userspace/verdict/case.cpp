// SPDX-License-Identifier: GPL-2.0-only
#include "verdict/case.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {

namespace {

bool same_function(std::string_view symbol, std::string_view function)
{
    return symbol.substr(0, symbol.find('.')) == function;
}

template <class F>
bool any(std::initializer_list<std::string_view> all, F matches)
{
    return std::ranges::any_of(all, matches);
}

} // namespace

Case::Case(std::vector<const Step*> way, State* state) : way_(std::move(way)), state_(state)
{
    const auto host = drop().netns_number;
    for (const auto* step : way_) {
        const bool here = step->netns_number == host || host == 0;
        if (!here || step->kind == StepKind::received) {
            last_ = answer_ = ipvs_ = nullptr;
            arrival_ = here ? step : nullptr;
        }
        if (!here) continue;
        if (step->ipvs) ipvs_ = step;
        if (step->icmp) answer_ = step;
        if (step->icmp || step->function.empty()) continue;
        last_ = step;
        answer_ = nullptr;
    }
}

bool Case::last_is(std::initializer_list<std::string_view> functions) const
{
    return last_ && any(functions, [this](auto one) { return last_->function == one; });
}

bool Case::died_in(std::initializer_list<std::string_view> functions) const
{
    const auto& place = drop().place;
    return place && any(functions, [&](auto one) { return same_function(place->function, one); });
}

bool Case::reason_is(std::initializer_list<std::string_view> reasons) const
{
    return any(reasons, [this](auto one) { return drop().reason == one; });
}

bool Case::has_reason() const
{
    return !drop().reason.empty() && !reason_is({"NOT_SPECIFIED"});
}

const IpLayer* Case::outer() const
{
    const auto& layers = drop().layers;
    if (layers.tunnel != TunnelType::none && layers.outer) return &*layers.outer;
    return layers.inner ? &*layers.inner : nullptr;
}

std::string source(const Step& step)
{
    const auto what = step.kind == StepKind::dropped ? "drop"
                      : step.function.empty()        ? std::string(name(step.kind))
                                                     : step.function;
    return step.packet ? fmt::format("{}.{} {}", step.packet, step.piece, what) : what;
}

} // namespace gueway
