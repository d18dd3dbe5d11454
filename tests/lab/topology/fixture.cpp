// SPDX-License-Identifier: GPL-2.0-only
#include "fixture.h"

#include "util/file.h"

#include <cerrno>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace gueway {

void TopologyTest::SetUp()
{
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    before_ = namespaces();
}

void TopologyTest::TearDown()
{
    EXPECT_EQ(namespaces(), before_) << "namespaces were left behind";
}

// Only our own: other processes may come and go meanwhile.
std::set<std::string> TopologyTest::namespaces()
{
    std::set<std::string> names;
    std::error_code none;
    const std::string own = "gw" + std::to_string(::getpid()) + "-";
    for (const auto& entry : fs::directory_iterator("/run/netns", none))
        if (entry.path().filename().string().starts_with(own))
            names.insert(entry.path().filename());
    return names;
}

namespace {

constexpr uint16_t port = 7000;
constexpr timeval patience = {.tv_sec = 60, .tv_usec = 0};

Fd open_socket(const Topology& topology, const std::string& host, int family)
{
    auto socket = topology.host(host).value()->socket(family, SOCK_DGRAM).value();
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const int never_fragment = family == AF_INET ? IP_PMTUDISC_DO : IPV6_PMTUDISC_DO;
    if (family == AF_INET)
        ::setsockopt(socket.get(), IPPROTO_IP, IP_MTU_DISCOVER, &never_fragment,
                     sizeof never_fragment);
    else
        ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_MTU_DISCOVER, &never_fragment,
                     sizeof never_fragment);
    return socket;
}

} // namespace

ssize_t send_packet(const Topology& topology, const std::string& from, const std::string& to,
                    const std::string& address_text, size_t size)
{
    const auto address = parse_address(address_text).value();
    sockaddr_storage where;
    const auto length = socket_address(address, port, where);
    auto* place = reinterpret_cast<sockaddr*>(&where);
    const Fd receiver = open_socket(topology, to, address.family);
    if (::bind(receiver.get(), place, length) != 0) return -errno;
    const Fd sender = open_socket(topology, from, address.family);
    const size_t headers = (address.family == AF_INET ? 20 : 40) + 8;
    std::vector<char> payload(size - headers, 'x');
    if (::sendto(sender.get(), payload.data(), payload.size(), 0, place, length) < 0) return -errno;
    std::vector<char> room(size);
    const auto received = ::recv(receiver.get(), room.data(), room.size(), 0);
    return received < 0 ? -errno : received + static_cast<ssize_t>(headers);
}

} // namespace gueway
