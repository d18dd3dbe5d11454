// SPDX-License-Identifier: GPL-2.0-only
// What a packet's instructions are spent on, by stages of its way: the way is cut by a shut gate at
// the end of each, and what it takes until there is measured. A gate's own cost is known from an
// open one on the whole way, and is taken off.
#pragma once

#include "bench/paths/meter.h"
#include "bench/paths/way.h"

#include <array>
#include <map>
#include <string>

namespace gueway::bench {

//   stages    instructions, by Stage
//   whole     the same, measured without gates; the sum of all stages
//   segments  that one packet became on the underlay device
struct Spent {
    std::array<double, std::size(stage_names)> stages{};
    double whole = 0;
    unsigned segments = 0;

    // Of the director: without the sender.
    double total() const { return whole - stages[static_cast<size_t>(Stage::sender)]; }
};

// A director's packets, measured one size after the other. What is the same with and without
// segmentation in software is measured once.
class Staged {
public:
    static Result<Staged> make(const Way& way, const Load& load = {});

    // `offload`: the underlay device takes GSO packets whole.
    Result<Spent> measure(const Size& size, bool offload);
    const Director& director() const { return director_; }

private:
    // Until each border, without what its gate takes.
    using Cuts = std::vector<double>;
    explicit Staged(Director director) : director_(std::move(director)) {}
    Result<void> measure_gates();
    Result<Cuts> cuts(const Size& size, const Meter& meter);
    Director director_;
    std::vector<double> gates_;        // by border
    std::map<std::string, Cuts> cuts_; // by size
};

// What the sender's part of a packet is, measured with a gate at the director's arrival.
Result<double> sender(const Director& director, const Meter& meter);

// Frames of a ring for packets of that size.
Result<Meter> meter_for(const Director& director, const Size& size);

} // namespace gueway::bench
