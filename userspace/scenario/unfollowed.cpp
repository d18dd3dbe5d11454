// SPDX-License-Identifier: GPL-2.0-only
#include "scenario/unfollowed.h"

#include "trace/session.h"

#include <atomic>
#include <future>

namespace gueway {

Result<DropReport> play_unfollowed(Stage& stage, const Scenario& scenario)
{
    std::atomic<bool> stop = false;
    std::promise<void> counting;
    HostJudge judge;
    const SessionOptions options{.judge = [&](const auto& way) { return judge.judge(way); },
                                 .ready = [&](const Collector&) -> Result<void> {
                                     counting.set_value();
                                     return {};
                                 }};
    auto session = std::async(std::launch::async, [&] { return run_session(options, stop); });
    const auto ready = counting.get_future();
    // A session that cannot begin ends without having been ready.
    constexpr std::chrono::milliseconds look(10);
    while (ready.wait_for(look) != std::future_status::ready)
        if (session.wait_for(look) == std::future_status::ready) return session.get();
    const auto played = stage.play(scenario);
    stop = true;
    auto report = session.get();
    if (!played) return played.error();
    return report;
}

} // namespace gueway
