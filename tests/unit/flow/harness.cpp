// SPDX-License-Identifier: GPL-2.0-only
#include "harness.h"

#include "flow/socket.h"

#include <array>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

namespace gueway::flow::test {

Endpoint loopback(int family, uint16_t port)
{
    return {parse_address(family == AF_INET ? "127.0.0.1" : "::1").value(), port};
}

StopSign::StopSign() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void StopSign::raise() const
{
    const uint64_t one = 1;
    EXPECT_EQ(::write(fd_.get(), &one, sizeof one), ssize_t{sizeof one});
}

RunningServer::RunningServer(int family, Sending sending)
    : server_(
          Server::open({.listen = {loopback(family)}, .tcp = true, .udp = true, .sending = sending})
              .value())
{
    thread_ = std::thread([this] { totals_ = server_.serve(sign_.fd()).value(); });
}

ServerTotals RunningServer::stop()
{
    if (thread_.joinable()) {
        sign_.raise();
        thread_.join();
    }
    return totals_;
}

namespace {

Fd connected(const Endpoint& server, int type)
{
    Fd fd(::socket(server.address.family, type | SOCK_CLOEXEC, 0));
    EXPECT_TRUE(fd);
    if (!fd) return fd;
    sockaddr_storage storage{};
    const socklen_t length = socket_address(server, storage);
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
    return fd;
}

bool readable(const pollfd& entry)
{
    return entry.revents != 0;
}

} // namespace

TcpRelay::TcpRelay(const Endpoint& server, Touch touch)
    : server_(server), touch_(std::move(touch)),
      listener_(open_server(loopback(), Protocol::tcp, {}).value())
{
    at_ = local_endpoint(listener_.get()).value();
    thread_ = std::thread([this] { run(); });
}

TcpRelay::~TcpRelay()
{
    sign_.raise();
    thread_.join();
}

void TcpRelay::run()
{
    for (;;) {
        std::array<pollfd, 2> set = {{{listener_.get(), POLLIN, 0}, {sign_.fd(), POLLIN, 0}}};
        ::poll(set.data(), set.size(), -1);
        if (readable(set[1])) return;
        if (readable(set[0])) serve(Fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)));
    }
}

void TcpRelay::serve(Fd client)
{
    const Fd server = connected(server_, SOCK_STREAM);
    std::array<uint64_t, 2> offsets{};
    for (;;) {
        std::array<pollfd, 3> set = {
            {{client.get(), POLLIN, 0}, {server.get(), POLLIN, 0}, {sign_.fd(), POLLIN, 0}}};
        ::poll(set.data(), set.size(), -1);
        if (readable(set[2])) return;
        if (readable(set[0]) && !pass(Way::to_server, client.get(), server.get(), offsets[0]))
            return;
        if (readable(set[1]) && !pass(Way::to_client, server.get(), client.get(), offsets[1]))
            return;
    }
}

bool TcpRelay::pass(Way way, int from, int to, uint64_t& offset)
{
    std::array<std::byte, 65536> block;
    const ssize_t n = ::recv(from, block.data(), block.size(), 0);
    if (n <= 0) return false;
    const auto bytes = std::span(block).first(static_cast<size_t>(n));
    for (auto& byte : bytes) touch_(way, offset++, byte);
    passed_.at(static_cast<size_t>(way)) += bytes.size();
    return ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL) == n;
}

SlowSink::SlowSink(size_t per_millisecond)
    : per_millisecond_(per_millisecond),
      listener_(open_server(loopback(), Protocol::tcp, {}).value()),
      at_(local_endpoint(listener_.get()).value())
{
    const int window = 16384; // inherited by what it accepts
    EXPECT_EQ(::setsockopt(listener_.get(), SOL_SOCKET, SO_RCVBUF, &window, sizeof window), 0);
    thread_ = std::thread([this] { run(); });
}

void SlowSink::stop()
{
    if (!thread_.joinable()) return;
    sign_.raise();
    thread_.join();
}

void SlowSink::run()
{
    std::vector<std::byte> block(per_millisecond_);
    Fd peer;
    for (;;) {
        pollfd stop{sign_.fd(), POLLIN, 0};
        if (::poll(&stop, 1, 1) > 0) return;
        if (!peer) peer.reset(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!peer) continue;
        const ssize_t n = ::recv(peer.get(), block.data(), block.size(), MSG_DONTWAIT);
        if (n > 0) taken_ += static_cast<uint64_t>(n);
    }
}

UdpRelay::UdpRelay(const Endpoint& server, Touch touch)
    : touch_(std::move(touch)), front_(open_server(loopback(), Protocol::udp, {}).value()),
      back_(connected(server, SOCK_DGRAM)), at_(local_endpoint(front_.get()).value())
{
    thread_ = std::thread([this] { run(); });
}

UdpRelay::~UdpRelay()
{
    sign_.raise();
    thread_.join();
}

void UdpRelay::run()
{
    for (;;) {
        std::array<pollfd, 3> set = {
            {{front_.get(), POLLIN, 0}, {back_.get(), POLLIN, 0}, {sign_.fd(), POLLIN, 0}}};
        ::poll(set.data(), set.size(), -1);
        if (readable(set[2])) return;
        if (readable(set[0])) pass(Way::to_server);
        if (readable(set[1])) pass(Way::to_client);
    }
}

void UdpRelay::pass(Way way)
{
    std::array<std::byte, 65536> block;
    sockaddr_storage peer{};
    socklen_t length = sizeof peer;
    const int from = way == Way::to_server ? front_.get() : back_.get();
    const ssize_t n = ::recvfrom(from, block.data(), block.size(), MSG_DONTWAIT,
                                 reinterpret_cast<sockaddr*>(&peer), &length);
    if (n < 0) return;
    // The client's datagrams have to come first: they tell where its answers go.
    if (way == Way::to_server) {
        EXPECT_EQ(::connect(front_.get(), reinterpret_cast<sockaddr*>(&peer), length), 0);
    }
    const auto datagram = std::span(block).first(static_cast<size_t>(n));
    uint64_t index = 0;
    {
        const std::scoped_lock lock(mutex_);
        auto& sizes = sizes_.at(static_cast<size_t>(way));
        index = sizes.size();
        sizes.push_back(datagram.size());
    }
    if (!touch_(way, index, datagram)) return;
    ::send(way == Way::to_server ? back_.get() : front_.get(), datagram.data(), datagram.size(),
           MSG_NOSIGNAL);
}

std::vector<size_t> UdpRelay::sizes(Way way)
{
    const std::scoped_lock lock(mutex_);
    return sizes_.at(static_cast<size_t>(way));
}

ClientOptions small_run(const Endpoint& server, Protocol protocol)
{
    ClientOptions options;
    options.server = server;
    options.protocol = protocol;
    options.requests = 3;
    options.deadline = 60 * ns_per_s;
    return options;
}

} // namespace gueway::flow::test
