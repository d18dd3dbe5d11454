// SPDX-License-Identifier: GPL-2.0-only
// Waiting for conditions instead of sleeping: a point in time, and a wait that names what it is
// for.
#pragma once

#include "util/result.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

namespace gueway {

// A point on the monotonic clock.
class Deadline {
public:
    using Clock = std::chrono::steady_clock;
    static Deadline after(std::chrono::milliseconds span) { return Deadline(Clock::now() + span); }
    static Deadline never() { return Deadline(Clock::time_point::max()); }
    bool passed() const { return Clock::now() >= when_; }
    // Milliseconds left for poll(2): 0 when passed, -1 for never.
    int poll_timeout() const
    {
        if (when_ == Clock::time_point::max()) return -1;
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(when_ - Clock::now()).count();
        return left > 0 ? static_cast<int>(left) : 0;
    }

private:
    explicit Deadline(Clock::time_point when) : when_(when) {}
    Clock::time_point when_;
};

// Asks `condition` (a callable returning bool, or Result<bool>) again and again, with growing
// pauses of 1 to 50 ms, until it holds. Past the deadline: an Error with `object`, "wait for
// `what`" and ETIMEDOUT.
template <class F>
Result<void> wait_until(const Deadline& deadline, const std::string& object,
                        const std::string& what, F&& condition)
{
    auto pause = std::chrono::milliseconds(1);
    for (;;) {
        if constexpr (std::is_same_v<std::invoke_result_t<F>, Result<bool>>) {
            if (TRY(condition())) return {};
        } else {
            if (condition()) return {};
        }
        if (deadline.passed()) return Error{object, "wait for " + what, ETIMEDOUT, {}, {}};
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::milliseconds(50));
    }
}

} // namespace gueway
