// SPDX-License-Identifier: GPL-2.0-only
// Client and server over loopback, when all goes well.
#include "flow/clock.h"
#include "flow/datagram.h"
#include "flow/wire.h"
#include "harness.h"

#include <numeric>

#include <gtest/gtest.h>

namespace gueway::flow::test {
namespace {

uint64_t sum(const std::vector<uint64_t>& values)
{
    return std::accumulate(values.begin(), values.end(), uint64_t{0});
}

struct Shape {
    const char* name;
    int family;
    Protocol protocol;
    std::optional<bool> gso;
    bool fresh;
    uint64_t request, response;
};

class Transfer : public testing::TestWithParam<Shape> {};

TEST_P(Transfer, EveryRequestIsAnsweredAndEveryByteCounted)
{
    const Shape& shape = GetParam();
    RunningServer server(shape.family, {.gso = shape.gso, .mss = {}});
    ClientOptions options = small_run(server.at(), shape.protocol);
    options.sending.gso = shape.gso;
    options.fresh = shape.fresh;
    options.request_size = shape.request;
    options.response_size = shape.response;
    options.connections = 3;
    options.requests = 10;
    options.bind = loopback(shape.family).address;
    const auto report = run_client(options);
    ASSERT_TRUE(report) << report.error().text();
    EXPECT_EQ(report->ok, 10U) << summary(*report);
    EXPECT_TRUE(report->clean());
    EXPECT_EQ(report->latencies.size(), 10U);
    EXPECT_EQ(sum(report->request_timeline), 10 * shape.request);
    EXPECT_EQ(sum(report->response_timeline), 10 * shape.response);
    if (shape.protocol == Protocol::tcp) {
        EXPECT_EQ(report->tcp.connections, shape.fresh ? 10U : 3U);
        EXPECT_EQ(report->tcp.server_unknown, 0U) << "some connection had no goodbye";
        EXPECT_GT(report->tcp.snd_mss, 0U);
    } else {
        EXPECT_EQ(report->udp.sent, 10 * datagrams_of(shape.request, options.datagram));
        EXPECT_EQ(report->udp.received, 10 * datagrams_of(shape.response, options.datagram));
        EXPECT_EQ(report->udp.missing, 0U);
    }
    const ServerTotals totals = server.stop();
    EXPECT_EQ(totals.requests, 10U);
    EXPECT_EQ(totals.mismatches, 0U) << totals.first_mismatch;
}

constexpr auto tcp = Protocol::tcp;
constexpr auto udp = Protocol::udp;

INSTANTIATE_TEST_SUITE_P(
    Shapes, Transfer,
    testing::Values(Shape{"tcp4", AF_INET, tcp, {}, false, 32768, 1 << 20},
                    Shape{"tcp4_nothing", AF_INET, tcp, {}, false, 0, 0},
                    Shape{"tcp4_fresh", AF_INET, tcp, {}, true, 1, 1000},
                    Shape{"tcp4_no_gso", AF_INET, tcp, false, false, 200000, 200000},
                    Shape{"tcp6", AF_INET6, tcp, {}, false, 100000, 32768},
                    Shape{"tcp6_fresh_no_gso", AF_INET6, tcp, false, true, 100, 100},
                    Shape{"udp4", AF_INET, udp, {}, false, 32768, 40000},
                    Shape{"udp4_nothing", AF_INET, udp, {}, false, 0, 0},
                    Shape{"udp4_gso", AF_INET, udp, true, false, 32768, 40000},
                    Shape{"udp4_fresh", AF_INET, udp, {}, true, 100, 1},
                    Shape{"udp6", AF_INET6, udp, {}, false, 5000, 1},
                    Shape{"udp6_gso", AF_INET6, udp, true, false, 5000, 10000}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Sizes, OnTcpAreExactOnTheWire)
{
    RunningServer server;
    const TcpRelay relay(server.at(), [](Way, uint64_t, std::byte&) {});
    ClientOptions options = small_run(relay.at());
    options.request_size = 12345;
    options.response_size = 54321;
    ASSERT_TRUE(run_client(options).value().clean());
    const uint64_t frame = head_size + tail_size; // also all of a goodbye
    EXPECT_EQ(relay.passed(Way::to_server), 3 * (12345 + frame) + frame);
    EXPECT_EQ(relay.passed(Way::to_client), 3 * (54321 + frame) + frame);
}

TEST(Sizes, OfUdpDatagramsAreThoseAskedFor)
{
    for (const bool gso : {false, true}) {
        RunningServer server(AF_INET, {.gso = gso, .mss = {}});
        UdpRelay relay(server.at(), [](Way, uint64_t, std::span<std::byte>) { return true; });
        ClientOptions options = small_run(relay.at(), Protocol::udp);
        options.requests = 1;
        options.sending.gso = gso;
        options.datagram = 1000;
        options.request_size = 2 * (1000 - head_size) + 7;
        options.response_size = 1000 - head_size;
        ASSERT_TRUE(run_client(options).value().clean());
        EXPECT_EQ(relay.sizes(Way::to_server), (std::vector<size_t>{1000, 1000, head_size + 7}));
        EXPECT_EQ(relay.sizes(Way::to_client), (std::vector<size_t>{1000}));
    }
}

// The first answer is on its way when the run is told to end.
TEST(Duration, EndsWhenItIsTold)
{
    RunningServer server;
    const StopSign sign;
    const TcpRelay relay(server.at(), [&](Way way, uint64_t offset, std::byte&) {
        if (way == Way::to_client && offset == 0) sign.raise();
    });
    ClientOptions options = small_run(relay.at());
    options.requests = {};
    options.duration = 600 * ns_per_s;
    const auto report = run_client(options, sign.fd()).value();
    EXPECT_TRUE(report.clean());
    EXPECT_GT(report.ok, 0U);
    EXPECT_LT(report.elapsed, 300 * ns_per_s);
}

TEST(Duration, BeginsRequestsForThatLong)
{
    RunningServer server;
    ClientOptions options = small_run(server.at());
    options.requests = {};
    Report report;
    // That long at least, and once more and longer where not even two requests had their turn.
    constexpr int64_t longest = 10 * ns_per_s;
    for (options.duration = 250 * ns_per_ms; report.ok < 2 && *options.duration < longest;
         *options.duration *= 3) {
        const auto begin = now_ns();
        report = run_client(options).value();
        EXPECT_GE(now_ns() - begin, *options.duration);
        EXPECT_TRUE(report.clean());
    }
    EXPECT_GT(report.ok, 1U);
    EXPECT_EQ(sum(report.request_timeline), report.ok * options.request_size);
}

TEST(Pause, IsBetweenTheRequestsOfAConnection)
{
    RunningServer server;
    ClientOptions options = small_run(server.at());
    options.requests = 4;
    options.connections = 1;
    options.pause = 20 * ns_per_ms;
    const auto report = run_client(options).value();
    EXPECT_TRUE(report.clean());
    ASSERT_EQ(report.begins.size(), 4U);
    for (size_t i = 1; i < report.begins.size(); i++)
        EXPECT_GE(report.begins[i], report.begins[i - 1] + report.latencies[i - 1] + options.pause);
}

TEST(Seed, DecidesWhatIsSent)
{
    RunningServer server;
    std::vector<uint64_t> sums;
    for (const uint64_t seed : {1, 1, 2}) {
        uint64_t& total = sums.emplace_back(0);
        const TcpRelay relay(server.at(), [&total](Way way, uint64_t, std::byte& byte) {
            if (way == Way::to_server) total = total * 31 + std::to_integer<unsigned>(byte);
        });
        ClientOptions options = small_run(relay.at());
        options.seed = seed;
        ASSERT_TRUE(run_client(options).value().clean());
    }
    EXPECT_EQ(sums[0], sums[1]);
    EXPECT_NE(sums[0], sums[2]);
}

} // namespace
} // namespace gueway::flow::test
