// SPDX-License-Identifier: GPL-2.0-only
// A packet followed through the director, whichever way the kernel lets its functions be hooked.
#include "incident/director.h"
#include "incident/replay.h"
#include "packet/layers.h"
#include "trace/follower.h"
#include "trace/names.h"
#include "trace/step_text.h"

#include <algorithm>
#include <csignal>
#include <map>
#include <set>
#include <span>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <sched.h>

namespace gueway {
namespace {

struct Followed {
    std::vector<follow_event> events;
    FollowCounts counts{};
    std::vector<Attachment> hooks;

    // Events that this reader was in time for; see Ring::drain().
    uint64_t told() const { return counts.totals.emitted - counts.not_shown; }
};

class FollowTest : public testing::Test {
protected:
    void SetUp() override
    {
        auto built = Topology::build(reference(options_));
        ASSERT_TRUE(built) << built.error().text();
        topology_ = std::make_unique<Topology>(std::move(*built));
        ASSERT_TRUE(configure(*topology_, options_));
        auto servers = start_servers(*topology_, options_);
        ASSERT_TRUE(servers) << servers.error().text();
        servers_ = std::move(*servers);
    }

    void request(int family = 4, const char* requests = "1", const char* size = "32KiB") const
    {
        const auto outcome =
            topology_->run("client", {"gwflow", "client", service_endpoint(family), "--request",
                                      size, "--response", "64", "--requests", requests,
                                      "--connections", "4", "--deadline", "8", "--quiet"});
        ASSERT_TRUE(outcome) << outcome.error().text();
        EXPECT_LE(outcome->status, 1) << outcome->errors;
    }

    Followed follow(const FollowerOptions& options) const
    {
        return follow(options, [this] { request(); });
    }
    template <class F>
    Followed follow(const FollowerOptions& options, F traffic) const
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
        traffic();
        const auto counts =
            follower->stop([&](const follow_event& event) { followed.events.push_back(event); });
        EXPECT_TRUE(counts) << counts.error().text();
        if (counts) followed.counts = *counts;
        return followed;
    }

