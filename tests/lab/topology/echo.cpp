// SPDX-License-Identifier: GPL-2.0-only
#include "echo.h"

#include "topology/reference.h"

#include <algorithm>
#include <cerrno>
#include <random>
#include <thread>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace gueway {

namespace {

using Bytes = std::vector<unsigned char>;

constexpr int patience_s = 20;
constexpr timeval patience = {.tv_sec = patience_s, .tv_usec = 0};
constexpr unsigned timestamps = 12; // RFC 7323, padded

Bytes random_bytes(size_t size, unsigned seed)
{
    std::mt19937 generator(seed);
    Bytes bytes(size);
    std::ranges::generate(bytes, generator);
    return bytes;
}

struct Endpoint {
    sockaddr_storage storage;
    socklen_t length = 0;
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Endpoint endpoint(const Address& address, uint16_t port)
{
    Endpoint made;
    made.length = socket_address(address, port, made.storage);
    return made;
}

Result<Fd> open_socket(const Topology& topology, const std::string& host, int family)
{
    Fd socket = TRY(TRY(topology.host(host))->socket(family, SOCK_STREAM));
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) // SNDTIMEO bounds connect(2) too
        ::setsockopt(socket.get(), SOL_SOCKET, option, &patience, sizeof patience);
    return socket;
}

Result<std::vector<Fd>> listen_everywhere(const Topology& topology, int workers, Endpoint at)
{
    std::vector<Fd> sockets;
    for (int i = 1; i <= workers; ++i) {
        sockets.push_back(TRY(open_socket(topology, worker_name(i), at.storage.ss_family)));
        const int fd = sockets.back().get();
        if (::bind(fd, at.get(), at.length) != 0 || ::listen(fd, 8) != 0)
            return errno_error(worker_name(i), "listen");
    }
    return sockets;
}

Result<void> send_all(int fd, const Bytes& bytes, const std::string& who)
{
    for (size_t done = 0; done < bytes.size();) {
        const auto sent = ::send(fd, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
        if (sent < 0) return errno_error(who, "send after " + std::to_string(done) + " bytes");
        done += static_cast<size_t>(sent);
    }
    return {};
}

Result<Bytes> receive_all(int fd, size_t size, const std::string& who)
{
    Bytes bytes(size);
    for (size_t done = 0; done < size;) {
        const auto got = ::recv(fd, bytes.data() + done, size - done, 0);
        if (got < 0) return errno_error(who, "receive after " + std::to_string(done) + " bytes");
        if (got == 0) return error(who, "receive", "end after " + std::to_string(done) + " bytes");
        done += static_cast<size_t>(got);
    }
    return bytes;
}

// Serves the first connection that comes to any of the workers; says whose it was.
Result<int> serve(const std::vector<Fd>& listeners, size_t size)
{
    std::vector<pollfd> set(listeners.size());
    std::ranges::transform(listeners, set.begin(),
                           [](const Fd& fd) { return pollfd{fd.get(), POLLIN, 0}; });
    if (::poll(set.data(), set.size(), patience_s * 1000) <= 0)
        return Error{"workers", "wait for a connection", ETIMEDOUT, {}, {}};
    const auto ready = std::ranges::find_if(set, [](const pollfd& p) { return p.revents != 0; });
    const int number = static_cast<int>(ready - set.begin()) + 1;
    const Fd connection(::accept4(ready->fd, nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection) return errno_error(worker_name(number), "accept");
    for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO})
        ::setsockopt(connection.get(), SOL_SOCKET, option, &patience, sizeof patience);
    const auto request = TRY(receive_all(connection.get(), size, worker_name(number)));
    TRY(send_all(connection.get(), request, worker_name(number)));
    return number;
}

// Sends, compares what comes back; returns the MSS.
Result<unsigned> request(int fd, Endpoint to, const Bytes& bytes)
{
    if (::connect(fd, to.get(), to.length) != 0) return errno_error("client", "connect");
    TRY(send_all(fd, bytes, "client"));
    if (TRY(receive_all(fd, bytes.size(), "client")) != bytes)
        return error("client", "compare", "other bytes came back than were sent");
    unsigned mss = 0;
    socklen_t length = sizeof mss;
    if (::getsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &mss, &length) != 0)
        return errno_error("client", "read its MSS");
    return mss + timestamps;
}

} // namespace

Result<Echo> echo(const Topology& topology, int workers, const std::string& vip, uint16_t port,
                  size_t size, unsigned seed)
{
    const auto to = endpoint(TRY(parse_address(vip)), port);
    const auto listeners = TRY(listen_everywhere(topology, workers, to));
    const Fd client = TRY(open_socket(topology, "client", to.storage.ss_family));
    Result<int> worker = 0;
    Result<unsigned> mss = 0U;
    {
        const std::jthread server([&] { worker = serve(listeners, size); });
        mss = request(client.get(), to, random_bytes(size, seed));
        if (!mss) ::shutdown(client.get(), SHUT_RDWR); // a server in the middle of it need not wait
    }
    return Echo{TRY(std::move(worker)), TRY(std::move(mss))};
}

} // namespace gueway
