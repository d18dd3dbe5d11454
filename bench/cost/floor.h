// SPDX-License-Identifier: GPL-2.0-only
// The cheapest programs on the follower's hooks (floor.bpf.c), attached.
#pragma once

#include "probe/hooked.h"

#include <memory>

namespace gueway::bench {

class Floor {
public:
    // On those of follow_hooks() that the kernel grants as fentry, fexit or tracepoint.
    // `telling`: they tell each step of the packets that the device with this index received; 0:
    // they tell nothing.
    static Result<Floor> start(unsigned telling);
    Floor(Floor&&) noexcept;
    Floor& operator=(Floor&&) = delete;
    ~Floor();

private:
    struct State;
    explicit Floor(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace gueway::bench
