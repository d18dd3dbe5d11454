// SPDX-License-Identifier: GPL-2.0-only
// The wire carries the bytes of a frame, all of them, and nothing that the sender noted elsewhere.
#include "device.h"
#include "link/features.h"
#include "sniffer.h"
#include "snmp.h"
#include "tests/transport_sum.h"
#include "util/file.h"
#include "util/text.h"

#include <chrono>
#include <numeric>

#include <fmt/format.h>
#include <sys/socket.h>

#ifndef SO_RCVMARK
#define SO_RCVMARK 75
#endif

namespace gueway {
namespace {

using namespace std::chrono_literals;

constexpr uint16_t experimental = 0x88b5; // IEEE 802, for local experiments: nobody answers
constexpr size_t ethernet = 14;

// To everybody, from nobody, with a payload that shows any shift.
std::vector<uint8_t> frame_of(size_t size, std::optional<uint16_t> tag = {})
{
    std::vector<uint8_t> frame(size);
    std::iota(frame.begin(), frame.end(), uint8_t{1});
    std::fill_n(frame.begin(), 6, 0xff);
    frame[6] = 2;
    size_t at = 12;
    if (tag) {
        frame[at++] = 0x81, frame[at++] = 0x00;
        frame[at++] = static_cast<uint8_t>(*tag >> 8), frame[at++] = static_cast<uint8_t>(*tag);
    }
    frame[at++] = experimental >> 8, frame[at] = experimental & 0xff;
    return frame;
}

class Mlx5ishBytes : public Mlx5ish {
protected:
    void SetUp() override
    {
        Mlx5ish::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        build(two_quiet_hosts());
    }
    Sniffer listen(const std::string& host, const std::string& device = "d1") const
    {
        auto made = Sniffer::listen(**topology().host(host), device);
        EXPECT_TRUE(made) << made.error().text();
        return std::move(made).value();
    }
    // The first incoming frame that `wanted` says yes to; an empty one, and a failure, when none
    // comes.
    template <class F>
    static Sniffed arrival(const Sniffer& sniffer, F&& wanted)
    {
        while (auto seen = sniffer.next(Deadline::after(60s)).value())
            if (!seen->outgoing && wanted(*seen)) return *seen;
        ADD_FAILURE() << "the frame did not arrive";
        return {.bytes = std::vector<uint8_t>(ethernet)};
    }
    static bool ours(const Sniffed& seen) { return seen.ethertype() == experimental; }
    static auto of_size(size_t size)
    {
        return [=](const Sniffed& seen) { return seen.bytes.size() == size; };
    }
    uint64_t count(const std::string& host, const std::string& counter) const
    {
        const auto value = counted(host, counter);
        EXPECT_TRUE(value) << value.error().text();
        return value.value_or(0);
    }
    uint64_t of_udp(const std::string& host, const std::string& name) const;
};

TEST_F(Mlx5ishBytes, AFrameArrivesAsItWasSent)
{
    const auto a = listen("a"), b = listen("b");
    for (const size_t size : {60U, 61U, 127U, 1000U, 1513U, 1514U}) {
        const auto frame = frame_of(size);
        ASSERT_OK(a.send(frame, {}));
        const auto seen = arrival(b, ours);
        EXPECT_EQ(seen.bytes, frame);
        EXPECT_FALSE(seen.vlan);
        EXPECT_FALSE(seen.checksum_pending);
    }
}

TEST_F(Mlx5ishBytes, AVlanTagIsInTheBytesAndTakenOutAgain)
{
    const auto a = listen("a"), b = listen("b");
    constexpr uint16_t tag = 5 << 13 | 77; // priority 5, VLAN 77
    const auto frame = frame_of(300, tag);
    for (const bool offload : {true, false}) {
        ASSERT_OK(set_features(**topology().host("b"), "d1", {"rx-vlan-hw-parse"}, offload));
        const auto bytes = count("b", "rx_bytes"), stripped = count("b", "rx_vlan_stripped");
        ASSERT_OK(a.send(frame, {}));
        // Where the device leaves it, the stack takes it out before anybody can listen.
        const auto seen = arrival(b, ours);
        EXPECT_EQ(seen.vlan, tag);
        auto untagged = frame;
        untagged.erase(untagged.begin() + 12, untagged.begin() + 16);
        EXPECT_EQ(seen.bytes, untagged);
        EXPECT_EQ(count("b", "rx_bytes") - bytes, frame.size());
        EXPECT_EQ(count("b", "rx_vlan_stripped") - stripped, offload ? 1U : 0U);
    }
}

TEST_F(Mlx5ishBytes, ATagThatTheStackLeavesToTheDeviceIsOnTheWire)
{
    build();
    const auto b = listen("b");
    const auto bytes = count("b", "rx_bytes");
    ok("a", {"ping", "-c", "1", "-w", "60", "198.18.0.2"});
    constexpr size_t echo = ethernet + 20 + 8 + 56;
    EXPECT_EQ(arrival(b, of_size(echo)).vlan, 100);
    EXPECT_GE(count("b", "rx_bytes") - bytes, echo + 4);
}

TEST_F(Mlx5ishBytes, AFrameTooLongForTheReceiverIsAnErrorAndNotDelivered)
{
    ASSERT_OK(set_mtu(**topology().host("a"), "d1", 1600));
    const auto a = listen("a"), b = listen("b");
    const auto before = count("b", "arrived_oversize");
    ASSERT_OK(a.send(frame_of(1515), {}));
    ASSERT_OK(a.send(frame_of(1519, 77), {}));
    ASSERT_OK(a.send(frame_of(1514), {}));
    ASSERT_OK(a.send(frame_of(1518, 77), {}));
    for (int i = 0; i < 2; ++i) {
        const auto seen = arrival(b, ours);
        EXPECT_EQ(seen.bytes.size(), 1514U);
    }
    EXPECT_FALSE(b.next(Deadline::after(200ms)).value()) << "more than two arrived";
    EXPECT_EQ(count("b", "arrived_oversize") - before, 2U);
    EXPECT_GE(topology().counters("b", "d1").value().rx_errors, 2U);
}

// A route may promise more than the device can.
TEST_F(Mlx5ishBytes, APacketTooLongForTheSenderIsAnErrorAndNotSent)
{
    ok("a", {"ip", "route", "add", "192.0.2.2/32", "dev", "d1", "mtu", "2000"});
    ASSERT_OK(set_mtu(**topology().host("b"), "d1", 9000));
    const auto before = count("a", "tx_oversize");
    const auto b = listen("b");
    const auto lost =
        topology().run("a", {"ping", "-c", "1", "-W", "1", "-s", "1600", "192.0.2.2"});
    ASSERT_OK(lost);
    EXPECT_NE(lost->status, 0);
    EXPECT_EQ(count("a", "tx_oversize") - before, 1U);
    const auto seen = b.all();
    ASSERT_OK(seen);
    for (const auto& each : *seen) EXPECT_LE(each.bytes.size(), 1514U);
    EXPECT_GE(topology().counters("a", "d1").value().tx_errors, 1U);
}

uint64_t Mlx5ishBytes::of_udp(const std::string& host, const std::string& name) const
{
    const auto text = topology().in(host, [] { return read_file("/proc/thread-self/net/snmp"); });
    return udp_count(text.value(), name);
}

TEST_F(Mlx5ishBytes, ChecksumsAreCorrectOnTheWireAndTheReceiverFindsWrongOnes)
{
    const auto a = listen("a"), b = listen("b");
    const auto finished = count("a", "tx_checksums"), complete = count("b", "rx_csum_complete");
    auto sender = (*topology().host("a"))->socket(AF_INET, SOCK_DGRAM).value();
    const auto receiver = (*topology().host("b"))->socket(AF_INET, SOCK_DGRAM).value();
    sockaddr_storage to;
    const auto length = socket_address(parse_address("192.0.2.2").value(), 7000, to);
    ASSERT_EQ(::bind(receiver.get(), reinterpret_cast<sockaddr*>(&to), length), 0);
    const std::string payload = "an odd number of bytes, 33 of it.";
    ASSERT_EQ(::sendto(sender.get(), payload.data(), payload.size(), 0,
                       reinterpret_cast<sockaddr*>(&to), length),
              static_cast<ssize_t>(payload.size()));

    const auto seen = arrival(b, of_size(ethernet + 20 + 8 + payload.size()));
    EXPECT_EQ(count("a", "tx_checksums") - finished, 1U);
    EXPECT_GE(count("b", "rx_csum_complete") - complete, 1U);
    const auto ip = std::span(seen.bytes).subspan(ethernet);
    EXPECT_TRUE(transport_sum_is_right(ip)) << hexadecimal(ip);

    const auto errors = of_udp("b", "InCsumErrors"), good = of_udp("b", "InDatagrams");
    auto damaged = seen.bytes;
    damaged.back() ^= 1;
    ASSERT_OK(a.send(damaged, {}));
    ASSERT_OK(a.send(seen.bytes, {}));
    // It counts when the socket is read.
    EXPECT_TRUE(wait_until(Deadline::after(60s), "b", "both datagrams", [&] {
        char room[100];
        while (::recv(receiver.get(), room, sizeof room, MSG_DONTWAIT) >= 0) {
        }
        return of_udp("b", "InCsumErrors") - errors == 1 && of_udp("b", "InDatagrams") - good == 2;
    }));
}

// The mark that a datagram came with, by SO_RCVMARK, which kernels have since 5.19.
std::optional<uint32_t> received_mark(const Fd& receiver)
{
    char byte = 0;
    alignas(cmsghdr) char control[64];
    iovec bytes = {.iov_base = &byte, .iov_len = 1};
    msghdr message{};
    message.msg_iov = &bytes;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const timeval patience = {.tv_sec = 60, .tv_usec = 0};
    ::setsockopt(receiver.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::recvmsg(receiver.get(), &message, 0) < 0) return {};
    for (auto* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_MARK)
            return *reinterpret_cast<uint32_t*>(CMSG_DATA(c));
    return {};
}

TEST_F(Mlx5ishBytes, TheMarkDoesNotCross)
{
    constexpr int mark = 7, on = 1;
    for (const auto& [host, address, expected] :
         {std::tuple("a", "127.0.0.1", 7U), std::tuple("b", "192.0.2.2", 0U)}) {
        const auto receiver = (*topology().host(host))->socket(AF_INET, SOCK_DGRAM).value();
        if (::setsockopt(receiver.get(), SOL_SOCKET, SO_RCVMARK, &on, sizeof on) != 0)
            GTEST_SKIP() << "this kernel does not tell the mark of a datagram";
        sockaddr_storage to;
        const auto length = socket_address(parse_address(address).value(), 7001, to);
        auto* const place = reinterpret_cast<sockaddr*>(&to);
        ASSERT_EQ(::bind(receiver.get(), place, length), 0);
        const auto sender = (*topology().host("a"))->socket(AF_INET, SOCK_DGRAM).value();
        ASSERT_EQ(::setsockopt(sender.get(), SOL_SOCKET, SO_MARK, &mark, sizeof mark), 0);
        ASSERT_EQ(::sendto(sender.get(), "x", 1, 0, place, length), 1);
        // The kernel leaves a mark of 0 out.
        EXPECT_EQ(received_mark(receiver).value_or(0), expected) << address;
    }
}

TEST_F(Mlx5ishBytes, TheHashIsTheReceiversOwn)
{
    // Whether it comes within the patience: short where it must not, or every test waits.
    const auto ping_hashed = [&](bool hashing, const std::string& host,
                                 std::chrono::milliseconds patience) {
        EXPECT_TRUE(set_features(**topology().host("b"), "d1", {"rx-hashing"}, hashing));
        const auto sniffer = listen(host);
        EXPECT_TRUE(sniffer.only_hashed(true));
        auto sender = (*topology().host("a"))->socket(AF_INET, SOCK_DGRAM).value();
        sockaddr_storage to;
        const auto length = socket_address(parse_address("192.0.2.2").value(), 7002, to);
        // Connected: its packets have the hash of the socket.
        EXPECT_EQ(::connect(sender.get(), reinterpret_cast<sockaddr*>(&to), length), 0);
        const auto bytes = ethernet + 20 + 8 + 99;
        const std::string payload(99, 'x');
        EXPECT_GT(::send(sender.get(), payload.data(), payload.size(), 0), 0);
        const auto end = Deadline::after(patience);
        while (auto seen = sniffer.next(end).value())
            if (seen->bytes.size() == bytes) return true;
        return false;
    };
    EXPECT_TRUE(ping_hashed(false, "a", 60s)) << "the sender knows the hash of its flow";
    EXPECT_FALSE(ping_hashed(false, "b", 300ms));
    EXPECT_TRUE(ping_hashed(true, "b", 60s));
}

} // namespace
} // namespace gueway
