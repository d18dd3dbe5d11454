// SPDX-License-Identifier: GPL-2.0-only
// Followed packets for people: one line a step, and of each step only what changed.
#pragma once

#include "trace/step.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gueway {

// Remembers each piece from its first step to its end, and no more of them than can be followed.
class StepText {
public:
    // One line, without newline: packet and piece, microseconds since the packet was first seen,
    // CPU, step, and what is different from the piece's last step or, for its first, from its
    // parent's.
    std::string line(const Step& step);

private:
    // Which properties have which text, in the order in which they are shown.
    using Property = std::pair<std::string, std::string>;
    using Properties = std::vector<Property>;
    static Properties properties(const Step& step);
    void remember(const Step& step, const Properties& before, Properties now);

    std::map<uint64_t, Properties>
        last_seen_; // by piece; numbers grow, so that the oldest is first
};

// What happened, without what changed: "ip_rcv", "copy of 4", "DROPPED at validate_xmit_skb+0x2b4,
// NOT_SPECIFIED".
std::string what_happened(const Step& step);

// The calls that led to a drop, a line each, with a line for each function of the source.
std::vector<std::string> stack_lines(const Step& step);

} // namespace gueway
