// SPDX-License-Identifier: GPL-2.0-only
// Packets that arrive otherwise than through a plain device: with a VLAN's tag in their data, by a
// device on top of another, with headers behind the linear part, and cut into more segments than
// are followed.
#include "link/device.h"
#include "link/namespace.h"
#include "packet/layers.h"
#include "packet/tcp_frame.h"
#include "trace/follower.h"
#include "trace/selection.h"
#include "util/deadline.h"
#include "util/process.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <functional>
#include <span>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace gueway {
namespace {

constexpr uint16_t port = 7777;
constexpr uint64_t packets = 20;

// Two hosts on one wire, with VLAN 7 on it: 10.77.7.1 and 10.77.7.2.
class Arrival : public testing::Test {
protected:
    void SetUp() override
    {
        ip("link add gwa type veth peer name gwb netns gwarrivalb", a_);
        for (const auto& [host, device, last] : {std::tuple(&a_, "gwa", 1), {&b_, "gwb", 2}}) {
            ip(fmt::format("link set {} up", device), *host);
            ip(fmt::format("link add link {0} name {0}.7 type vlan id 7", device), *host);
            ip(fmt::format("link set {}.7 up", device), *host);
            ip(fmt::format("addr add 10.77.7.{}/24 dev {}.7", last, device), *host);
        }
        tool("ethtool -K gwa txvlan off", a_);
    }

    void tool(const std::string& command, const Namespace& host) const
    {
        const auto done = host.in([&] { return run_ok({"sh", "-c", command}); });
        ASSERT_TRUE(done) << done.error().text();
    }
    void ip(const std::string& what, const Namespace& host) const { tool("ip " + what, host); }

    // Datagrams from one to the other, until the last has been received.
    void send(uint64_t count, size_t size) const { send(count, std::string(size, 'x')); }
    // As many of them are left in the receiver's socket, and `waiting` is called then.
    void send(
        uint64_t count, std::string bytes, uint64_t left = 0,
        const std::function<void()>& waiting = [] {}) const
    {
        const auto from = a_.socket(AF_INET, SOCK_DGRAM).value();
        const auto receiver = b_.socket(AF_INET, SOCK_DGRAM).value();
        sockaddr_in to{.sin_family = AF_INET, .sin_port = htons(port)};
        ASSERT_EQ(::inet_pton(AF_INET, "10.77.7.2", &to.sin_addr), 1);
        const auto* address = reinterpret_cast<const sockaddr*>(&to);
        ASSERT_EQ(::bind(receiver.get(), address, sizeof to), 0);
        const timeval patience{.tv_sec = 60, .tv_usec = 0};
        ASSERT_EQ(::setsockopt(receiver.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience),
                  0);
        const auto length = static_cast<ssize_t>(bytes.size());
        for (uint64_t i = 0; i < count; ++i)
            ASSERT_EQ(::sendto(from.get(), bytes.data(), bytes.size(), 0, address, sizeof to),
                      length);
        for (uint64_t i = left; i < count; ++i)
            ASSERT_EQ(::recv(receiver.get(), bytes.data(), bytes.size(), 0), length);
        waiting();
    }

    // A frame of that many bytes from gwa, of which the first `linear` are in the linear part of
    // the packet: larger than a page, or the kernel has all of it there.
    void send_in_parts(const std::vector<uint8_t>& frame, uint16_t linear) const
    {
        const auto raw = a_.socket(AF_PACKET, SOCK_RAW).value();
        const int yes = 1;
        ASSERT_EQ(::setsockopt(raw.get(), SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof yes), 0);
        sockaddr_ll to{.sll_family = AF_PACKET, .sll_ifindex = device(a_, "gwa").value().index};
        const FrameOffload offload{.headers = linear};
        std::vector<uint8_t> bytes(sizeof offload + frame.size());
        std::memcpy(bytes.data(), &offload, sizeof offload);
        std::ranges::copy(frame, bytes.begin() + sizeof offload);
        for (uint64_t i = 0; i < packets; ++i)
            ASSERT_EQ(::sendto(raw.get(), bytes.data(), bytes.size(), 0,
                               reinterpret_cast<const sockaddr*>(&to), sizeof to),
                      static_cast<ssize_t>(bytes.size()));
        send(1, 1); // has passed behind them
    }

