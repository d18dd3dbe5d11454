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
    // wait. Returns how many events.
    Result<uint64_t> poll(std::chrono::milliseconds patience, const Take& take);

private:
    struct State;
    explicit Ring(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Waits until no processor runs a BPF program any more that was taken off before.
void settle();

} // namespace gueway
