// SPDX-License-Identifier: GPL-2.0-only
// The kernel's devices are the second opinion on every count.
//
//      left            right          idle
//      d0 ------------- d0            lo
//   192.0.2.1       192.0.2.2
#include "link/address.h"
#include "link/carrier.h"
#include "link/device.h"
#include "link/namespace.h"
#include "link/neighbour.h"
#include "link/sysctl.h"
#include "probe/counter.h"
#include "tests/assert_ok.h"
#include "util/deadline.h"

#include <algorithm>

#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace gueway {
namespace {

constexpr uint16_t port = 9000;
constexpr size_t headers = 14 + 20 + 8; // Ethernet, IPv4, UDP

// One side of the wire. Its socket is bound, so that nothing answers with ICMP.
struct Host {
    Namespace where;
    Address address;
    Fd socket;

    uint32_t netns() const
    {
        struct stat seen{};
        ::fstat(where.fd(), &seen);
        return static_cast<uint32_t>(seen.st_ino);
    }
};

Host make_host(const std::string& name, const char* address)
{
    auto made = Namespace::create(fmt::format("gwprobe{}-{}", ::getpid(), name));
    if (!made) ADD_FAILURE() << made.error().text();
    return {std::move(made).value(), *parse_address(address), {}};
}

class CounterTest : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_OK(add_veth({left.where, "d0"}, {right.where, "d0"}, 1500));
        for (auto* host : {&left, &right}) {
            // IPv6 off and the neighbours known: no packet but ours.
            ASSERT_OK(set_sysctl(host->where, "net.ipv6.conf.d0.disable_ipv6", "1"));
            ASSERT_OK(set_up(host->where, "d0"));
            ASSERT_OK(add_address(host->where, "d0", Prefix{host->address, 24}));
            host->socket = bind(*host);
        }
        for (auto [one, other] : {std::pair{&left, &right}, {&right, &left}})
            ASSERT_OK(add_neighbour(one->where, "d0", other->address,
                                    device(other->where, "d0").value().mac));
        for (auto* host : {&left, &right})
            ASSERT_OK(wait_carrier(host->where, "d0", Deadline::after(std::chrono::seconds(60))));
    }

    static Fd bind(const Host& host)
    {
        auto made = host.where.socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK);
        EXPECT_TRUE(made) << made.error().text();
        sockaddr_storage self;
        const auto length = socket_address(host.address, port, self);
        EXPECT_EQ(::bind(made->get(), reinterpret_cast<sockaddr*>(&self), length), 0);
        return std::move(*made);
    }

    // Sends datagrams and waits until all of them arrived.
    static void send(const Host& from, const Host& to, uint64_t datagrams, size_t payload)
    {
        sockaddr_storage there;
        const auto length = socket_address(to.address, port, there);
        std::vector<char> bytes(payload);
        const auto arrived = [&] { return device(to.where, "d0").value().counters.rx_packets; };
        const auto before = arrived();
        for (uint64_t i = 0; i < datagrams; ++i) {
            ASSERT_EQ(::sendto(from.socket.get(), bytes.data(), bytes.size(), 0,
                               reinterpret_cast<sockaddr*>(&there), length),
                      static_cast<ssize_t>(payload));
            ASSERT_OK(
                wait_until(Deadline::after(std::chrono::seconds(60)), "socket", "a datagram", [&] {
                    return ::recv(to.socket.get(), bytes.data(), payload, 0) ==
                           static_cast<ssize_t>(payload);
                }));
        }
        EXPECT_EQ(arrived() - before, datagrams);
    }

    // Zeroes when the counter has no entry.
    static DeviceCount counted(const Counter& counter, const Host& host, const char* name,
                               Direction direction)
    {
        const auto all = counter.read();
        EXPECT_TRUE(all) << all.error().text();
        const auto index = static_cast<uint32_t>(device(host.where, name).value().index);
        const auto at = std::ranges::find_if(*all, [&](const DeviceCount& one) {
            return one.netns == host.netns() && one.device == index && one.direction == direction;
        });
        return at == all->end() ? DeviceCount{} : *at;
    }

    Host left = make_host("left", "192.0.2.1");
    Host right = make_host("right", "192.0.2.2");
    Host idle = make_host("idle", "192.0.2.3");
};

// What `make check-all` tells about each kernel.
void describe(const Counter& counter)
{
    utsname kernel{};
    ::uname(&kernel);
    fmt::print("kernel {}, libbpf {}: load {:.0f} ms, attach {:.0f} ms\n", kernel.release,
               libbpf_version_string(), counter.load_time().count(), counter.attach_time().count());
    for (const auto& attachment : counter.attachments()) fmt::print("  {}\n", attachment.text());
}

