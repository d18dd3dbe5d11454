// SPDX-License-Identifier: GPL-2.0-only
// The cheapest programs on the follower's hooks (floor.bpf.c), attached.
#pragma once

#include "probe/hooked.h"

#include <memory>

namespace gueway::bench {

// What the programs do: nothing, or tell each step of all packets.
enum class Least : uint8_t { pass, tell };

class Floor {
public:
    // On those of follow_hooks() that the kernel grants as fentry, fexit or tracepoint.
    static Result<Floor> start(Least what);
    Floor(Floor&&) noexcept;
    Floor& operator=(Floor&&) = delete;
    ~Floor();

    uint64_t told() const; // steps

private:
    struct State;
    explicit Floor(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace gueway::bench
