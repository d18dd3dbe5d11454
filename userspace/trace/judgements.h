// SPDX-License-Identifier: GPL-2.0-only
// The verdicts of a run: each kind once in full, then counted.
#pragma once

#include "trace/journey.h"
#include "trace/verdict.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gueway {

// Looks at a packet that was just dropped, with the steps that led to it; the drop is the last.
using Judge = std::function<Verdict(const std::vector<const Step*>& way)>;

// Drops that got the same verdict in the same words.
struct Judgement {
    Verdict verdict; // with the evidence of the first
    uint64_t packets = 0;
    uint64_t packet = 0, piece = 0; // of the first
};

class Judgements {
public:
    explicit Judgements(Judge judge) : judge_(std::move(judge)) {}

    // Takes note of a step. Of a drop that is no harmless free the judgement, as it is now; valid
    // until the next step.
    const Judgement* add(const Step& step);
    // In the order in which they came up; `others()` found no room in the list.
    const std::vector<Judgement>& all() const { return all_; }
    uint64_t others() const { return others_; }

private:
    Judge judge_;
    Journeys journeys_;
    std::vector<Judgement> all_;
    uint64_t others_ = 0;
};

// Lines to be shown below the drop: the verdict when it is the first of its kind, else which it is
// like.
std::vector<std::string> lines(const Judgement& judgement);

} // namespace gueway
