// SPDX-License-Identifier: GPL-2.0-only
// Followed packets for people: one line a step, and of each step only what changed.
#pragma once

#include "bpf/follow.h"
#include "trace/tally.h"

#include <cstdint>
#include <map>
#include <string>

namespace gueway {

// Remembers each piece from its first event to its end.
class StepText {
public:
    explicit StepText(DropNames names) : names_(std::move(names)) {}

    // One line, without newline: packet and piece, numbered as they come, microseconds since the
    // packet arrived, CPU, namespace and device, step, and what is different from the piece's last
    // event or, for its first, from its parent's.
    std::string line(const follow_event& event);

private:
    std::string step_name(const follow_event& event);
    // Which properties have which text, in the order in which they are shown.
    using Properties = std::vector<std::pair<std::string, std::string>>;
    Properties properties(const follow_event& event) const;

    DropNames names_;
    uint64_t number(uint64_t piece);

    std::map<uint64_t, uint64_t> numbers_;     // of pieces, for people
    std::map<uint64_t, uint64_t> arrived_;     // by packet: ns
    std::map<uint64_t, Properties> last_seen_; // by piece
};

} // namespace gueway
