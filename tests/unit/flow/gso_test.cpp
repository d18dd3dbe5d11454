// SPDX-License-Identifier: GPL-2.0-only
// Whether GSO is used or not, as seen by a packet socket on loopback, in a network namespace of our
// own that needs no root. The kernel shows an skb as it is queued: with GSO it is larger than an
// MSS, so the second half of the test proves that the first one could fail.
#include "flow/socket.h"
#include "harness.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>

namespace gueway::flow::test {
namespace {

constexpr uint16_t mss = 1460;

struct Findings {
    uint32_t largest = 0; // TCP payload of one skb
    uint32_t packets = 0; // with payload
    uint32_t lost = 0;    // by the packet socket
    uint32_t snd_mss = 0;
    bool clean = false;
};

// Takes the heads of all IPv4 packets of loopback into a ring, which is large enough for the few of
// this test: no thread has to keep up with them.
class Capture {
public:
    Capture() : socket_(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_IP)))
    {
        tpacket_req ring{.tp_block_size = block_size,
                         .tp_block_nr = frames * frame_size / block_size,
                         .tp_frame_size = frame_size,
                         .tp_frame_nr = frames};
        ::setsockopt(socket_.get(), SOL_PACKET, PACKET_RX_RING, &ring, sizeof ring);
        void* memory = ::mmap(nullptr, frames * frame_size, PROT_READ | PROT_WRITE, MAP_SHARED,
                              socket_.get(), 0);
        if (memory != MAP_FAILED) ring_ = {static_cast<std::byte*>(memory), frames * frame_size};
    }
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;
    ~Capture() { ::munmap(ring_.data(), ring_.size()); }

    void judge(Findings& findings) const
    {
        for (size_t at = 0; at < ring_.size(); at += frame_size) {
            tpacket_hdr header{};
            std::memcpy(&header, &ring_[at], sizeof header);
            if (header.tp_status & TP_STATUS_USER)
                look(findings, ring_.subspan(at + header.tp_mac), header.tp_len);
        }
        tpacket_stats stats{};
        socklen_t length = sizeof stats;
        ::getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &stats, &length);
        findings.lost = stats.tp_drops;
    }

private:
    static constexpr size_t frames = 4096;
    static constexpr size_t frame_size = 256;
    static constexpr size_t block_size = 65536;

    static void look(Findings& findings, std::span<const std::byte> frame, uint32_t length)
    {
        iphdr ip{};
        std::memcpy(&ip, &frame[ETH_HLEN], sizeof ip);
        if (ip.protocol != IPPROTO_TCP) return;
        tcphdr tcp{};
        std::memcpy(&tcp, &frame[ETH_HLEN + ip.ihl * 4U], sizeof tcp);
        const uint32_t payload = length - ETH_HLEN - ip.ihl * 4U - tcp.doff * 4U;
        findings.largest = std::max(findings.largest, payload);
        if (payload > 0) findings.packets++;
    }

    Fd socket_;
    std::span<std::byte> ring_;
};

bool enter_namespace()
{
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
    const Fd control(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP;
    return ::ioctl(control.get(), SIOCSIFFLAGS, &request) == 0;
}

Findings measure(bool gso)
{
    Findings findings;
    const Sending sending{.gso = gso, .mss = mss};
    RunningServer server(AF_INET, sending);
    const Capture capture;
    ClientOptions options = small_run(server.at());
    options.sending = sending;
    options.requests = 2;
    options.request_size = 200000;
    options.response_size = 200000;
    const auto report = run_client(options);
    capture.judge(findings);
    findings.clean = report && report->clean();
    findings.snd_mss = report ? report->tcp.snd_mss : 0;
    return findings;
}

// A window that fills again and again: an skb waits in the queue, and the next write could be
// appended to it.
Findings measure_slow(bool gso)
{
    Findings findings;
    SlowSink sink(8192);
    const Capture capture;
    ClientOptions options = small_run(sink.at());
    options.sending = {.gso = gso, .mss = mss};
    options.requests = 1;
    options.request_size = 1 << 20;
    options.deadline = 80 * ns_per_ms;
    const auto report = run_client(options);
    capture.judge(findings);
    findings.snd_mss = report ? report->tcp.snd_mss : 0;
    return findings;
}

// What `work` finds in a child with a namespace of its own; nothing when such namespaces are not
// allowed here.
std::optional<Findings> in_namespace(Findings (*work)(bool), bool gso)
{
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const Fd in(ends[0]);
    Fd out(ends[1]);
    const pid_t pid = ::fork();
    if (pid == 0) {
        if (!enter_namespace()) ::_exit(77);
        const Findings findings = work(gso);
        ::_exit(::write(out.get(), &findings, sizeof findings) == sizeof findings ? 0 : 1);
    }
    out.reset();
    Findings findings;
    const bool read = ::read(in.get(), &findings, sizeof findings) == sizeof findings;
    int status = -1;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) return {};
    EXPECT_TRUE(read) << "the child ended with wait status " << status;
    return findings;
}

TEST(Gso, OffNeverQueuesMoreThanOneMssOnEitherSide)
{
    const auto off = in_namespace(measure, false);
    if (!off) GTEST_SKIP() << "no unprivileged user namespaces here";
    EXPECT_TRUE(off->clean);
    EXPECT_EQ(off->lost, 0U);
    EXPECT_GT(off->snd_mss, 0U);
    EXPECT_LE(off->snd_mss, mss);
    EXPECT_EQ(off->largest, off->snd_mss) << "full segments, and nothing above";
    // Each byte passes once, all but the last segment of a message full; retransmissions may add.
    EXPECT_GE(off->packets, 4 * (200000 / off->snd_mss + 1));

    const Findings on = in_namespace(measure, true).value_or(Findings{});
    EXPECT_TRUE(on.clean);
    EXPECT_GT(on.largest, on.snd_mss) << "this capture cannot see GSO";
}

TEST(Gso, OffWaitsForTheWindowOneSegmentAtATime)
{
    const auto off = in_namespace(measure_slow, false);
    if (!off) GTEST_SKIP() << "no unprivileged user namespaces here";
    EXPECT_EQ(off->lost, 0U);
    EXPECT_GT(off->packets, 5U);
    EXPECT_EQ(off->largest, off->snd_mss);
    const Findings on = in_namespace(measure_slow, true).value_or(Findings{});
    EXPECT_GT(on.largest, on.snd_mss) << "this capture cannot see GSO";
}

} // namespace
} // namespace gueway::flow::test
