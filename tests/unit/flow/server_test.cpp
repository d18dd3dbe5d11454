// SPDX-License-Identifier: GPL-2.0-only
#include "flow/socket.h"
#include "flow/stop.h"
#include "harness.h"
#include "util/deadline.h"
#include "util/file.h"
#include "util/text.h"

#include <csignal>

#include <gtest/gtest.h>
#include <sys/wait.h>

namespace gueway::flow::test {
namespace {

using namespace std::chrono_literals;

// What `gwflow server --ready-file` does, as a process of its own. Its exit status tells: 0 ended
// as asked, with one request answered.
[[noreturn]] void be_server(const fs::path& ready)
{
    const auto stop = stop_signals();
    auto server = Server::open({.listen = {loopback(), loopback(AF_INET6)}});
    if (!stop || !server || !write_file(ready, listeners_text(server->listeners()))) ::_exit(2);
    const auto totals = server->serve(stop->get());
    ::_exit(totals && totals->requests == 1 ? 0 : 1);
}

TEST(ServerProcess, TellsWhereItListensAndEndsOnSigterm)
{
    const auto dir = TempDir::make().value();
    const auto ready = dir.path() / "ready";
    const pid_t pid = ::fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) be_server(ready);
    ASSERT_TRUE(wait_until(Deadline::after(60s), "server", "its ready file",
                           [&] { return fs::exists(ready); }));
    const std::string content = read_file(ready).value();
    const auto listeners = lines(content);
    ASSERT_EQ(listeners.size(), 4U) << content;
    EXPECT_EQ(words(listeners[0])[0], "tcp");
    EXPECT_EQ(words(listeners[3])[0], "udp");
    ClientOptions options = small_run(parse_endpoint(words(listeners[2])[1]).value());
    options.requests = 1;
    EXPECT_TRUE(run_client(options).value().clean());
    ::kill(pid, SIGTERM);
    int status = -1;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Server, ServesManyAtOnce)
{
    RunningServer server;
    ClientOptions options = small_run(server.at());
    options.connections = 100;
    options.requests = 300;
    const auto report = run_client(options).value();
    EXPECT_EQ(report.ok, 300U) << summary(report);
    EXPECT_EQ(server.stop().connections, 100U);
}

TEST(Server, OfATakenPortNamesIt)
{
    RunningServer server;
    const auto second = Server::open({.listen = {server.at()}});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, EADDRINUSE);
    EXPECT_EQ(second.error().object, server.at().text());
}

TEST(Server, GoesOnAfterBytesThatAreNotGwflows)
{
    RunningServer server;
    {
        const Fd stranger = open_client(server.at(), Protocol::udp, {}, {}).value();
        ASSERT_EQ(begin_connect(stranger.get(), server.at()), 0);
        ASSERT_EQ(::send(stranger.get(), "hello", 5, 0), 5);
        const TcpRelay relay(server.at(), [](Way way, uint64_t, std::byte& byte) {
            if (way == Way::to_server) byte = std::byte{'x'};
        });
        EXPECT_EQ(run_client(small_run(relay.at())).value().failed, 3U);
    }
    EXPECT_TRUE(run_client(small_run(server.at())).value().clean());
    EXPECT_TRUE(run_client(small_run(server.at(), Protocol::udp)).value().clean());
    EXPECT_EQ(server.stop().mismatches, 4U);
}

TEST(Server, WithoutAnythingToServeIsUsage)
{
    EXPECT_FALSE(Server::open({}));
    EXPECT_FALSE(Server::open({.listen = {loopback()}, .tcp = false, .udp = false}));
}

TEST(Server, AnswersOverUdpFromTheAddressThatWasAsked)
{
    // All of 127/8 is local; the route back would choose 127.0.0.1, and a client's connected
    // socket takes datagrams of its peer only.
    auto server = Server::open({.listen = {{parse_address("0.0.0.0").value(), 0}}}).value();
    const uint16_t port = server.listeners().front().local.port;
    const StopSign sign;
    std::thread serving([&] { EXPECT_TRUE(server.serve(sign.fd())); });
    ClientOptions options = small_run({parse_address("127.0.0.9").value(), port}, Protocol::udp);
    options.bind = loopback().address;
    EXPECT_TRUE(run_client(options).value().clean());
    sign.raise();
    serving.join();
}

} // namespace
} // namespace gueway::flow::test
