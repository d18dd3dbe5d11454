// SPDX-License-Identifier: GPL-2.0-only
// Reading a BPF ring buffer of events of one type.
#pragma once

#include "util/result.h"

#include <chrono>
#include <functional>
#include <memory>

struct bpf_map;
struct ring_buffer;

namespace gueway {

// Whether a ring buffer can have that many bytes: a power of two, at least a page.
Result<void> check_ring(uint32_t bytes);

// Move-only; one thread.
class Ring {
public:
    using Take = std::function<void(const void* data, size_t size)>;

    static Result<Ring> open(bpf_map* map);
    Ring(Ring&&) noexcept;
    Ring& operator=(Ring&&) noexcept;
    ~Ring();

    // Hands out what is there, after waiting for at most `patience` for some; a signal ends the
    // wait. Comes back after a moment (50 ms, and the event at hand) even when events come faster
    // than `take` is done with them. Returns how many events.
    Result<uint64_t> poll(std::chrono::milliseconds patience, const Take& take);
    // Hands out the last events, for which nothing but this reader may still be at work, and
    // throws away what is left after `longest`. Returns how many it threw away.
    Result<uint64_t> drain(std::chrono::milliseconds longest, const Take& take);

private:
    struct State;
    Result<uint64_t> consume(std::chrono::milliseconds longest, const Take& take);
    explicit Ring(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// How long reading may go on after the end of a run, whatever is in the ring.
constexpr auto longest_drain = std::chrono::milliseconds(2000);

// Waits until no processor runs a BPF program any more that was taken off before.
void settle();

} // namespace gueway
