// SPDX-License-Identifier: GPL-2.0-only
// Client and server over loopback, when something goes wrong on the way.
#include "flow/socket.h"
#include "flow/wire.h"
#include "harness.h"
#include "util/json.h"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

namespace gueway::flow::test {
namespace {

constexpr int64_t short_deadline = 80 * ns_per_ms; // where nothing ever comes
constexpr int64_t loss_deadline = 300 * ns_per_ms; // the least, where some of it must come in time

// What comes of the options, with a longer deadline for as long as not `enough` has come by it: an
// idle machine is not waited for, and one with much else to do gets the time it needs.
template <class Run, class Enough>
Report in_time(ClientOptions options, Run&& run, Enough&& enough)
{
    constexpr int64_t longest = 10 * ns_per_s;
    for (;; options.deadline *= 3) {
        auto report = run(options);
        if (enough(report) || options.deadline > longest) return report;
    }
}

void expect_failures(const Report& report, FailureKind kind, uint64_t count)
{
    ASSERT_EQ(report.failures.size(), 1U) << summary(report);
    EXPECT_EQ(name_of(report.failures[0].kind), name_of(kind)) << summary(report);
    EXPECT_EQ(report.failures[0].count, count);
    EXPECT_EQ(report.failed, count);
    EXPECT_FALSE(report.clean());
}

// Flips one bit of the byte `at` of each connection's stream, in one direction.
TcpRelay::Touch flip(Way where, uint64_t at)
{
    return [=](Way way, uint64_t offset, std::byte& byte) {
        if (way == where && offset == at) byte ^= std::byte{1};
    };
}

TEST(Corruption, OfATcpRequestIsTheServersFinding)
{
    for (const uint64_t at : {uint64_t{20}, head_size + 500, head_size + 1024 + tail_size - 1}) {
        RunningServer server;
        const TcpRelay relay(server.at(), flip(Way::to_server, at));
        const auto report = run_client(small_run(relay.at())).value();
        expect_failures(report, FailureKind::request_hash_mismatch, 3);
        const auto totals = server.stop();
        EXPECT_EQ(totals.mismatches, 3U) << "at " << at;
        EXPECT_EQ(totals.requests, 0U);
        EXPECT_FALSE(totals.first_mismatch.empty());
    }
}

TEST(Corruption, OfATcpResponseIsTheClientsFinding)
{
    for (const uint64_t at : {uint64_t{20}, head_size + 500, head_size + 1024 + tail_size - 1}) {
        RunningServer server;
        const TcpRelay relay(server.at(), flip(Way::to_client, at));
        const auto report = run_client(small_run(relay.at())).value();
        expect_failures(report, FailureKind::response_hash_mismatch, 3);
        EXPECT_EQ(server.stop().mismatches, 0U);
    }
}

TEST(Corruption, HitsOnlyTheRequestItHits)
{
    RunningServer server;
    const uint64_t one = head_size + 1024 + tail_size;
    bool done = false;
    const TcpRelay relay(server.at(), [&](Way way, uint64_t offset, std::byte& byte) {
        if (way != Way::to_client || offset != one + 100 || std::exchange(done, true)) return;
        byte ^= std::byte{1};
    });
    const auto report = run_client(small_run(relay.at())).value();
    EXPECT_EQ(report.ok, 2U);
    expect_failures(report, FailureKind::response_hash_mismatch, 1);
}

TEST(Corruption, OfUdpDatagramsIsFoundOnBothSides)
{
    for (const Way where : {Way::to_server, Way::to_client}) {
        RunningServer server;
        UdpRelay relay(server.at(), [=](Way way, uint64_t, std::span<std::byte> datagram) {
            if (way == where) datagram.back() ^= std::byte{1};
            return true;
        });
        const auto report = run_client(small_run(relay.at(), Protocol::udp)).value();
        expect_failures(report,
                        where == Way::to_server ? FailureKind::request_hash_mismatch
                                                : FailureKind::response_hash_mismatch,
                        3);
    }
}

TEST(Deadline, CensorsWhatIsNotAnsweredByThen)
{
    // Listens and never accepts: the kernel takes the connection and the request.
    const Fd deaf = open_server(loopback(), Protocol::tcp, {}).value();
    ClientOptions options = small_run(local_endpoint(deaf.get()).value());
    options.deadline = short_deadline;
    options.connections = 3;
    const auto report = run_client(options).value();
    EXPECT_EQ(report.timed_out, 3U);
    EXPECT_EQ(report.failed, 0U);
    EXPECT_TRUE(report.latencies.empty());
    EXPECT_EQ(percentile(report, 0.5), (Percentile{short_deadline, true}));
    EXPECT_GE(report.elapsed, short_deadline);
    EXPECT_EQ(report.tcp.server_unknown, 3U);
    const Json json = to_json(report);
    EXPECT_EQ(json["latency"]["censored_count"], 3);
    EXPECT_EQ(json["latency"]["p50"]["censored"], true);
}

TEST(Deadline, CoversConnectingToo)
{
    // A full accept queue: the kernel drops further SYNs.
    const Fd deaf(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_TRUE(deaf);
    sockaddr_storage storage{};
    const socklen_t length = socket_address(loopback(), storage);
    ASSERT_EQ(::bind(deaf.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
    ASSERT_EQ(::listen(deaf.get(), 0), 0);
    ClientOptions options = small_run(local_endpoint(deaf.get()).value());
    options.deadline = short_deadline;
    options.connections = 3;
    const auto report = run_client(options).value();
    EXPECT_EQ(report.timed_out, 3U) << summary(report);
    EXPECT_LT(report.tcp.connections, 3U);
}

TEST(Timeline, ShowsTheProgressOfARequestThatNeverEnds)
{
    uint64_t taken = 0;
    const auto run = [&](ClientOptions options) {
        SlowSink sink(8192);
        options.server = sink.at();
        auto report = run_client(options).value();
        sink.stop();
        taken = sink.taken();
        return report;
    };
    const auto shown = [](const Report& report) {
        return std::ranges::count_if(report.request_timeline, [](auto bytes) { return bytes > 0; });
    };
    auto options = small_run({});
    options.requests = 1;
    options.request_size = 64 << 20;
    options.deadline = 350 * ns_per_ms;
    const auto report = in_time(options, run, [&](const auto& each) { return shown(each) >= 2; });
    EXPECT_EQ(report.timed_out, 1U);
    EXPECT_GE(shown(report), 2);
    const auto& timeline = report.request_timeline;
    const uint64_t sum = std::accumulate(timeline.begin(), timeline.end(), uint64_t{0});
    constexpr uint64_t window = 65536; // acknowledged, and not yet read
    EXPECT_LE(sum, taken + window);
    EXPECT_GE(sum + head_size, taken / 2);
}

TEST(UdpLoss, OfARequestsDatagramLeavesItUnanswered)
{
    ServerTotals totals;
    const auto run = [&](ClientOptions options) {
        RunningServer server;
        const UdpRelay relay(server.at(), [](Way way, uint64_t index, std::span<std::byte>) {
            return !(way == Way::to_server && index == 4); // the second of the second request
        });
        options.server = relay.at();
        auto report = run_client(options).value();
        totals = server.stop();
        return report;
    };
    auto options = small_run({}, Protocol::udp);
    options.deadline = loss_deadline;
    options.request_size = 3000; // three datagrams
    const auto report = in_time(options, run, [](const auto& each) { return each.ok >= 2; });
    EXPECT_EQ(report.ok, 2U);
    EXPECT_EQ(report.timed_out, 1U);
    EXPECT_EQ(report.udp.unanswered_requests, 1U);
    EXPECT_EQ(report.udp.unanswered_datagrams, 3U);
    EXPECT_EQ(report.udp.sent, 9U);
    EXPECT_EQ(report.udp.missing, 0U);
    EXPECT_EQ(percentile(report, 1), (Percentile{report.options.deadline, true}));
    EXPECT_EQ(totals.incomplete, 1U);
}

TEST(UdpLoss, OfAResponsesDatagramIsCountedAsMissing)
{
    const auto run = [](ClientOptions options) {
        const RunningServer server;
        const UdpRelay relay(server.at(), [](Way way, uint64_t index, std::span<std::byte>) {
            return way == Way::to_server || index == 0;
        });
        options.server = relay.at();
        return run_client(options).value();
    };
    auto options = small_run({}, Protocol::udp);
    options.requests = 1;
    options.deadline = loss_deadline;
    options.response_size = 3000;
    const auto report =
        in_time(options, run, [](const auto& each) { return each.udp.received > 0; });
    EXPECT_EQ(report.timed_out, 1U);
    EXPECT_EQ(report.udp.received, 1U);
    EXPECT_EQ(report.udp.missing, 2U);
}

TEST(Refused, NamesTheServerAndTheRemedy)
{
    Endpoint nobody;
    {
        const Fd once = open_server(loopback(), Protocol::tcp, {}).value();
        nobody = local_endpoint(once.get()).value();
    }
    const auto report = run_client(small_run(nobody)).value();
    expect_failures(report, FailureKind::connect, 3);
    EXPECT_EQ(report.failures[0].first,
              nobody.text() + ": connect: Connection refused (ECONNREFUSED): start gwflow server "
                              "there");
    expect_failures(run_client(small_run(nobody, Protocol::udp)).value(), FailureKind::receive, 3);
}

TEST(Closed, BeforeTheAnswerIsItsOwnKind)
{
    const Fd listener = open_server(loopback(), Protocol::tcp, {}).value();
    std::thread closer([&] {
        const int flags = SOCK_CLOEXEC;
        Fd peer;
        while (!peer) peer.reset(::accept4(listener.get(), nullptr, nullptr, flags));
        std::vector<char> request(head_size + 1024 + tail_size);
        ::recv(peer.get(), request.data(), request.size(), MSG_WAITALL);
    });
    ClientOptions options = small_run(local_endpoint(listener.get()).value());
    options.requests = 1;
    expect_failures(run_client(options).value(), FailureKind::closed, 1);
    closer.join();
}

TEST(Usage, IsRefusedBeforeAnythingIsSent)
{
    const ClientOptions good = small_run(loopback(AF_INET, 1));
    EXPECT_TRUE(validate(good));
    const auto refused = [&](auto change) {
        ClientOptions options = good;
        change(options);
        return !validate(options) && !run_client(options);
    };
    EXPECT_TRUE(refused([](auto& o) { o.server.port = 0; }));
    EXPECT_TRUE(refused([](auto& o) { o.bind = loopback(AF_INET6).address; }));
    EXPECT_TRUE(refused([](auto& o) { o.connections = 0; }));
    EXPECT_TRUE(refused([](auto& o) { o.duration = 1; }));
    EXPECT_TRUE(refused([](auto& o) { o.requests = 0; }));
    EXPECT_TRUE(refused([](auto& o) { o.deadline = 0; }));
    EXPECT_TRUE(refused([](auto& o) { o.sending.mss = 5; }));
    EXPECT_TRUE(refused([](auto& o) { o.datagram = head_size; }));
    EXPECT_TRUE(refused([](auto& o) {
        o.protocol = Protocol::udp;
        o.response_size = 1ULL << 30;
    }));
}

TEST(HostFault, IsAnErrorNotAReport)
{
    ClientOptions options = small_run(loopback(AF_INET, 1));
    options.bind = parse_address("192.0.2.77").value(); // TEST-NET-1: nobody's
    const auto report = run_client(options);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, EADDRNOTAVAIL);
    EXPECT_EQ(report.error().object, "192.0.2.77:0");
}

} // namespace
} // namespace gueway::flow::test
