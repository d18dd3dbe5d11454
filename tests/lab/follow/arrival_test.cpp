// SPDX-License-Identifier: GPL-2.0-only
// Packets that arrive otherwise than through a plain device: with a VLAN's tag in their data, by a
// device on top of another, and cut into more segments than are followed.
#include "link/namespace.h"
#include "packet/layers.h"
#include "trace/follower.h"
#include "trace/selection.h"
#include "util/process.h"

#include <span>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
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
    void send(uint64_t count, size_t size) const
    {
        const auto from = a_.socket(AF_INET, SOCK_DGRAM).value();
        const auto receiver = b_.socket(AF_INET, SOCK_DGRAM).value();
        sockaddr_in to{.sin_family = AF_INET, .sin_port = htons(port)};
        ASSERT_EQ(::inet_pton(AF_INET, "10.77.7.2", &to.sin_addr), 1);
        const auto* address = reinterpret_cast<const sockaddr*>(&to);
        ASSERT_EQ(::bind(receiver.get(), address, sizeof to), 0);
        const timeval patience{.tv_sec = 10, .tv_usec = 0};
        ASSERT_EQ(::setsockopt(receiver.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience),
                  0);
        std::string bytes(size, 'x');
        const auto length = static_cast<ssize_t>(size);
        for (uint64_t i = 0; i < count; ++i)
            ASSERT_EQ(::sendto(from.get(), bytes.data(), size, 0, address, sizeof to), length);
        for (uint64_t i = 0; i < count; ++i)
            ASSERT_EQ(::recv(receiver.get(), bytes.data(), size, 0), length);
    }

    template <class F>
    FollowCounts follow(const SelectionNames& only, F traffic)
    {
        events_.clear();
        const auto types = KernelTypes::load();
        auto follower =
            Follower::start(*types, {.expression = fmt::format("udp and dst port {}", port),
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
    std::string bytes(1U << 20, 'x');
    for (size_t left = 4U << 20; left;) {
        const auto sent =
            ::send(client.get(), bytes.data(), std::min(left, bytes.size()), MSG_DONTWAIT);
        if (sent > 0) left -= static_cast<size_t>(sent);
        (void)::recv(peer.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    }
    uint64_t segments = 0, most = 0;
    const auto counts = follower->stop([&](const follow_event& one) {
        segments += one.what == FOLLOW_SEGMENT;
        if (one.what == FOLLOW_STEP) most = std::max<uint64_t>(most, one.gso_segs);
    });
    ASSERT_TRUE(counts) << counts.error().text();
    fmt::print("{} segments followed, {} left, at most {} of a packet\n", segments,
               counts->totals.segments_left, most);
    EXPECT_GT(segments, uint64_t(FOLLOW_SEGMENTS));
    EXPECT_GT(most, uint64_t(FOLLOW_SEGMENTS)); // or this shows nothing
    EXPECT_GT(counts->totals.segments_left, 0U);
}

} // namespace
} // namespace gueway
