// SPDX-License-Identifier: GPL-2.0-only
// The steps of a packet together, for what can only be said with hindsight.
#pragma once

#include "trace/step.h"

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <vector>

namespace gueway {

// A packet and all that it became: copies, clones, segments.
struct Journey {
    uint64_t packet = 0;
    std::vector<Step> steps;  // in the order in which they were told
    uint64_t left_out = 0;    // steps that found no room: from the middle, the first and last stay
    std::set<uint64_t> alive; // pieces that have not ended

    bool ended() const { return alive.empty(); }
    // The steps of a piece and, before it was made, of those it was made of: the way that led to
    // it. Valid while no step is added.
    std::vector<const Step*> way(uint64_t piece) const;
};

struct JourneyLimits {
    size_t steps = 1024;       // of one packet
    size_t all_steps = 65'536; // of all packets together
};

// Journeys by packet. Beyond the limit of steps those that ended first are forgotten first, then
// the oldest.
class Journeys {
public:
    explicit Journeys(JourneyLimits limits = {}) : limits_(limits) {}

    // The journey as it is now; valid until the next step is added.
    const Journey& add(Step step);
    const Journey* find(uint64_t packet) const;
    size_t size() const { return journeys_.size(); }
    uint64_t forgotten() const { return forgotten_; } // journeys

private:
    void forget(uint64_t except);

    JourneyLimits limits_;
    std::map<uint64_t, Journey> journeys_; // numbers grow, so that the oldest is first
    std::deque<uint64_t> ended_;
    size_t steps_ = 0;
    uint64_t forgotten_ = 0;
};

} // namespace gueway