    template <class F>
    FollowCounts follow(const SelectionNames& only, F traffic)
    {
        return follow(only, fmt::format("udp and dst port {}", port), FILTER_ARRIVED, traffic);
    }
    template <class F>
    FollowCounts follow(const SelectionNames& only, const std::string& expression,
                        filter_subject subject, F traffic)
    {
        events_.clear();
        const auto types = KernelTypes::load();
        auto follower = Follower::start(*types, {.expression = expression,
                                                 .subject = subject,
                                                 .only = select(only).value(),
                                                 .ring = 64U << 20});
        EXPECT_TRUE(follower) << follower.error().text();
        if (!follower) return {};
        traffic();
        return follower->stop([&](const follow_event& one) { events_.push_back(one); }).value();
    }

    // That every packet was received, and with its IP header first.
    void expect_received(const FollowCounts& counts) const
    {
        EXPECT_EQ(counts.totals.arrived, packets);
        uint64_t received = 0;
        for (const auto& one : events_) {
            if (one.what != FOLLOW_RECEIVED) continue;
            const auto layers = parse_layers(one.protocol, std::span(one.snap, one.snapped));
            const auto to = layers.transport.value_or(TransportLayer{}).destination;
            EXPECT_EQ(to, port) << fmt::format("protocol {:#x}", one.protocol);
            received += one.piece == one.packet;
        }
        EXPECT_GE(received, packets);
    }

