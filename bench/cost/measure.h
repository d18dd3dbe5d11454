// SPDX-License-Identifier: GPL-2.0-only
// Instructions a packet, in the exact lane, where time counts them: packets of one shape from a
// bare injector through a director to a device that counts them; the cost of one is the slope
// between N and 2N. All that the processor does counts, and is waited for.
#pragma once

#include "bench/cost/path.h"

#include <optional>
#include <vector>

#include <sys/types.h>

namespace gueway::bench {

struct Shape {
    const char* name;
    unsigned ip_length;
    uint16_t segment;
};
constexpr uint16_t mss = 1448;
constexpr unsigned headers = 52; // IP and TCP, with the timestamps that the sender leaves room for
constexpr Shape shapes[] = {
    {"64 B", 50, 0}, {"MSS", mss + headers, 0}, {"64 KiB GSO", 45 * mss + headers - 12, mss}};

// Instructions, or a span of time in ns.
struct Span {
    double way = 0;    // on the packets' way: of all but the tracer's process and idling
    double reader = 0; // of the tracer's process
    double time = 0;

    Span operator-(const Span& other) const
    {
        return {way - other.way, reader - other.reader, time - other.time};
    }
};

// What runs beside the packets; no process: the tracer is none, or this one.
using Reader = std::optional<pid_t>;

// Of shapes.
using Row = std::vector<Span>;

// A packet of each shape; `packets` is N.
Result<Row> measure(const Path& path, unsigned packets, Reader reader = {});

// N that is enough, and N for what is slow or only warms the kernel's caches.
constexpr unsigned many = 2048, some = 256;

} // namespace gueway::bench
