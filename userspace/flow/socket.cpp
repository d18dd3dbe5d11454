// SPDX-License-Identifier: GPL-2.0-only
#include "flow/socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <netinet/udp.h>

namespace gueway::flow {

namespace {

// A burst of datagrams has to wait somewhere while one thread works through it. Without privilege
// the kernel cuts this to net.core.rmem_max.
constexpr int udp_receive_buffer = 8 << 20;

Result<void> set(int fd, int level, int option, int value, const std::string& object,
                 const std::string& operation, const std::string& remedy = {})
{
    if (::setsockopt(fd, level, option, &value, sizeof value) == 0) return {};
    return errno_error(object, operation, remedy);
}

Result<Fd> open_socket(const Endpoint& endpoint, Protocol protocol)
{
    const int type = protocol == Protocol::tcp ? SOCK_STREAM : SOCK_DGRAM;
    Fd fd(::socket(endpoint.address.family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (fd) return fd;
    const char* remedy = "";
    if (errno == EMFILE) remedy = "raise the limit of open files (ulimit -n)";
    if (errno == EAFNOSUPPORT) remedy = "IPv6 is disabled here";
    return errno_error(endpoint.text(), "create socket", remedy);
}

Result<void> apply_mss(int fd, const Sending& sending, const std::string& object)
{
    if (!sending.mss) return {};
    return set(fd, IPPROTO_TCP, TCP_MAXSEG, *sending.mss, object,
               "set TCP_MAXSEG to " + std::to_string(*sending.mss));
}

Result<void> bind_to(int fd, const Endpoint& local, const std::string& remedy)
{
    sockaddr_storage storage{};
    const socklen_t length = socket_address(local, storage);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&storage), length) == 0) return {};
    return errno_error(local.text(), "bind", remedy);
}

void enlarge_receive_buffer(int fd)
{
    const int size = udp_receive_buffer;
    if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
        ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

Result<void> prepare_udp_server(int fd, const Endpoint& local)
{
    enlarge_receive_buffer(fd);
    const bool v6 = local.address.family == AF_INET6;
    return set(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVPKTINFO : IP_PKTINFO, 1,
               local.text(), "ask for destination addresses");
}

} // namespace

Result<Fd> open_client(const Endpoint& server, Protocol protocol,
                       const std::optional<Address>& source, const Sending& sending)
{
    Fd fd = TRY(open_socket(server, protocol));
    if (source) {
        // Without this a port is taken for all destinations at bind, and they run out early.
        ::setsockopt(fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &(const int&)1, sizeof(int));
        TRY(bind_to(fd.get(), {*source, 0}, "--bind takes an address of this host"));
    }
    if (protocol == Protocol::udp) {
        enlarge_receive_buffer(fd.get());
        return fd;
    }
    TRY(apply_mss(fd.get(), sending, server.text()));
    TRY(prepare_stream(fd.get(), sending.gso_for(protocol)));
    return fd;
}

int begin_connect(int fd, const Endpoint& server)
{
    sockaddr_storage storage{};
    const socklen_t length = socket_address(server, storage);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&storage), length) == 0) return 0;
    return errno == EINPROGRESS ? 0 : errno;
}

int pending_error(int fd)
{
    int code = 0;
    socklen_t length = sizeof code;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : errno;
}

Result<Fd> open_server(const Endpoint& local, Protocol protocol, const Sending& sending)
{
    Fd fd = TRY(open_socket(local, protocol));
    const std::string object = std::string(name_of(protocol)) + " " + local.text();
    if (local.address.family == AF_INET6)
        TRY(set(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1, object, "set IPV6_V6ONLY"));
    if (protocol == Protocol::tcp) {
        TRY(set(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1, object, "set SO_REUSEADDR"));
        TRY(apply_mss(fd.get(), sending, object));
    } else {
        TRY(prepare_udp_server(fd.get(), local));
    }
    TRY(bind_to(fd.get(), local, "--listen takes a free port on an address of this host"));
    if (protocol == Protocol::tcp && ::listen(fd.get(), SOMAXCONN) != 0)
        return errno_error(object, "listen");
    return fd;
}

Result<void> prepare_stream(int fd, bool gso)
{
    // Nagle's algorithm would hold the last segment of a message back until the one before it is
    // acknowledged, and that is delayed by up to 40 ms: the latency measured would be ours.
    TRY(set(fd, IPPROTO_TCP, TCP_NODELAY, 1, "TCP connection", "set TCP_NODELAY"));
    // Part of not using GSO, which StreamWriter explains: poll(2) then answers "writable" only
    // when nothing is unsent.
    if (!gso)
        TRY(set(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 1, "TCP connection", "set TCP_NOTSENT_LOWAT"));
    return {};
}

TcpCounts tcp_counts(int fd)
{
    tcp_info info{}; // an older kernel fills in less; the rest stays zero
    socklen_t length = sizeof info;
    if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return {};
    return {info.tcpi_bytes_acked, info.tcpi_total_retrans, info.tcpi_snd_mss};
}

uint64_t receive_drops(int fd)
{
    std::array<uint32_t, SK_MEMINFO_VARS> info{};
    socklen_t length = sizeof info;
    if (::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info.data(), &length) != 0) return 0;
    return info[SK_MEMINFO_DROPS];
}

} // namespace gueway::flow
