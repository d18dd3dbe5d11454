// SPDX-License-Identifier: GPL-2.0-only
// The drop tracer during the incident: IPVS with GUE, the director segments in software.
#include "drops/drop_histogram.h"
#include "incident/director.h"
#include "incident/replay.h"
#include "trace/follower.h"
#include "trace/session.h"

#include <algorithm>
#include <future>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <netinet/in.h>

namespace gueway {
namespace {

const ReferenceOptions reference_options = ReplayOptions{}.reference;

// Requests of 32 KiB from the client to one VIP, most of which do not get through whole.
void send_requests(const Topology& topology, int family)
{
    const auto outcome = topology.run(
        "client", {"gwflow", "client", service_endpoint(family), "--request", "32KiB", "--response",
                   "64", "--fresh", "--requests", "2", "--deadline", "8", "--quiet"});
    ASSERT_TRUE(outcome) << outcome.error().text();
    EXPECT_LE(outcome->status, 1) << outcome->errors;
}

struct Run {
    DropReport report;
    std::vector<DropCount> histogram; // the kernel's
};

// What the drop tracer and the kernel count while the client sends.
Run trace(const Topology& topology, int family)
{
    const auto histogram = DropHistogram::start();
    EXPECT_TRUE(histogram) << histogram.error().text();
    std::atomic<bool> stop = false;
    std::promise<void> ready;
    Run run;
    const SessionOptions options{.ready = [&](const Collector&) -> Result<void> {
        ready.set_value();
        return {};
    }};
    auto session = std::async(std::launch::async, [&] { return run_session(options, stop); });
    if (ready.get_future().wait_for(std::chrono::seconds(30)) == std::future_status::ready) {
        const auto before = histogram->read().value();
        send_requests(topology, family);
        stop = true;
        auto report = session.get();
        EXPECT_TRUE(report) << report.error().text();
        if (report) run.report = std::move(*report);
        run.histogram = growth(before, histogram->read().value());
    }
    stop = true;
    return run;
}

class Incident : public testing::TestWithParam<int> {
protected:
    void SetUp() override
    {
        auto built = Topology::build(reference(reference_options));
        ASSERT_TRUE(built) << built.error().text();
        topology_ = std::make_unique<Topology>(std::move(*built));
        ASSERT_TRUE(configure(*topology_, reference_options));
        auto servers = start_servers(*topology_, reference_options);
        ASSERT_TRUE(servers) << servers.error().text();
        servers_ = std::move(*servers);
    }

    std::unique_ptr<Topology> topology_;
    std::vector<Process> servers_;
};

TEST_P(Incident, NamesPlacePathAndSizes)
{
    const auto run = trace(*topology_, GetParam());
    fmt::print("{}", text(run.report));
    const auto& drops = run.report.drops;
    const auto found = std::ranges::find_if(
        drops, [](const DropGroup& group) { return group.place.function == "validate_xmit_skb"; });
    ASSERT_NE(found, drops.end());
    const auto place = fmt::format("{}+{:#x}", found->place.function, found->place.offset);
    const auto counted = std::ranges::find(run.histogram, place, &DropCount::place);
    ASSERT_NE(counted, run.histogram.end()) << place;
    EXPECT_EQ(found->packets, counted->packets);
    EXPECT_EQ(found->reason, "NOT_SPECIFIED");
    ASSERT_EQ(found->classes.size(), 1U);
    EXPECT_TRUE(found->classes[0].segmented);
    EXPECT_EQ(found->classes[0].protocol, ETH_P_IP);
    EXPECT_EQ(found->classes[0].transport, IPPROTO_UDP);

    ASSERT_EQ(found->paths.size(), 1U);
    EXPECT_EQ(found->paths[0].destination, service_endpoint(GetParam()) + " TCP");
    EXPECT_EQ(found->paths[0].tunnel, TunnelType::gue);
    EXPECT_EQ(found->paths[0].worker, worker_address(reference_options, 1));
    ASSERT_EQ(found->devices.size(), 1U);
    EXPECT_EQ(found->devices[0].name, "d1");
    EXPECT_EQ(found->devices[0].mtu, reference_options.mtu);
    EXPECT_EQ(found->devices[0].netns, topology_->host("director").value()->name());

    // An Ethernet of 1500 bytes, timestamps in TCP's options; the tunnel adds IPv4, UDP and GUE.
    const unsigned mss = 1500 - (GetParam() == 6 ? 40 : 20) - 20 - 12;
    const auto segments = found->segments;
    if (!segments) FAIL() << "no GSO";
    EXPECT_EQ(segments->packets, found->packets);
    EXPECT_EQ(segments->mss.most, mss);
    EXPECT_EQ(segments->length,
              1500 + overhead(reference_options.encap, reference_options.underlay));
}

TEST_P(Incident, CountsNothingThatIsHarmlessAsADrop)
{
    const auto run = trace(*topology_, GetParam());
    for (const auto& group : run.report.drops)
        EXPECT_EQ(group.place.function, "validate_xmit_skb") << text(run.report);
    EXPECT_EQ(run.report.loss.ring_full, 0U);
}

// Arrival as TCP, then the tunnel, then the drop: one packet, with the header that tells why.
TEST_P(Incident, FollowsThePacketToItsDrop)
{
    const auto types = KernelTypes::load();
    ASSERT_TRUE(types) << types.error().text();
    auto follower = Follower::start(*types, {.expression = "tcp and dst port 8000"});
    ASSERT_TRUE(follower) << follower.error().text();
    send_requests(*topology_, GetParam());
    std::map<uint64_t, std::vector<follow_event>> packets;
    const auto counts =
        follower->stop([&](const follow_event& event) { packets[event.packet].push_back(event); });
    ASSERT_TRUE(counts) << counts.error().text();
    EXPECT_EQ(counts->totals.ring_full, 0U);
    uint64_t dropped = 0;
    for (const auto& [packet, events] : packets) {
        const auto drop = std::ranges::find(events, uint32_t(FOLLOW_DROPPED), &follow_event::what);
        // A segment that came through and that TCP on the worker had already ends as a drop too.
        if (drop == events.end() || !drop->encapsulation) continue;
        ++dropped;
        EXPECT_EQ(events.front().what, uint32_t(FOLLOW_SENT));
        EXPECT_EQ(drop->device_mtu, reference_options.mtu);
        EXPECT_EQ(drop->inner_network - drop->inner_mac, 14); // the bug: Ethernet's header
        EXPECT_EQ(drop->inner_mac - drop->transport, -2);     // the length of the tunnel's header
    }
    EXPECT_GT(dropped, 0U);
}

INSTANTIATE_TEST_SUITE_P(Vip, Incident, testing::Values(4, 6),
                         [](const auto& info) { return fmt::format("IPv{}", info.param); });

} // namespace
} // namespace gueway
