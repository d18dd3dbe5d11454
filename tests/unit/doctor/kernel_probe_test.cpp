// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/kernel_probe.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

struct Row {
    const char* description;
    unsigned small_arrived = 5, segments_arrived = 16;
    uint64_t dropped = 0, repaired = 0;
    TunnelState state = TunnelState::inconclusive;
    const char* why = "";
};

const Row rows[] = {
    {"all arrives, nobody repairs", 5, 16, 0, 0, TunnelState::fixed},
    {"all arrives, because the hotfix repairs", 5, 16, 0, 4, TunnelState::repaired},
    {"small arrives, large is dropped", 5, 0, 4, 0, TunnelState::lossy},
    {"repaired, and dropped for all that", 5, 0, 4, 4, TunnelState::lossy},
    {"a host under load: large is late", 5, 0, 0, 0, TunnelState::inconclusive,
     "no large packet arrived, and the device has dropped 0 of 4: they are late, or were lost "
     "elsewhere"},
    {"not all that did not come was dropped", 5, 0, 3, 0, TunnelState::inconclusive,
     "no large packet arrived, and the device has dropped 3 of 4: they are late, or were lost "
     "elsewhere"},
    {"small is lost too", 0, 0, 4, 0, TunnelState::inconclusive, "0 of 5 small packets arrived"},
    {"a small one is lost", 4, 16, 0, 0, TunnelState::inconclusive, "4 of 5 small packets arrived"},
    {"some of large arrives", 5, 15, 4, 0, TunnelState::inconclusive,
     "15 of 16 segments of large packets arrived: the bug takes all"},
};

TEST(JudgeTunnel, FromWhatWasSentAndWhatCame)
{
    for (const auto& row : rows) {
        TunnelProbe probe{.small_sent = 5,
                          .small_arrived = row.small_arrived,
                          .large_sent = 4,
                          .segments_sent = 16,
                          .segments_arrived = row.segments_arrived,
                          .dropped = row.dropped,
                          .repaired = row.repaired};
        judge(probe);
        EXPECT_EQ(name(probe.state), name(row.state)) << row.description;
        EXPECT_EQ(probe.why, row.why) << row.description;
    }
}

TEST(JudgeTunnel, NothingSentSaysNothing)
{
    TunnelProbe probe;
    judge(probe);
    EXPECT_EQ(probe.state, TunnelState::inconclusive);
    EXPECT_FALSE(probe.why.empty());
}

KernelProbe of(const std::vector<TunnelState>& states)
{
    KernelProbe probe;
    for (const auto state : states) probe.tunnels.push_back({.state = state});
    return probe;
}

TEST(KernelProbeState, IsTheWorstOfItsTunnels)
{
    using enum TunnelState;
    EXPECT_EQ(of({fixed, fixed}).state(), fixed);
    EXPECT_EQ(of({fixed, repaired}).state(), repaired);
    EXPECT_EQ(of({repaired, inconclusive, fixed}).state(), inconclusive);
    EXPECT_EQ(of({fixed, inconclusive, lossy}).state(), lossy);
    EXPECT_EQ(of({}).state(), inconclusive);
}

} // namespace
} // namespace gueway
