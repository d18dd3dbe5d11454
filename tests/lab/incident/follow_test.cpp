// SPDX-License-Identifier: GPL-2.0-only
// A packet followed through the director, whichever way the kernel lets its functions be hooked.
#include "incident/director.h"
#include "trace/follower.h"
#include "trace/names.h"
#include "trace/step_text.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

struct Followed {
    std::vector<follow_event> events;
    FollowCounts counts{};
    std::vector<Attachment> hooks;
};

class Follow : public testing::Test {
protected:
    void SetUp() override
    {
        auto built = Topology::build(reference(options_));
        ASSERT_TRUE(built) << built.error().text();
        topology_ = std::make_unique<Topology>(std::move(*built));
        ASSERT_TRUE(configure_director(*topology_, options_));
        auto servers = start_servers(*topology_, options_);
        ASSERT_TRUE(servers) << servers.error().text();
        servers_ = std::move(*servers);
    }

    void request() const
    {
        const auto outcome = topology_->run(
            "client", {"gwflow", "client", service_endpoint(4), "--request", "32KiB", "--response",
                       "64", "--requests", "1", "--deadline", "8", "--quiet"});
        ASSERT_TRUE(outcome) << outcome.error().text();
        EXPECT_LE(outcome->status, 1) << outcome->errors;
    }

    Followed follow(const FollowerOptions& options) const
    {
        Followed followed;
        const auto types = KernelTypes::load();
        EXPECT_TRUE(types) << types.error().text();
        auto follower = Follower::start(*types, options);
        EXPECT_TRUE(follower) << follower.error().text();
        if (!follower) return followed;
        followed.hooks = follower->hooked().attachments();
        fmt::print("load {:.0f} ms, attach {:.0f} ms\n", follower->hooked().load_time().count(),
                   follower->hooked().attach_time().count());
        request();
        const auto counts =
            follower->stop([&](const follow_event& event) { followed.events.push_back(event); });
        EXPECT_TRUE(counts) << counts.error().text();
        if (counts) followed.counts = *counts;
        return followed;
    }

    const ReferenceOptions options_{.mtu = 1600, .udp_tunnel_segmentation = false};
    std::unique_ptr<Topology> topology_;
    std::vector<Process> servers_;
};

TEST_F(Follow, APacketKeepsItsNumberThroughTheTunnel)
{
    const auto followed =
        follow({.expression = "tcp and dst host 198.51.100.150 and dst port 8000"});
    for (const auto& hook : followed.hooks) fmt::print("  {}\n", hook.text());
    KernelNames names;
    StepText text(names.names());
    size_t shown = 0;
    for (const auto& event : followed.events) {
        const auto line = text.line(event);
        if (++shown <= 60) fmt::print("{}\n", line);
    }
    const auto& totals = followed.counts.totals;
    EXPECT_EQ(totals.seen, totals.emitted + totals.ring_full);
    EXPECT_EQ(followed.events.size(), totals.emitted);
    EXPECT_EQ(totals.table_full, 0U);
    EXPECT_EQ(totals.unread, 0U);
    // A piece that was received as TCP and left through the tunnel.
    std::map<uint64_t, std::set<uint32_t>> seen; // packet -> functions
    for (const auto& event : followed.events)
        if (event.what == FOLLOW_STEP) seen[event.packet].insert(event.function);
    const auto tunnelled = std::ranges::count_if(seen, [](const auto& one) {
        return one.second.contains(FOLLOW_IN_ip_vs_tunnel_xmit) &&
               one.second.contains(FOLLOW_IN___dev_queue_xmit);
    });
    EXPECT_GT(tunnelled, 0);
}

TEST_F(Follow, NothingMatchesNothingIsTold)
{
    const auto followed = follow({.expression = "tcp and port 9"});
    EXPECT_TRUE(followed.events.empty());
    EXPECT_EQ(followed.counts.totals.arrived, 0U);
}

} // namespace
} // namespace gueway