    const ReferenceOptions options_ = ReplayOptions{}.reference;
    std::unique_ptr<Topology> topology_;
    std::vector<Process> servers_;
};

// Packets that were received or sent as TCP and left the director through the tunnel.
void expect_through_the_tunnel(const Followed& followed)
{
    std::map<uint64_t, std::set<uint32_t>> functions;  // of packets
    std::map<uint64_t, std::set<uint16_t>> transports; // of packets, while they left
    for (const auto& event : followed.events) {
        if (event.what != FOLLOW_STEP) continue;
        functions[event.packet].insert(event.function);
        const std::span bytes(event.snap, event.snapped);
        if (parse_layers(event.protocol, bytes).tunnel == TunnelType::gue)
            transports[event.packet].insert(FOLLOW_IN___dev_queue_xmit);
    }
    const auto tunnelled = std::ranges::count_if(functions, [&](const auto& one) {
        return one.second.contains(FOLLOW_IN_ip_vs_tunnel_xmit) &&
               one.second.contains(FOLLOW_IN_tcp_v4_rcv) && transports.contains(one.first);
    });
    EXPECT_GT(tunnelled, 0);
}

// Nothing happens to a piece after its end, every piece has a parent that was told of before or is
// the packet itself, and no packet changes its connection: the signs of a reused address.
void expect_whole_lives(const Followed& followed)
{
    std::set<uint64_t> alive, ended;
    std::map<uint64_t, std::string> sources;
    for (const auto& event : followed.events) {
        EXPECT_FALSE(ended.contains(event.piece));
        if (alive.insert(event.piece).second) {
            EXPECT_EQ(event.parent == 0, event.piece == event.packet);
            EXPECT_TRUE(event.parent == 0 || alive.contains(event.parent));
        }
        if (event.what >= FOLLOW_DROPPED) ended.insert(event.piece);
        const auto layers = parse_layers(event.protocol, std::span(event.snap, event.snapped));
        if (!layers.inner || !layers.transport) continue;
        const auto source =
            fmt::format("{}:{}", layers.inner->source.text(), layers.transport->source);
        EXPECT_EQ(sources.emplace(event.packet, source).first->second, source);
    }
}

TEST_F(FollowTest, APacketKeepsItsNumberThroughTheTunnel)
{
    const auto followed =
        follow({.expression = "tcp and dst host 198.51.100.150 and dst port 8000"});
    for (const auto& hook : followed.hooks) fmt::print("  {}\n", hook.text());
    KernelNames names;
    StepDecoder decoder(names.names());
    StepText text;
    size_t shown = 0;
    for (const auto& event : followed.events) {
        const auto line = text.line(decoder.decode(event));
        if (++shown <= 30) fmt::print("{}\n", line);
    }
    const auto& totals = followed.counts.totals;
    EXPECT_EQ(totals.seen, totals.emitted + totals.ring_full);
    EXPECT_EQ(followed.events.size(), followed.told());
    EXPECT_EQ(totals.table_full, 0U);
    EXPECT_EQ(totals.unread, 0U);
    expect_through_the_tunnel(followed);
    expect_whole_lives(followed);
}

// The kernel gives the address of a freed packet to the next at once: one that the filter did not
// take must never show up under the number of one that it took.
TEST_F(FollowTest, NothingForeignShowsUpWhenAddressesAreUsedAgain)
{
    const auto followed =
        follow({.expression = "dst host 198.51.100.150", .ring = 64U << 20}, [this] {
            for (int round = 0; round < 3; ++round) {
                request(4, "20");
                request(6, "40");
            }
        });
    EXPECT_EQ(followed.counts.totals.ring_full, 0U);
    EXPECT_GT(followed.events.size(), 1000U);
    uint64_t foreign = 0;
    for (const auto& event : followed.events) {
        const auto layers = parse_layers(event.protocol, std::span(event.snap, event.snapped));
        if (!layers.inner || layers.inner->destination.text() == vip4) continue;
        if (++foreign <= 10)
            ADD_FAILURE() << "what " << event.what << ", function " << event.function << ": "
                          << layers.text();
    }
    EXPECT_EQ(foreign, 0U);
    expect_whole_lives(followed);
}

// All on one processor: when another runs the functions that programs are being put on, QEMU's
// emulated processors were seen to meet the breakpoint of a change that was over (an oops, "int3").
class OneProcessor : public FollowTest {
protected:
    void SetUp() override
    {
        ASSERT_EQ(::sched_getaffinity(0, sizeof before_, &before_), 0);
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(0, &one);
        ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0); // children inherit it
        FollowTest::SetUp();
    }
    void TearDown() override { ::sched_setaffinity(0, sizeof before_, &before_); }

private:
    cpu_set_t before_{};
};

// While programs are being attached one after the other, traffic is already running: nothing may be
// taken of which a free or a move could go unseen.
TEST_F(OneProcessor, NothingIsTakenBeforeAllIsAttached)
{
    const auto types = KernelTypes::load();
    ASSERT_TRUE(types) << types.error().text();
    auto traffic = topology_->start("client", {"gwflow", "client", service_endpoint(4), "--request",
                                               "32KiB", "--response", "64", "--requests", "1000000",
                                               "--connections", "4", "--quiet"});
    ASSERT_TRUE(traffic) << traffic.error().text();
    const auto packets = [this]() -> uint64_t {
        return topology_->counters("director", "d0").value().rx_packets;
    };
    constexpr auto patience = std::chrono::seconds(120);
    ASSERT_TRUE(wait_until(Deadline::after(patience), "traffic", "begin",
                           [&] { return packets() > 1000; }));
    const auto before = packets();
    auto follower =
        Follower::start(*types, {.expression = "tcp and dst port 8000", .ring = 128U << 20});
    ASSERT_TRUE(follower) << follower.error().text();
    EXPECT_GT(packets(), before); // or this shows nothing
    Followed followed;
    const auto take = [&](const follow_event& event) { followed.events.push_back(event); };
    ASSERT_TRUE(
        wait_until(Deadline::after(patience), "followed packets", "come", [&]() -> Result<bool> {
            TRY(follower->poll(std::chrono::milliseconds(0), take));
            return followed.events.size() > 5000;
        }));
    traffic->signal(SIGKILL);
    const auto counts = follower->stop(take);
    ASSERT_TRUE(counts) << counts.error().text();
    EXPECT_EQ(counts->totals.ring_full, 0U);
    const auto began = static_cast<uint64_t>(follower->began().time_since_epoch().count());
    EXPECT_TRUE(std::ranges::all_of(
        followed.events, [&](const follow_event& event) { return event.time >= began; }));
    expect_whole_lives(followed);
}

