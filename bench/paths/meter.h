// SPDX-License-Identifier: GPL-2.0-only
// Instructions a packet, exactly: a ring of frames sent once and twice, between two readings of the
// clock. The kernel takes a packet from the injector's ring to the sink within the system call, so
// that nothing is waited for; a round of which some is not there when the clock is read does not
// count. Each is repeated until one number has come up five times: that is without the kernel's
// ticks, and without what it does for others now and then.
#pragma once

#include "bench/cost/injector.h"
#include "bench/cost/path.h"
#include "bench/paths/ballast.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace gueway::bench {

//   ip_length  bytes from the IP header on
//   segment    of a GSO packet, bytes of payload in each segment; 0: it is one packet
struct Size {
    const char* name;
    unsigned ip_length;
    uint16_t segment;
};
constexpr uint16_t segment_bytes = 1448;
constexpr unsigned header_bytes = 40; // IP and TCP
constexpr Size sizes[] = {{"64B", 64 - 14, 0},
                          {"MSS", 1500, 0},
                          {"16KiB", 11 * segment_bytes + header_bytes, segment_bytes},
                          {"64KiB", 45 * segment_bytes + header_bytes, segment_bytes}};

// What is not at the sink by then is lost.
constexpr std::chrono::seconds arrival_patience{5};
// Remedies: of packets that do not arrive; of those that do though a gate is shut.
constexpr const char* if_lost = "does this kernel drop them? see gsobench matrix";
constexpr const char* if_past_gate = "this kernel has another way: see borders() in way.cpp";

//   instructions  of one packet on its way
//   arrived       packets at the sink for each: 0 behind a shut gate, the segments
struct Cost {
    double instructions = 0;
    unsigned arrived = 0;
};

// What it takes to send these frames now.
Result<uint64_t> timed(const Injector& injector, unsigned frames);

class Meter {
public:
    // Frames of one length, one behind the other. All are sent once.
    static Result<Meter> make(const Path& path, const std::vector<TcpFrame>& frames);

    Result<Cost> measure() const;

private:
    Meter(const Path& path, Injector injector, unsigned frames, Ballast ballast)
        : path_(&path), injector_(std::move(injector)), frames_(frames),
          ballast_(std::move(ballast))
    {}
    Result<std::optional<uint64_t>> timed(unsigned rounds, unsigned arrived) const;
    Result<uint64_t> usual(unsigned rounds, unsigned arrived) const;
    Result<unsigned> arrived_each() const;
    const Path* path_;
    Injector injector_;
    unsigned frames_;
    Ballast ballast_;
};

} // namespace gueway::bench
