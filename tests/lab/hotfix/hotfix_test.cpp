// SPDX-License-Identifier: GPL-2.0-only
// The hotfix module, loaded and unloaded around traffic: on a kernel with the bug it repairs what
// segmentation would drop, on a fixed one it finds nothing to do.
//
//     client c0 --- d0 director d1 --- u0 w1, w2      the director segments tunnels in software
#include "flow/report.h"
#include "incident/director.h"
#include "incident/replay.h"
#include "tests/assert_ok.h"
#include "util/json.h"

#include <chrono>
#include <memory>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

using namespace std::chrono_literals;

constexpr const char* module_file = "/lib/gueway/gueway_hotfix.ko";
const ReferenceOptions reference_options = ReplayOptions{}.reference;

Result<void> load()
{
    TRY(run_ok({"insmod", module_file}, "the suite's row brings it: +kernel/hotfix"));
    return {};
}

Result<void> unload()
{
    TRY(run_ok({"rmmod", "gueway_hotfix"}, ""));
    return {};
}

struct Counts {
    uint64_t seen = 0, right = 0, repaired = 0;
};

class Hotfix : public testing::Test {
protected:
    void SetUp() override
    {
        auto built = Topology::build(reference(reference_options));
        ASSERT_OK(built);
        topology_ = std::make_unique<Topology>(std::move(*built));
        ASSERT_OK(configure(*topology_, reference_options));
        auto servers = start_servers(*topology_, reference_options);
        ASSERT_OK(servers);
        servers_ = std::move(*servers);
    }
    void TearDown() override
    {
        if (!fs::exists("/sys/module/gueway_hotfix")) return;
        EXPECT_TRUE(unload());
    }

    Counts counts() const
    {
        Counts counts;
        const auto text = topology_->run_ok("director", {"cat", "/proc/net/gueway_hotfix"});
        EXPECT_TRUE(text) << text.error().text();
        std::istringstream(text.value_or("")) >> counts.seen >> counts.right >> counts.repaired;
        return counts;
    }

    std::vector<std::string> client(int family, const std::vector<std::string>& more) const
    {
        std::vector<std::string> argv = {"gwflow",    "client", service_endpoint(family),
                                         "--request", "32KiB",  "--response",
                                         "64",        "--quiet"};
        argv.insert(argv.end(), more.begin(), more.end());
        return argv;
    }

    // What the underlay device dropped while requests of 32 KiB were sent, which all were answered.
    uint64_t dropped(int family) const
    {
        const auto before = topology_->counters("director", "d1");
        const auto sent = topology_->run(
            "client", client(family, {"--fresh", "--requests", "3", "--deadline", "60"}));
        const auto after = topology_->counters("director", "d1");
        EXPECT_TRUE(before && after && sent);
        if (!before || !after || !sent) return 0;
        EXPECT_EQ(sent->status, 0) << sent->output << sent->errors;
        return after->tx_dropped - before->tx_dropped;
    }

    std::unique_ptr<Topology> topology_;
    std::vector<Process> servers_;
};

TEST_F(Hotfix, RepairsWhatSegmentationDropsAndNothingElse)
{
    for (const int family : {4, 6}) {
        const bool affected = dropped(family) > 0;
        ASSERT_OK(load());
        EXPECT_EQ(dropped(family), 0U);
        const auto counted = counts();
        EXPECT_EQ(counted.repaired > 0, affected) << counted.repaired;
        EXPECT_EQ(counted.right > 0, !affected) << counted.right;
        EXPECT_EQ(counted.seen, counted.right + counted.repaired);
        ASSERT_OK(unload());
        EXPECT_EQ(dropped(family) > 0, affected) << "after unloading";
        fmt::print("IPv{}: {}; {} packets repaired, {} right\n", family,
                   affected ? "this kernel drops" : "this kernel is fixed", counted.repaired,
                   counted.right);
    }
}

TEST_F(Hotfix, ComesAndGoesUnderTrafficWithoutLosingAConnection)
{
    auto running = topology_->start("client", client(4, {"--connections", "20", "--duration", "6",
                                                         "--deadline", "60", "--json", "/tmp/f"}));
    ASSERT_OK(running);
    for (int i = 0; i < 10; ++i) {
        ASSERT_OK(load());
        const auto met = Deadline::after(10s);
        while (counts().seen == 0 && !met.passed()) std::this_thread::sleep_for(10ms);
        EXPECT_GT(counts().seen, 0U) << "no packet met the hook, time " << i;
        ASSERT_OK(unload());
        if (running->wait(Deadline::after(1ms))) break;
    }
    ASSERT_OK(load());
    EXPECT_EQ(running->wait(Deadline::after(90s)), 0) << "requests failed, or connections did";
    const auto json = read_json("/tmp/f");
    ASSERT_OK(json);
    const auto report = flow::from_json(*json, "/tmp/f");
    ASSERT_OK(report);
    EXPECT_EQ(report->tcp.connections, 20U) << flow::summary(*report);
}

} // namespace
} // namespace gueway
