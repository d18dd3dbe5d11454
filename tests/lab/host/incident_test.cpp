// SPDX-License-Identifier: GPL-2.0-only
// The incident, unfixed and fixed, and the lane that makes its figures exact.
#include "demo/compare.h"
#include "demo/model.h"
#include "netlab.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace gueway {
namespace {

// A demo of its own: NAME.json and NAME.html in a directory that goes away.
struct Demo {
    TempDir directory = TempDir::make().value();
    Outcome outcome;
    DemoResult result;

    explicit Demo(Argv options)
    {
        Argv argv = {"demo", "--out", directory.path()};
        argv.insert(argv.end(), options.begin(), options.end());
        outcome = netlab(argv);
        const auto json = read_json(directory.path() / "demo.json");
        EXPECT_TRUE(json) << json.error().text() << outcome.errors;
        if (!json) return;
        auto parsed = demo_from_json(*json, "demo.json");
        EXPECT_TRUE(parsed) << parsed.error().text();
        if (parsed) result = std::move(*parsed);
    }
};

// Unfixed over fixed, of the latency quantile `q`; 0 when there is none.
double latency_ratio(const DemoPair& pair, double q)
{
    const auto ratio = demo_latency_ratio(pair, q);
    return ratio ? ratio->value : 0;
}

// How far the worst response's median is from equal on both variants, as a share.
double worst_response(const DemoResult& result)
{
    double worst = 0;
    for (const auto& pair : demo_pairs(result))
        if (pair.before->direction == DemoDirection::Response)
            worst = std::max(worst, std::abs(latency_ratio(pair, 0.5) - 1));
    return worst;
}

// What a request takes at least of which all above the MSS is lost: TCP_RTO_MIN
// (include/net/tcp.h).
constexpr uint64_t retransmission_ns = 200'000'000;

bool small_request(const DemoCell& cell)
{
    return cell.direction == DemoDirection::Request && cell.size == uint64_t{32} * 1024;
}

void expect_incident(const DemoResult& result)
{
    const auto pairs = demo_pairs(result);
    ASSERT_EQ(pairs.size(), 8U);
    for (const auto& pair : pairs) {
        SCOPED_TRACE(demo_cell_name(*pair.before));
        EXPECT_EQ(demo_drops(*pair.after), 0U);
        EXPECT_EQ(pair.after->tx_dropped, 0U);
        if (pair.before->direction == DemoDirection::Response) {
            EXPECT_EQ(demo_drops(*pair.before), 0U);
            continue;
        }
        if (small_request(*pair.before)) {
            const auto median = demo_quantile(*pair.before, 0.5);
            ASSERT_TRUE(median);
            EXPECT_GE(median->ns, retransmission_ns);
            EXPECT_FALSE(pair.after->latencies.empty());
            EXPECT_EQ(pair.after->timed_out, 0U);
        }
        ASSERT_FALSE(pair.before->drops.empty());
        for (const auto& drop : pair.before->drops) {
            EXPECT_TRUE(drop.symbol.starts_with("validate_xmit_skb+0x")) << drop.symbol;
            EXPECT_EQ(drop.reason, "NOT_SPECIFIED");
        }
        EXPECT_EQ(demo_drops(*pair.before), pair.before->tx_dropped);
    }
}

TEST(Incident, IsReplayedAndFixedInTheExactLane)
{
    const Demo demo({});
    EXPECT_EQ(demo.outcome.status, 0) << demo.outcome.output << demo.outcome.errors;
    expect_incident(demo.result);
    for (const auto& pair : demo_pairs(demo.result))
        if (small_request(*pair.before)) {
            EXPECT_GE(latency_ratio(pair, 0.5), 20) << demo_cell_name(*pair.before);
        }
    EXPECT_LE(worst_response(demo.result), 0.01);
    EXPECT_GT(fs::file_size(demo.directory.path() / "demo.html"), 10000U);
}

// Two processors, where times, and with them the verdict on the responses, are a matter of what
// else the machine does: drops and their place are exact, and so is the least time of a
// retransmission.
TEST(WholeIncident, IsReplayedAndFixedInTheSmpLane)
{
    const Demo demo({"--lane", "smp", "--seconds", "1"});
    expect_incident(demo.result);
}

// Traffic through the director, measured twice: equal to the byte, clocks and counters included.
TEST(ExactLane, TwoRunsAreByteIdentical)
{
    constexpr auto command = "incident --name a --requests 2 --json /out/a.json; "
                             "cat /proc/uptime; dmesg; cat /proc/interrupts";
    const auto dir = TempDir::make().value();
    std::string records[2], files[2];
    for (int i : {0, 1}) {
        const auto out = dir.path() / std::to_string(i);
        const auto json = dir.path() / fmt::format("{}.json", i);
        const auto ran =
            netlab({"run", "--lane", "exact", "--ipvs", "vulnerable", "--add", "build/bin/gwflow",
                    "--add", "build/bin/incident", "--add", "build/bin/directorctl", "--out", out,
                    "--json", json, "--", "sh", "-c", command});
        ASSERT_EQ(ran.status, 0) << ran.errors;
        records[i] = read_file(json).value();
        files[i] = read_file(out / "a.json").value();
    }
    EXPECT_GT(files[0].size(), 1000U);
    EXPECT_EQ(files[0], files[1]);
    EXPECT_EQ(records[0], records[1]);
}

} // namespace
} // namespace gueway
