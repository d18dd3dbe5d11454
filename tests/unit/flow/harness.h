// SPDX-License-Identifier: GPL-2.0-only
// A server of our own process, and relays between it and a client that count, change or drop what
// passes. All on loopback, all gone with their objects.
#pragma once

#include "flow/client.h"
#include "flow/server.h"
#include "util/fd.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace gueway::flow::test {

Endpoint loopback(int family = AF_INET, uint16_t port = 0);

// Stops whoever polls its descriptor.
class StopSign {
public:
    StopSign();
    int fd() const { return fd_.get(); }
    void raise() const;

private:
    Fd fd_;
};

// Serves TCP and UDP on one port until destroyed.
class RunningServer {
public:
    explicit RunningServer(int family = AF_INET, Sending sending = {});
    ~RunningServer() { stop(); }
    Endpoint at() const { return server_.listeners().front().local; }
    ServerTotals stop(); // and what it did

private:
    StopSign sign_;
    Server server_;
    ServerTotals totals_;
    std::thread thread_;
};

enum class Way { to_server, to_client };

// Passes the bytes of TCP connections on, one connection after another, each byte first given to
// `touch` with its place in its direction of the connection.
class TcpRelay {
public:
    using Touch = std::function<void(Way, uint64_t offset, std::byte&)>;
    TcpRelay(const Endpoint& server, Touch touch);
    ~TcpRelay();
    Endpoint at() const { return at_; }
    uint64_t passed(Way way) const { return passed_.at(static_cast<size_t>(way)); }

private:
    void run();
    void serve(Fd client);
    bool pass(Way way, int from, int to, uint64_t& offset);

    Endpoint server_, at_;
    Touch touch_;
    StopSign sign_;
    Fd listener_;
    std::array<std::atomic<uint64_t>, 2> passed_{};
    std::thread thread_;
};

// Takes one TCP connection's bytes slowly through a small window, and never answers.
class SlowSink {
public:
    explicit SlowSink(size_t per_millisecond);
    ~SlowSink() { stop(); }
    void stop();
    Endpoint at() const { return at_; }
    uint64_t taken() const { return taken_; } // bytes

private:
    void run();

    size_t per_millisecond_;
    StopSign sign_;
    Fd listener_;
    Endpoint at_;
    std::atomic<uint64_t> taken_ = 0;
    std::thread thread_;
};

// Passes UDP datagrams of one client on; `touch` may change one, or return false to drop it.
class UdpRelay {
public:
    using Touch = std::function<bool(Way, uint64_t index, std::span<std::byte>)>;
    UdpRelay(const Endpoint& server, Touch touch);
    ~UdpRelay();
    Endpoint at() const { return at_; }
    // Lengths of what came in, dropped ones included.
    std::vector<size_t> sizes(Way way);

private:
    void run();
    void pass(Way way);

    Touch touch_;
    StopSign sign_;
    Fd front_, back_; // towards the client, towards the server
    Endpoint at_;
    std::mutex mutex_;
    std::array<std::vector<size_t>, 2> sizes_;
    std::thread thread_;
};

// Options for a few small requests, with a deadline that no machine is too slow for.
ClientOptions small_run(const Endpoint& server, Protocol protocol = Protocol::tcp);

} // namespace gueway::flow::test
