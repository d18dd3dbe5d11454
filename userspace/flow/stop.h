// SPDX-License-Identifier: GPL-2.0-only
// How a run is asked to end: by a descriptor that can be read from then on.
#pragma once

#include "flow/poller.h"
#include "util/fd.h"
#include "util/result.h"

namespace gueway::flow {

// Watches such a descriptor, which stays its owner's, as long as it lives. Neither copied nor
// moved: the poller knows where it is.
class Stop final : public Handler {
public:
    explicit Stop(Poller& poller) : poller_(poller) {}
    ~Stop() override { forget(); }
    Stop(const Stop&) = delete;
    Stop& operator=(const Stop&) = delete;

    Result<void> watch(int fd);
    bool asked() const { return asked_; }
    void on_event(uint32_t events) override;

private:
    void forget();
    Poller& poller_;
    int fd_ = -1;
    bool asked_ = false;
};

// A descriptor that can be read once SIGTERM or SIGINT has come. The signals are blocked in this
// thread, and in those and in the children it starts from then on.
Result<Fd> stop_signals();

} // namespace gueway::flow