TEST_F(CounterTest, CountsExactlyWhatTheDevicesCount)
{
    const auto counter = Counter::load();
    ASSERT_TRUE(counter) << counter.error().text();
    describe(*counter);
    const auto left_before = device(left.where, "d0").value().counters;
    const auto right_before = device(right.where, "d0").value().counters;
    send(left, right, 1000, 100);
    send(right, left, 300, 1000);
    const auto left_after = device(left.where, "d0").value().counters;
    const auto right_after = device(right.where, "d0").value().counters;

    const auto left_out = counted(*counter, left, "d0", Direction::transmit);
    EXPECT_EQ(left_out.packets, 1000U);
    EXPECT_EQ(left_out.bytes, 1000U * (100 + headers));
    EXPECT_EQ(left_out.packets, left_after.tx_packets - left_before.tx_packets);
    EXPECT_EQ(left_out.bytes, left_after.tx_bytes - left_before.tx_bytes);

    const auto right_in = counted(*counter, right, "d0", Direction::receive);
    EXPECT_EQ(right_in.packets, right_after.rx_packets - right_before.rx_packets);
    EXPECT_EQ(right_in.bytes, right_after.rx_bytes - right_before.rx_bytes);

    const auto right_out = counted(*counter, right, "d0", Direction::transmit);
    EXPECT_EQ(right_out.packets, 300U);
    EXPECT_EQ(right_out.packets, right_after.tx_packets - right_before.tx_packets);
    EXPECT_EQ(right_out.bytes, right_after.tx_bytes - right_before.tx_bytes);

    const auto left_in = counted(*counter, left, "d0", Direction::receive);
    EXPECT_EQ(left_in.packets, left_after.rx_packets - left_before.rx_packets);
    EXPECT_EQ(left_in.bytes, left_after.rx_bytes - left_before.rx_bytes);

    EXPECT_EQ(counter->lost().value(), 0U);
}

TEST_F(CounterTest, KeepsDevicesAndNamespacesApart)
{
    const auto counter = Counter::load();
    ASSERT_TRUE(counter) << counter.error().text();
    send(left, right, 10, 100);
    EXPECT_EQ(counted(*counter, left, "d0", Direction::transmit).packets, 10U);
    EXPECT_EQ(counted(*counter, right, "d0", Direction::receive).packets, 10U);
    // Nothing else has an entry: not lo, not the other direction, not the idle namespace.
    const auto all = counter->read();
    ASSERT_TRUE(all) << all.error().text();
    const auto entries = [&](const Host& host) {
        return std::ranges::count(*all, host.netns(), &DeviceCount::netns);
    };
    EXPECT_EQ(entries(left), 1);
    EXPECT_EQ(entries(right), 1);
    EXPECT_EQ(entries(idle), 0);
}

TEST_F(CounterTest, StartsAtZeroAndEndsWithItsOwner)
{
    {
        const auto first = Counter::load();
        ASSERT_TRUE(first) << first.error().text();
        send(left, right, 10, 100);
    }
    send(left, right, 10, 100);
    const auto second = Counter::load();
    ASSERT_TRUE(second) << second.error().text();
    send(left, right, 5, 100);
    EXPECT_EQ(counted(*second, left, "d0", Direction::transmit).packets, 5U);
}

TEST_F(CounterTest, TracepointsCountTheSame)
{
    const auto counter =
        Counter::load({{Direction::transmit, {{Backend::tp_btf, "net_dev_queue"}}},
                       {Direction::receive, {{Backend::tp_btf, "netif_receive_skb"}}}});
    ASSERT_TRUE(counter) << counter.error().text();
    send(left, right, 20, 100);
    for (const auto& [host, direction] :
         {std::pair{&left, Direction::transmit}, {&right, Direction::receive}}) {
        const auto count = counted(*counter, *host, "d0", direction);
        EXPECT_EQ(count.packets, 20U) << name(direction);
        EXPECT_EQ(count.bytes, 20 * (100 + headers)) << name(direction);
    }
}

TEST_F(CounterTest, FallsBackAndSaysWhy)
{
    const auto counter = Counter::load({{Direction::transmit,
                                         {{Backend::fentry, "gueway_no_such_function"},
                                          {Backend::tp_btf, "gueway_no_such_tracepoint"},
                                          {Backend::fentry, "__dev_queue_xmit"}}}});
    ASSERT_TRUE(counter) << counter.error().text();
    ASSERT_EQ(counter->attachments().size(), 1U);
    const auto& attachment = counter->attachments().front();
    EXPECT_EQ(attachment.target.text(), "fentry __dev_queue_xmit");
    ASSERT_EQ(attachment.refused.size(), 2U);
    EXPECT_EQ(attachment.refused[0].target.name, "gueway_no_such_function");
    EXPECT_EQ(attachment.refused[1].why.object, "tp_btf gueway_no_such_tracepoint");
    send(left, right, 7, 100);
    EXPECT_EQ(counted(*counter, left, "d0", Direction::transmit).packets, 7U);
}

TEST_F(CounterTest, NoCandidateLeftIsAnErrorWithEveryAnswer)
{
    const auto counter = Counter::load(
        {{Direction::receive, {{Backend::fentry, "gueway_one"}, {Backend::tp_btf, "gueway_two"}}}});
    ASSERT_FALSE(counter);
    const auto text = counter.error().text();
    for (const char* part : {"attach receive", "fentry gueway_one", "tp_btf gueway_two"})
        EXPECT_NE(text.find(part), std::string::npos) << text;
    EXPECT_FALSE(Counter::load({{Direction::receive, {}}}));
}

TEST_F(CounterTest, WithoutPrivilegeSaysWhatItNeeds)
{
    constexpr uid_t nobody = 65534;
    ASSERT_EQ(::seteuid(nobody), 0);
    const Defer back([] { EXPECT_EQ(::seteuid(0), 0); });
    const auto counter = Counter::load();
    ASSERT_FALSE(counter);
    EXPECT_EQ(counter.error().code, EPERM) << counter.error().text();
    EXPECT_NE(counter.error().remedy.find("root"), std::string::npos) << counter.error().text();
}

} // namespace
} // namespace gueway
