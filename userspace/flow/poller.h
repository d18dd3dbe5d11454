// SPDX-License-Identifier: GPL-2.0-only
// epoll(7), one thread: who waits for what.
#pragma once

#include "util/fd.h"
#include "util/result.h"

#include <array>
#include <cstdint>

#include <sys/epoll.h>

namespace gueway::flow {

// Called by Poller::wait() with the epoll events of its descriptor. It must outlive the batch of
// events it is called in: whoever destroys one from inside a callback keeps it until wait() is
// back.
class Handler {
public:
    virtual ~Handler() = default;
    virtual void on_event(uint32_t events) = 0;
};

class Poller {
public:
    static Result<Poller> open();

    // Level-triggered. Closing the descriptor ends the interest.
    Result<void> add(int fd, uint32_t events, Handler& handler);
    void change(int fd, uint32_t events, Handler& handler);
    void remove(int fd);

    // Waits up to `timeout` milliseconds (-1: without end) and calls whom something happened to.
    Result<void> wait(int timeout);

private:
    explicit Poller(Fd fd) : fd_(std::move(fd)) {}
    Fd fd_;
};

} // namespace gueway::flow
