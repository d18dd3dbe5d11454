// SPDX-License-Identifier: GPL-2.0-only
// A session of the drop tracer around what a test does.
#pragma once

#include "tests/assert_ok.h"
#include "trace/session.h"

#include <future>
#include <string>
#include <thread>

namespace gueway {

// Watches from its construction, which returns when no drop goes unseen any more, to stop().
class Watch {
public:
    explicit Watch(SessionOptions options = {});
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    // The report; an empty one, and a failed test, when the session failed.
    DropReport stop();
    // The same when the session ends by itself.
    DropReport wait();

private:
    std::atomic<bool> stopped_ = false;
    std::promise<void> ready_;
    std::future<Result<DropReport>> session_;
};

// Packets of all groups, harmless ones too, that `matches` says yes to.
template <class F>
uint64_t packets(const DropReport& report, F matches)
{
    uint64_t all = 0;
    for (const auto* groups : {&report.drops, &report.harmless})
        for (const auto& group : *groups)
            for (const auto& one : group.classes)
                if (matches(group, one)) all += one.packets;
    return all;
}

} // namespace gueway
