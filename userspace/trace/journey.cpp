// SPDX-License-Identifier: GPL-2.0-only
#include "trace/journey.h"

#include <algorithm>
#include <iterator>

namespace gueway {

std::vector<const Step*> Journey::way(uint64_t piece) const
{
    std::vector<const Step*> way;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        if (step->piece != piece) continue;
        way.push_back(&*step);
        // The first step of a piece that was made: what is before it is of the one it was made of.
        const bool made = step->kind == StepKind::cloned || step->kind == StepKind::copied ||
                          step->kind == StepKind::segment;
        if (made && step->parent) piece = step->parent;
    }
    std::ranges::reverse(way);
    return way;
}

const Journey* Journeys::find(uint64_t packet) const
{
    const auto found = journeys_.find(packet);
    return found == journeys_.end() ? nullptr : &found->second;
}

const Journey& Journeys::add(Step step)
{
    const auto packet = step.packet;
    auto& journey = journeys_[packet];
    journey.packet = packet;
    if (step.ends())
        journey.alive.erase(step.piece);
    else
        journey.alive.insert(step.piece);
    if (journey.ended()) ended_.push_back(packet);
    if (journey.steps.size() == limits_.steps) {
        const auto middle = static_cast<std::ptrdiff_t>(limits_.steps / 2);
        journey.steps.erase(journey.steps.begin() + middle);
        ++journey.left_out;
        --steps_;
    }
    journey.steps.push_back(std::move(step));
    ++steps_;
    while (steps_ > limits_.all_steps && journeys_.size() > 1) forget(packet);
    return journey;
}

// Those that ended first; a packet may have been forgotten already, or be in the list twice.
void Journeys::forget(uint64_t except)
{
    auto victim = journeys_.end();
    while (!ended_.empty() && victim == journeys_.end()) {
        if (ended_.front() != except) victim = journeys_.find(ended_.front());
        ended_.pop_front();
    }
    if (victim == journeys_.end())
        victim =
            journeys_.begin()->first == except ? std::next(journeys_.begin()) : journeys_.begin();
    steps_ -= victim->second.steps.size();
    journeys_.erase(victim);
    ++forgotten_;
}

} // namespace gueway