TEST_F(FollowTest, TakesWhatArrivesInATunnelByThePacketInside)
{
    const auto followed = follow({.expression = "tcp and dst port 8000", .subject = FILTER_INNER});
    ASSERT_FALSE(followed.events.empty());
    // The client's own packets are in no tunnel: the first to be taken are those of the director.
    EXPECT_EQ(followed.events.front().what, uint32_t(FOLLOW_SENT));
    for (const auto& event : followed.events) {
        if (event.what != FOLLOW_SENT) continue;
        const auto layers = parse_layers(event.protocol, std::span(event.snap, event.snapped));
        EXPECT_EQ(layers.tunnel, TunnelType::gue) << layers.text();
    }
    const auto none = follow({.expression = "tcp and dst port 9", .subject = FILTER_INNER});
    EXPECT_EQ(none.counts.totals.arrived, 0U);
}

TEST_F(FollowTest, TakesWhatIsInATunnelByThePacketOutside)
{
    const auto followed = follow({.expression = "udp and dst port 5501", .subject = FILTER_OUTER});
    ASSERT_FALSE(followed.events.empty());
    for (const auto& event : followed.events) {
        if (event.what != FOLLOW_SENT) continue;
        const auto layers = parse_layers(ETH_P_IP, std::span(event.snap, event.snapped));
        EXPECT_EQ(layers.tunnel, TunnelType::gue) << layers.text();
    }
    // The same filter on the packets inside, which are TCP, and one that only these match.
    const auto inside = follow({.expression = "udp", .subject = FILTER_INNER});
    EXPECT_EQ(inside.counts.totals.arrived, 0U);
    const auto none = follow({.expression = "tcp", .subject = FILTER_OUTER});
    EXPECT_EQ(none.counts.totals.arrived, 0U);
}

TEST_F(FollowTest, CountsWhatATinyRingLoses)
{
    const auto followed = follow({.expression = "tcp and dst port 8000", .ring = 4096});
    const auto& totals = followed.counts.totals;
    EXPECT_GT(totals.ring_full, 0U);
    EXPECT_EQ(totals.seen, totals.emitted + totals.ring_full);
    EXPECT_EQ(followed.events.size(), followed.told());
}

TEST_F(FollowTest, TakesAsManyAsAskedFor)
{
    const auto followed = follow({.expression = "tcp and dst port 8000", .most_packets = 1});
    EXPECT_GE(followed.counts.totals.arrived, 1U);
    EXPECT_LE(followed.counts.totals.arrived, 2U); // one more when processors race
}

TEST_F(FollowTest, ABadFilterIsAnErrorBeforeAnythingIsLoaded)
{
    const auto types = KernelTypes::load();
    ASSERT_TRUE(types) << types.error().text();
    const auto refused = Follower::start(*types, {.expression = "tcp and prot 80"});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text().find("syntax error"), std::string::npos);
}

TEST_F(FollowTest, NothingMatchesNothingIsTold)
{
    const auto followed = follow({.expression = "tcp and port 9"});
    EXPECT_TRUE(followed.events.empty());
    EXPECT_EQ(followed.counts.totals.arrived, 0U);
}

} // namespace
} // namespace gueway