    Namespace a_ = Namespace::create("gwarrivala").value();
    Namespace b_ = Namespace::create("gwarrivalb").value();
    std::vector<follow_event> events_;
};

TEST_F(Arrival, WithAVlanTagInTheData)
{
    const auto counts = follow({.netns = "gwarrivalb"}, [this] { send(packets, 100); });
    expect_received(counts);
}

TEST_F(Arrival, AtADeviceOnTopOfAnother)
{
    expect_received(follow({.device = "gwb.7"}, [this] { send(packets, 100); }));
    const auto none = follow({.device = "lo"}, [this] { send(packets, 100); });
    EXPECT_EQ(none.totals.arrived, 0U);
}

// An IPv4 packet's header and zeroes behind it.
std::string ipv4(size_t size, size_t length)
{
    std::string bytes(size, '\0');
    bytes[0] = 0x45;
    bytes[2] = static_cast<char>(length >> 8);
    bytes[3] = static_cast<char>(length);
    return bytes;
}

// FOU has no header of its own: a payload that only looks like the beginning of an IP packet is
// none.
TEST_F(Arrival, OnlyAWholePacketInUdpCountsAsFou)
{
    const auto counts = follow({.netns = "gwarrivalb"}, "ip", FILTER_INNER, [this] {
        send(packets, ipv4(100, 100));
        for (const auto& none : {ipv4(100, 101), ipv4(100, 19), std::string(100, 'E'),
                                 std::string("E")}) // too long, too short, neither, cut off
            send(1, none);
    });
    EXPECT_EQ(counts.totals.arrived, packets);
    EXPECT_EQ(counts.totals.unread, 0U);
    EXPECT_EQ(counts.still_followed, 0U);
}

TEST_F(Arrival, ATunnelsHeaderBehindTheLinearPartIsUnread)
{
    constexpr uint16_t link = 14, ip = 20, udp = 8, size = 5000;
    for (const auto& [device, host] : {std::pair("gwa", &a_), {"gwb", &b_}})
        this->ip(fmt::format("link set {} mtu 9000", device), *host);
    std::vector<uint8_t> frame(link + size, 0);
    std::fill_n(frame.begin(), ETH_ALEN, 0xff);
    frame[12] = ETH_P_IP >> 8;
    std::ranges::copy(ipv4(ip, size), frame.begin() + link);
    frame[link + 9] = IPPROTO_UDP;
    frame[link + ip + 4] = (size - ip) >> 8;
    frame[link + ip + 5] = static_cast<uint8_t>(size - ip);
    std::ranges::copy(ipv4(ip, size - ip - udp), frame.begin() + link + ip + udp);
    constexpr auto cut =
        std::to_array<uint16_t>({link, link + ip, link + ip + udp, link + ip + udp + ip - 1});
    const auto counts = follow({.netns = "gwarrivalb"}, "ip", FILTER_INNER, [&] {
        for (const auto linear : cut) send_in_parts(frame, linear);
        send_in_parts(frame, link + ip + udp + ip);
    });
    EXPECT_EQ(counts.totals.unread, cut.size() * packets);
    EXPECT_EQ(counts.totals.arrived, packets);
}

TEST_F(Arrival, WhatWaitsInASocketIsStillFollowed)
{
    constexpr uint64_t left = 7;
    const auto types = KernelTypes::load();
    auto follower = Follower::start(*types, {.expression = fmt::format("udp and dst port {}", port),
                                             .only = select({.netns = "gwarrivalb"}).value(),
                                             .ring = 64U << 20});
    ASSERT_TRUE(follower) << follower.error().text();
    FollowCounts counts{};
    send(packets, std::string(100, 'x'), left,
         [&] { counts = follower->stop([](const follow_event&) {}).value(); });
    EXPECT_EQ(counts.totals.arrived - counts.still_followed, packets - left);
}

// UDP_MAX_SEGMENTS is 64 (128 since 6.9): TCP has as many as it likes, with a small MSS.
TEST_F(Arrival, SegmentsThatAreTooManyAreCounted)
{
    ip("link set gwa.7 mtu 200", a_);
    tool("ethtool -K gwa tso off tx-udp-segmentation off gso on", a_);
    tool("sysctl -q net.ipv4.tcp_min_tso_segs=200", a_); // however slow the connection looks to be
    const auto filter = fmt::format("tcp and dst port {}", port);
    const auto types = KernelTypes::load();
    const auto server = b_.socket(AF_INET, SOCK_STREAM).value();
    sockaddr_in to{.sin_family = AF_INET, .sin_port = htons(port)};
    ASSERT_EQ(::inet_pton(AF_INET, "10.77.7.2", &to.sin_addr), 1);
    ASSERT_EQ(::bind(server.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    ASSERT_EQ(::listen(server.get(), 1), 0);
    const auto client = a_.socket(AF_INET, SOCK_STREAM).value();
    ASSERT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    const Fd peer(::accept(server.get(), nullptr, nullptr));
    ASSERT_TRUE(peer);

    auto follower = Follower::start(*types, {.expression = filter, .ring = 64U << 20});
    ASSERT_TRUE(follower) << follower.error().text();
    uint64_t segments = 0, most = 0;
    const auto take = [&](const follow_event& one) {
        segments += one.what == FOLLOW_SEGMENT;
        if (one.what == FOLLOW_STEP) most = std::max<uint64_t>(most, one.gso_segs);
    };
    // Packets grow with the congestion window, which takes its time where others compute.
    std::string bytes(1U << 20, 'x');
    const auto deadline = Deadline::after(std::chrono::seconds(200));
    for (size_t all = 0; (all < 4U << 20 || most <= FOLLOW_SEGMENTS) && !deadline.passed();) {
        const auto sent = ::send(client.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (sent > 0) all += static_cast<size_t>(sent);
        (void)::recv(peer.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        ASSERT_TRUE(follower->poll(std::chrono::milliseconds(0), take));
    }
    const auto counts = follower->stop(take);
    ASSERT_TRUE(counts) << counts.error().text();
    fmt::print("{} segments followed, {} left, at most {} of a packet\n", segments,
               counts->totals.segments_left, most);
    EXPECT_GT(segments, uint64_t(FOLLOW_SEGMENTS));
    EXPECT_GT(most, uint64_t(FOLLOW_SEGMENTS)); // or this shows nothing
    EXPECT_GT(counts->totals.segments_left, 0U);
}

} // namespace
} // namespace gueway
