// SPDX-License-Identifier: GPL-2.0-only
// What was traced as a pcapng file, for Wireshark: packets as they were at a step, with function,
// reason and so on as comments.
#pragma once

#include "packet/pcapng.h"
#include "trace/step.h"
#include "trace/verdict.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gueway {

// Returns the file's octets bit by bit; memory is for interfaces, and for the last bytes of pieces
// that have not ended, of which no more are kept than can be followed.
class PcapLog {
public:
    // `filter` is for the reader, and may be empty. `unix_ns` and `monotonic_ns` are the same
    // moment.
    PcapLog(std::string filter, uint64_t unix_ns, uint64_t monotonic_ns);
    static PcapLog now(std::string filter); // by what both clocks say now

    std::string begin(const std::string& kernel) const; // first
    // Of steps at which the packet's bytes are others than at the piece's last, or its parent's;
    // of its end only when it was dropped. Else empty. `verdict`: of a drop, when it has one.
    std::string step(const Step& step, const Verdict* verdict = nullptr);

private:
    struct Place {
        std::string netns, device;
        uint32_t mtu;
    };
    // The packet block, after the interface's when that is new.
    std::string packet(const Place& place, uint64_t monotonic_ns, CapturedPacket packet);
    bool is_new(const Step& step);

    std::string filter_;
    uint64_t offset_; // to be added to CLOCK_MONOTONIC, modulo 2^64
    std::map<std::pair<std::string, std::string>, uint32_t> interfaces_;
    std::map<uint64_t, std::vector<uint8_t>> bytes_; // by piece; the oldest is first
};

} // namespace gueway
