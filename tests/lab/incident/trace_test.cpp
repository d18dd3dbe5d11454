// SPDX-License-Identifier: GPL-2.0-only
// The drop tracer during the incident: IPVS with GUE, the director segments in software.
#include "drops/drop_histogram.h"
#include "incident/director.h"
#include "incident/replay.h"
#include "trace/follower.h"
#include "trace/names.h"
#include "trace/session.h"
#include "trace/step_text.h"
#include "util/text.h"

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
    if (ready.get_future().wait_for(std::chrono::seconds(300)) == std::future_status::ready) {
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

// The steps of the packet that was dropped first by segmentation, and what was before its drop.
std::vector<Step> dropped_way(const Topology& topology, int family)
{
    const auto types = KernelTypes::load();
    EXPECT_TRUE(types) << types.error().text();
    auto follower = Follower::start(*types, {.expression = "tcp and dst port 8000", .stack = true});
    EXPECT_TRUE(follower) << follower.error().text();
    if (!follower) return {};
    send_requests(topology, family);
    KernelNames names;
    StepDecoder decoder(names.names());
    std::map<uint64_t, std::vector<Step>> packets;
    uint64_t dropped = 0;
    const auto counts = follower->stop([&](const follow_event& event) {
        auto step = decoder.decode(event);
        // A segment that came through and that TCP on the worker had already ends as a drop too.
        if (step.kind == StepKind::dropped && step.encapsulation && !dropped) dropped = step.packet;
        packets[step.packet].push_back(std::move(step));
    });
    EXPECT_TRUE(counts) << counts.error().text();
    if (counts) {
        EXPECT_EQ(counts->totals.ring_full, 0U);
    }
    auto way = packets[dropped];
    const auto drop = std::ranges::find(way, StepKind::dropped, &Step::kind);
    if (drop != way.end()) way.erase(drop + 1, way.end());
    return way;
}

// Arrival as TCP, then the tunnel, then the drop: one packet, with the header that tells why, the
// function that left it so, and the one that could not segment it.
TEST_P(Incident, FollowsThePacketToItsDrop)
{
    const auto way = dropped_way(*topology_, GetParam());
    ASSERT_GT(way.size(), 3U);
    EXPECT_EQ(way.front().kind, StepKind::sent);
    EXPECT_EQ(way.front().layers.tunnel, TunnelType::none);
    const auto ipvs = std::ranges::find(way, "ip_vs_tunnel_xmit", &Step::function);
    ASSERT_NE(ipvs, way.end());
    EXPECT_EQ(ipvs->layers.tunnel, TunnelType::none);
    for (auto step = way.begin(); step <= ipvs; ++step)
        EXPECT_TRUE(step->broken.empty()) << what_happened(*step) << text(step->broken);

    const auto& drop = way.back();
    EXPECT_EQ(drop.layers.tunnel, TunnelType::gue);
    EXPECT_EQ(drop.device.mtu, reference_options.mtu);
    const auto header = drop.tunnel_header;
    if (!header) FAIL() << "no tunnel header";
    EXPECT_EQ(header->length(), -2);
    EXPECT_EQ(header->inner_mac, drop.inner.mac);
    EXPECT_EQ(header->transport, drop.headers.transport);
    const auto bug =
        std::ranges::find(drop.broken, "inner_mac = inner_network", &BrokenInvariant::name);
    ASSERT_NE(bug, drop.broken.end()) << text(drop.broken);
    EXPECT_EQ(bug->after, "ip_vs_tunnel_xmit");
}

TEST_P(Incident, TellsWhichFunctionFailedAndFromWhere)
{
    const auto way = dropped_way(*topology_, GetParam());
    ASSERT_FALSE(way.empty());
    const auto& drop = way.back();
    ASSERT_TRUE(drop.place);
    EXPECT_EQ(drop.place->function, "validate_xmit_skb");
    EXPECT_GT(drop.place->offset, 0U);
    ASSERT_FALSE(drop.returned.empty());
    EXPECT_EQ(drop.returned.front().function, "skb_udp_tunnel_segment");
    EXPECT_EQ(drop.returned.back().function, "__skb_gso_segment");
    for (const auto& answer : drop.returned) EXPECT_EQ(answer.value, -EINVAL) << answer.function;
    ASSERT_FALSE(drop.stack.empty());
    EXPECT_EQ(drop.stack.front().place, *drop.place);
    const auto has = [&](const char* function, const char* module) {
        return std::ranges::any_of(drop.stack, [&](const StackFrame& frame) {
            return frame.place.function == function && frame.place.module == module;
        });
    };
    EXPECT_TRUE(has("__dev_queue_xmit", ""));
    EXPECT_TRUE(has("ip_vs_tunnel_xmit", "ip_vs")) << join(stack_lines(drop), "\n");
}

// As somebody types it during the incident. It ends by itself, with the first drop.
TEST_P(Incident, TheProgramTellsItAndEnds)
{
    using Clock = std::chrono::steady_clock;
    constexpr std::chrono::seconds patience(120);
    const auto directory = TempDir::make();
    ASSERT_TRUE(directory) << directory.error().text();
    const auto ready = directory->path() / "ready", out = directory->path() / "out";
    auto program = Process::start(
        {"sh", "-c",
         fmt::format("exec droptrace --follow 'tcp and dst port 8000' --exit-on-drop --headers "
                     "--stack --ready-file {} >{}",
                     ready.string(), out.string())},
        {});
    ASSERT_TRUE(program) << program.error().text();
    ASSERT_TRUE(wait_until(Deadline::after(patience), "droptrace", "its ready file",
                           [&] { return fs::exists(ready); }));
    const auto begin = Clock::now();
    auto traffic = std::async(std::launch::async, [&] { send_requests(*topology_, GetParam()); });
    EXPECT_EQ(program->wait(Deadline::after(patience)), 0);
    const std::chrono::duration<double> took = Clock::now() - begin;
    traffic.get();
    fmt::print("{:.1f} s from the first request to the end\n", took.count());
    const auto said = read_file(out).value_or("");
    for (const char* part :
         {"sent by this host; netns", "TCP", "ip_vs_tunnel_xmit", " GUE | ",
          "tunnel header -2 bytes (computed: inner mac ", "broken after ip_vs_tunnel_xmit",
          "DROPPED at validate_xmit_skb+0x", "skb_udp_tunnel_segment returned -EINVAL, and so did",
          "__skb_gso_segment", "from __dev_queue_xmit+0x", "\n            inner  "})
        EXPECT_NE(said.find(part), said.npos) << part;
    constexpr size_t shown = 1500;
    const auto drop = said.rfind("DROPPED");
    fmt::print("{}", drop == said.npos ? said : said.substr(drop - std::min(drop, shown)));
}

INSTANTIATE_TEST_SUITE_P(Vip, Incident, testing::Values(4, 6),
                         [](const auto& info) { return fmt::format("IPv{}", info.param); });

} // namespace
} // namespace gueway
