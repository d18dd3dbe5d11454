// SPDX-License-Identifier: GPL-2.0-only
// Events that come faster than they can be told: what is told makes the next one, so that there is
// always one. A run ends in its time all the same.
#include "trace/follow_session.h"
#include "watch.h"
#include "wire.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto duration = std::chrono::seconds(2);
// The rest: names are read, and the last events are told for longest_drain at most.
constexpr auto longest = std::chrono::seconds(12);
// From then on a reader that cannot be stopped finds nothing to read, so that the test fails rather
// than hangs.
constexpr auto mercy = std::chrono::seconds(20);

// Sends a packet that is dropped at once, again and again until nobody can be helped.
class Flood {
public:
    void more() const
    {
        if (Clock::now() - begin_ < mercy) wire_.send(2, 100);
    }
    auto lasted() const { return Clock::now() - begin_; }

private:
    Wire wire_;
    Clock::time_point begin_ = Clock::now();
};

class Feeding : public FollowSink {
public:
    explicit Feeding(const Flood& flood) : flood_(flood) {}
    Result<void> begin(const FollowBegin&) override
    {
        flood_.more();
        return {};
    }
    Result<void> step(const Step&, const Judgement*) override
    {
        flood_.more();
        return {};
    }
    Result<void> flush() override { return {}; }
    Result<void> end(const FollowReport& report) override
    {
        report_ = report;
        return {};
    }
    const FollowReport& report() const { return report_; }

private:
    const Flood& flood_;
    FollowReport report_;
};

TEST(Flood, EndsInTimeWhatFollows)
{
    const Flood flood;
    Feeding sink(flood);
    const FollowSessionOptions options{
        .follower = {.expression = "udp and dst port 9"}, .duration = duration, .sinks = {&sink}};
    const auto done = run_follow(options, false);
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_LT(flood.lasted(), longest);
    const auto& totals = sink.report().counts.totals;
    EXPECT_GT(sink.report().dropped, 100U);
    EXPECT_EQ(totals.seen, totals.emitted + totals.ring_full);
}

TEST(Flood, EndsInTimeWhatCounts)
{
    const Flood flood;
    const SessionOptions options{.duration = duration,
                                 .ready = [&](const Collector&) -> Result<void> {
                                     flood.more();
                                     return {};
                                 },
                                 .drop = [&](const Step&, const Verdict*) -> Result<void> {
                                     flood.more();
                                     return {};
                                 }};
    const auto report = run_session(options, false);
    ASSERT_TRUE(report) << report.error().text();
    EXPECT_LT(flood.lasted(), longest);
    EXPECT_GT(report->dropped(), 100U);
    EXPECT_EQ(report->loss.seen, report->loss.emitted + report->loss.ring_full);
}

} // namespace
} // namespace gueway
