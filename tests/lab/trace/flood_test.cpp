// SPDX-License-Identifier: GPL-2.0-only
// Events that come faster than they can be told: what is told makes the next one, so that there is
// always one. A run ends all the same.
#include "trace/follow_session.h"
#include "util/deadline.h"
#include "watch.h"
#include "wire.h"

#include <optional>

#include <gtest/gtest.h>

namespace gueway {
namespace {

constexpr auto duration = std::chrono::seconds(2);
// Minutes more than a run of that duration takes on any machine. From then on a reader that cannot
// be stopped finds nothing to read, so that the test fails rather than hangs.
constexpr auto mercy = std::chrono::minutes(4);

// Sends packets that are dropped at once, again and again until nobody can be helped.
class Flood {
public:
    void more()
    {
        if (!end_) end_ = Deadline::after(mercy);
        if (end_->passed()) {
            ended_ = true;
            return;
        }
        wire_.send(2, 100);
        ++times_;
    }
    // Packets came of packets that were told, and did not stop coming before the run did.
    void expect_endless() const
    {
        EXPECT_GT(times_, 1U) << "nothing was told";
        EXPECT_FALSE(ended_) << "the run went on until there was nothing to read";
    }

private:
    Wire wire_;
    std::optional<Deadline> end_; // counted from the first, when all is loaded
    uint64_t times_ = 0;
    bool ended_ = false;
};

class Feeding : public FollowSink {
public:
    explicit Feeding(Flood& flood) : flood_(flood) {}
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
    Flood& flood_;
    FollowReport report_;
};

TEST(Flood, EndsWhatFollows)
{
    Flood flood;
    Feeding sink(flood);
    const FollowSessionOptions options{
        .follower = {.expression = "udp and dst port 9"}, .duration = duration, .sinks = {&sink}};
    const auto done = run_follow(options, false);
    ASSERT_TRUE(done) << done.error().text();
    flood.expect_endless();
    const auto& totals = sink.report().counts.totals;
    EXPECT_GT(sink.report().dropped, 0U);
    EXPECT_EQ(totals.seen, totals.emitted + totals.ring_full);
}

TEST(Flood, EndsWhatCounts)
{
    Flood flood;
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
    flood.expect_endless();
    EXPECT_GT(report->dropped(), 0U);
    EXPECT_EQ(report->loss.seen, report->loss.emitted + report->loss.ring_full);
}

} // namespace
} // namespace gueway
