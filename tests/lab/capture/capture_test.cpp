// SPDX-License-Identifier: GPL-2.0-only
// What a capture tells of frames whose shape is known.
#include "link/device.h"
#include "packet/tunnel.h"
#include "tests/assert_ok.h"
#include "tests/lab/capture/wires.h"

#include <cerrno>
#include <numeric>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

namespace gueway {
namespace {

using namespace std::chrono_literals;

class CaptureTest : public OnWires<testing::Test> {
public:
    // Nobody answers.
    static void SetUpTestSuite()
    {
        OnWires::SetUpTestSuite();
        ASSERT_OK(run_in(wires_->a, "ip route add blackhole 203.0.113.0/24"));
        ASSERT_OK(run_in(wires_->a, "ip route add blackhole 2001:db8:f::/48"));
    }

protected:
    Capture listen(const CaptureOptions& options) const
    {
        return wires_->capture(wires_->a, "d0", options).value();
    }
    Frame frame(int family, size_t payload) const
    {
        auto made = wires_->frame(family).value();
        made.payload.resize(payload);
        std::iota(made.payload.begin(), made.payload.end(), uint8_t{0});
        return made;
    }
    // The next one but for the kernel's own multicasts.
    static Captured arrival(Capture& capture)
    {
        constexpr uint8_t ipv6_multicast = 0x33;
        while (auto captured = capture.next(Deadline::after(60s)).value())
            if (captured->bytes[0] != ipv6_multicast) return std::move(*captured);
        ADD_FAILURE() << "nothing came";
        return Captured{.bytes = std::vector<uint8_t>(14)};
    }
    // One datagram of c's own, to be cut by whoever cannot take it whole.
    Result<void> send_segments(const std::vector<uint8_t>& payload, int segment) const
    {
        const auto socket = TRY(wires_->c.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC));
        sockaddr_storage to{};
        const auto size = socket_address(TRY(parse_address("192.0.2.2")), 9, to);
        if (::setsockopt(socket.get(), SOL_UDP, UDP_SEGMENT, &segment, sizeof segment) != 0)
            return errno_error("UDP socket", "set UDP_SEGMENT");
        if (::sendto(socket.get(), payload.data(), payload.size(), 0,
                     reinterpret_cast<const sockaddr*>(&to), size) < 0)
            return errno_error("UDP socket", "send");
        return {};
    }
};

TEST_F(CaptureTest, AFrameIsCapturedAsItWasSent)
{
    for (const bool offload_asked : {false, true}) {
        auto capture = listen({.offload = offload_asked});
        for (const size_t size : {1U, 100U, 1460U}) {
            const auto sent = frame(AF_INET, size);
            ASSERT_OK(sender_->send(sent));
            const auto captured = arrival(capture);
            EXPECT_EQ(captured.bytes, bytes(sent));
            EXPECT_FALSE(captured.outgoing);
            EXPECT_FALSE(captured.checksum_pending);
            EXPECT_FALSE(captured.whole());
            EXPECT_FALSE(captured.vlan);
            EXPECT_EQ(captured.offload.has_value(), offload_asked);
            EXPECT_EQ(captured.ethertype(), 0x0800);
        }
    }
}

TEST_F(CaptureTest, WhatIsLeftToOffloadIsTold)
{
    auto capture = listen({.offload = true});
    auto partial = frame(AF_INET, 100);
    partial.partial = true;
    ASSERT_OK(sender_->send(partial));
    auto captured = arrival(capture);
    EXPECT_TRUE(captured.checksum_pending);
    EXPECT_EQ(captured.pending_at(), 20U);
    EXPECT_FALSE(captured.whole());
    for (const int family : {AF_INET, AF_INET6}) {
        auto gso = frame(family, 60000);
        gso.segment = 1000;
        ASSERT_OK(sender_->send(gso));
        captured = arrival(capture);
        EXPECT_EQ(captured.bytes, bytes(gso));
        EXPECT_TRUE(captured.whole());
        EXPECT_FALSE(captured.untold);
        ASSERT_TRUE(captured.offload);
        EXPECT_EQ(captured.offload->gso_type, family == AF_INET ? gso_tcp4 : gso_tcp6);
        EXPECT_EQ(captured.offload->segment, 1000);
        EXPECT_EQ(captured.pending_at(), family == AF_INET ? 20U : 40U);
        const auto reading = read_tunnel(captured.packet(), {.family = family,
                                                             .checksum_pending = true,
                                                             .pending_at = captured.pending_at(),
                                                             .gso_size = 1000});
        EXPECT_EQ(reading.complaints, Complaints{});
        EXPECT_EQ(reading.payload, 60000U);
    }
}

// Neither it nor what is in front of or behind it gets lost.
TEST_F(CaptureTest, AGsoPacketThatTheKernelHasNoWordsForIsCapturedToo)
{
    auto capture = listen({.outgoing = false, .offload = true});
    const auto plain = frame(AF_INET, 10);
    std::vector<uint8_t> payload(2500, 'x');
    constexpr int rounds = 3;
    for (int i = 0; i < rounds; ++i) {
        ASSERT_OK(sender_->send(plain));
        ASSERT_OK(send_segments(payload, 1000));
    }
    ASSERT_OK(sender_->send(plain));
    for (size_t i = 0; i < 2U * rounds + 1; ++i) {
        const auto one = arrival(capture);
        if (i == 1 && one.bytes.size() == 14 + 28 + 1000)
            GTEST_SKIP() << "veth does not take UDP_SEGMENT whole on this kernel";
        EXPECT_EQ(one.whole(), i % 2 == 1) << i;
        EXPECT_EQ(one.bytes.size(), i % 2 ? 14 + 28 + payload.size() : bytes(plain).size()) << i;
        if (i % 2 == 0) continue;
        fmt::print("UDP_SEGMENT: {}\n",
                   one.untold ? "untold"
                              : fmt::format("type {}, segment {}", one.offload->gso_type,
                                            one.offload->segment));
        EXPECT_TRUE(one.checksum_pending);
        EXPECT_TRUE(one.untold || one.offload->gso_type == gso_udp);
        const auto reading =
            read_tunnel(one.packet(), {.checksum_pending = one.checksum_pending,
                                       .pending_at = one.pending_at(),
                                       .gso_size = one.untold ? 0U : one.offload->segment,
                                       .untold_gso = one.untold});
        EXPECT_EQ(reading.complaints, Complaints{});
    }
}

// Whether the kernel takes UDP's type from a packet socket, as packet/frame.h says.
TEST_F(CaptureTest, UdpOffloadIsTakenOrRefused)
{
    auto capture = listen({.offload = true});
    auto udp = frame(AF_INET, 2500);
    udp.transport = Transport::udp;
    udp.segment = 1000;
    const auto sent = sender_->send(udp);
    if (!sent) {
        fmt::print("refused: {}\n", sent.error().text());
        EXPECT_EQ(sent.error().code, EINVAL);
        ASSERT_OK(send_segments(udp.payload, 1000));
        const auto captured = arrival(capture);
        if (captured.bytes.size() == 14 + 28 + 1000)
            GTEST_SKIP() << "veth does not take UDP_SEGMENT whole on this kernel";
        EXPECT_TRUE(captured.untold) << "whoever does not take it does not tell it either";
        return;
    }
    const auto captured = arrival(capture);
    EXPECT_EQ(captured.bytes, bytes(udp));
    ASSERT_TRUE(captured.offload);
    EXPECT_EQ(captured.offload->gso_type, gso_udp);
    EXPECT_EQ(captured.offload->segment, 1000);
}

TEST_F(CaptureTest, ATagIsBesideTheBytesOrInThem)
{
    auto sent = frame(AF_INET, 100);
    const auto untagged = bytes(sent);
    sent.vlan = 3 << 13 | 77;
    auto out = wires_->capture(wires_->c, "d0").value();
    auto in = listen({});
    ASSERT_OK(sender_->send(sent));
    const auto received = arrival(in), left = arrival(out);
    // The stack takes it out of what comes in.
    EXPECT_EQ(received.vlan, sent.vlan);
    EXPECT_EQ(received.bytes, untagged);
    EXPECT_EQ(received.network(), 14U);
    // What leaves is as the sender made it.
    EXPECT_FALSE(left.vlan);
    EXPECT_TRUE(left.outgoing);
    EXPECT_EQ(left.bytes, bytes(sent));
    EXPECT_EQ(left.network(), 18U);
    EXPECT_EQ(left.ethertype(), 0x0800);
}

TEST_F(CaptureTest, OnlyWhatComesInWhenAsked)
{
    auto capture = wires_->capture(wires_->c, "d0", {.outgoing = false}).value();
    auto other = listen({});
    ASSERT_OK(sender_->send(frame(AF_INET, 100)));
    arrival(other); // it has left
    const auto all = capture.all();
    ASSERT_OK(all);
    for (const auto& one : *all) EXPECT_FALSE(one.outgoing);
}

TEST_F(CaptureTest, FramesWithoutRoomAreAnError)
{
    auto capture = listen({.room = 1 << 16});
    auto big = frame(AF_INET, 60000);
    big.segment = 1000;
    for (int i = 0; i < 20; ++i) ASSERT_OK(sender_->send(big));
    const auto all = capture.all();
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().code, ENOBUFS) << all.error().text();
    ASSERT_OK(sender_->send(frame(AF_INET, 1)));
    EXPECT_TRUE(capture.all()) << "the next time is another time";
}

TEST_F(CaptureTest, AHundredOfTheLongestHaveRoom)
{
    auto capture = listen({.offload = true});
    auto big = frame(AF_INET, 65000);
    big.segment = 1400;
    for (int i = 0; i < 100; ++i) ASSERT_OK(sender_->send(big));
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 100; ++i) EXPECT_EQ(arrival(capture).bytes.size(), 65054U);
    const auto took = std::chrono::steady_clock::now() - begin;
    fmt::print("100 frames in {} us\n",
               std::chrono::duration_cast<std::chrono::microseconds>(took).count());
    ASSERT_OK(capture.all());
}

} // namespace
} // namespace gueway
