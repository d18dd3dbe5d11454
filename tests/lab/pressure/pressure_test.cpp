// SPDX-License-Identifier: GPL-2.0-only
// droptrace --follow while much else goes on: a few packets among many that use and leave the same
// buffers, and 10,000 drops in one burst.
#include "link/namespace.h"
#include "packet/layers.h"
#include "trace/follower.h"
#include "util/deadline.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <span>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sys/socket.h>

namespace gueway {
namespace {

constexpr uint16_t followed_port = 7777, other_port = 7778;
constexpr uint64_t burst = 10'000;
constexpr size_t headers = sizeof(iphdr) + sizeof(udphdr);

// What a followed packet carries, so that each can be told from every other.
struct Payload {
    char mark[8] = {'f', 'o', 'l', 'l', 'o', 'w', 'e', 'd'};
    uint64_t number = 0;
};

class Pressure : public testing::Test {
protected:
    // Of as many bytes as the payload has, or more.
    bool send(const Fd& socket, uint16_t port, const Payload& payload, size_t size) const
    {
        sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port)};
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        char bytes[1000] = {};
        std::memcpy(bytes, &payload, sizeof payload);
        return ::sendto(socket.get(), bytes, size, 0, reinterpret_cast<sockaddr*>(&address),
                        sizeof address) >= 0;
    }
    Fd socket() const { return host_.socket(AF_INET, SOCK_DGRAM).value(); }

    Follower follow(uint32_t ring)
    {
        const FollowerOptions options{
            .expression = fmt::format("udp and dst port {}", followed_port), .ring = ring};
        auto follower = Follower::start(types_, options);
        EXPECT_TRUE(follower) << follower.error().text();
        return std::move(*follower);
    }

    Namespace host_ = Namespace::create("gwpressure").value();
    KernelTypes types_ = KernelTypes::load().value();
};

// Nothing when the event has no bytes to tell by.
std::optional<Payload> payload_of(const follow_event& event)
{
    Payload payload;
    if (event.snapped < headers + sizeof payload || event.protocol != ETH_P_IP) return {};
    std::memcpy(&payload, event.snap + headers, sizeof payload);
    return payload;
}

// Sends what is not followed, in buffers of the same sizes, until told to end.
class Flood {
public:
    Flood(Fd socket, const std::function<void(const Fd&)>& send)
        : socket_(std::move(socket)), thread_([this, send] {
              while (!over_) {
                  send(socket_);
                  ++sent_;
              }
          })
    {}
    ~Flood()
    {
        over_ = true;
        thread_.join();
    }
    uint64_t sent() const { return sent_; }

private:
    Fd socket_;
    std::atomic<bool> over_ = false;
    std::atomic<uint64_t> sent_ = 0;
    std::thread thread_;
};

// Takes events until there are `enough`. What is in the ring when a follower stops it hands out for
// two seconds, and on a machine that is busy elsewhere that is not all.
template <class F>
void take_until(Follower& follower, const Follower::Take& take, F enough)
{
    const auto end = Deadline::after(std::chrono::seconds(300));
    while (!enough() && !end.passed())
        ASSERT_TRUE(follower.poll(std::chrono::milliseconds(100), take));
}

TEST_F(Pressure, NoEventOfAForeignPacketAtFullRate)
{
    constexpr uint64_t followed = 500, others_between = 50;
    auto follower = follow(64U << 20);
    std::vector<follow_event> events;
    uint64_t flooded = 0, dropped = 0;
    const auto take = [&](const follow_event& event) {
        events.push_back(event);
        dropped += event.what == FOLLOW_DROPPED;
    };
    {
        const Payload foreign{.mark = {'f', 'o', 'r', 'e', 'i', 'g', 'n', 0}};
        const auto flood = [&](const Fd& from) { send(from, other_port, foreign, 500); };
        const Flood one(socket(), flood), two(socket(), flood);
        const auto own = socket();
        for (uint64_t number = 1; number <= followed; ++number) {
            ASSERT_TRUE(send(own, followed_port, {.number = number}, 500));
            for (const auto until = one.sent() + others_between; one.sent() < until;)
                std::this_thread::yield();
        }
        flooded = one.sent() + two.sent();
    }
    ASSERT_NO_FATAL_FAILURE(take_until(follower, take, [&] { return dropped >= followed; }));
    const auto counts = follower.stop(take);
    ASSERT_TRUE(counts) << counts.error().text();
    EXPECT_EQ(counts->totals.arrived, followed);
    EXPECT_EQ(counts->totals.ring_full, 0U);
    EXPECT_GT(flooded, followed * others_between);

    std::map<uint64_t, uint64_t> numbers; // of packets
    for (const auto& event : events) {
        const auto payload = payload_of(event);
        if (!payload) continue;
        EXPECT_EQ(std::string(payload->mark, 8), "followed") << "what " << event.what;
        const auto [at, first] = numbers.emplace(event.packet, payload->number);
        EXPECT_EQ(at->second, payload->number) << "what " << event.what;
    }
    EXPECT_EQ(numbers.size(), followed);
    fmt::print("{} events of {} packets among {} others\n", events.size(), followed, flooded);
}

struct Burst {
    uint64_t sent = 0, drops = 0;
    FollowCounts counts{};
};

TEST_F(Pressure, EveryDropOfABurstIsToldOrCountedAsLost)
{
    const auto run = [&](uint32_t ring, uint64_t awaited) {
        Burst result;
        auto follower = follow(ring);
        const auto own = socket();
        for (uint64_t i = 0; i < burst; ++i)
            result.sent += send(own, followed_port, {.number = i}, sizeof(Payload));
        const auto take = [&](const follow_event& event) {
            result.drops += event.what == FOLLOW_DROPPED;
        };
        take_until(follower, take, [&] { return result.drops >= awaited; });
        const auto counts = follower.stop(take);
        EXPECT_TRUE(counts) << counts.error().text();
        if (counts) result.counts = *counts;
        return result;
    };
    const auto whole = run(128U << 20, burst), tiny = run(4096, 0);
    for (const auto* one : {&whole, &tiny}) {
        EXPECT_EQ(one->sent, burst);
        EXPECT_EQ(one->counts.totals.arrived, burst);
        EXPECT_EQ(one->counts.totals.seen,
                  one->counts.totals.emitted + one->counts.totals.ring_full);
        EXPECT_EQ(one->counts.totals.table_full, 0U);
    }
    EXPECT_EQ(whole.counts.totals.ring_full, 0U);
    EXPECT_EQ(whole.drops, burst);
    EXPECT_GT(tiny.counts.totals.ring_full, 0U);
    // Each packet is told of as often with either ring, or lost.
    EXPECT_EQ(tiny.counts.totals.seen, whole.counts.totals.seen);
    fmt::print("{} drops, {} of them told by a ring of 4 KiB; {} events, {} lost\n", whole.drops,
               tiny.drops, tiny.counts.totals.seen, tiny.counts.totals.ring_full);
}

} // namespace
} // namespace gueway
