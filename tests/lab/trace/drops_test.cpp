// SPDX-License-Identifier: GPL-2.0-only
// Drops on purpose. The sender knows how many, and the kernel's own histogram is the second
// opinion on where.
#include "drops/drop_histogram.h"
#include "trace/reasons.h"
#include "watch.h"
#include "wire.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <sys/utsname.h>

namespace gueway {
namespace {

constexpr uint64_t burst = 10'000;
constexpr size_t payload = 100;
constexpr unsigned datagram = 20 + 8 + payload;

bool is_udp(const DropGroup&, const DropClass& one)
{
    return one.protocol == ETH_P_IP && one.transport == IPPROTO_UDP;
}

// What holds however many were lost.
void expect_consistent(const DropReport& report)
{
    const auto& loss = report.loss;
    EXPECT_EQ(loss.seen, loss.emitted + loss.ring_full);
    EXPECT_EQ(loss.table_full, 0U);
    EXPECT_EQ(loss.missed, 0U);
    EXPECT_EQ(packets(report, [](const auto&, const auto&) { return true; }), loss.seen);
    uint64_t told = 0;
    for (const auto* groups : {&report.drops, &report.harmless})
        for (const auto& group : *groups) told += group.told;
    EXPECT_EQ(told, loss.told());
}

// What `make check-all` tells about each kernel.
void describe(const DropReport& report)
{
    fmt::print("kernel {}: start {:.0f} ms, detach {:.0f} ms\n", report.kernel, report.start_ms,
               report.detach_ms);
    for (const auto& hook : report.hooks) fmt::print("  {}\n", hook);
}

TEST(Drops, TellsEachOfABurst)
{
    const Wire wire;
    Watch watch;
    const auto sent = wire.send(burst, payload);
    const auto report = watch.stop();
    describe(report);
    ASSERT_EQ(sent, burst);
    EXPECT_EQ(packets(report, is_udp), burst);
    EXPECT_EQ(report.loss.ring_full, 0U);
    expect_consistent(report);
}

TEST(Drops, CountsExactlyWhatATinyRingLoses)
{
    const Wire wire;
    Watch watch({.collector = {.ring = 4096}});
    const auto sent = wire.send(burst, payload);
    const auto report = watch.stop();
    ASSERT_EQ(sent, burst);
    EXPECT_EQ(packets(report, is_udp), burst);
    EXPECT_GT(report.loss.ring_full, 0U);
    EXPECT_GT(report.loss.emitted, 0U);
    expect_consistent(report);
}

TEST(Drops, SaysWhereAndWhatTheyWere)
{
    const Wire wire;
    Watch watch;
    wire.send(20, payload);
    const auto report = watch.stop();
    const auto found = std::ranges::find_if(
        report.drops, [](const DropGroup& group) { return is_udp(group, group.classes.front()); });
    ASSERT_NE(found, report.drops.end()) << text(report);
    EXPECT_TRUE(found->place.function.starts_with("__udp4_lib_rcv") ||
                found->place.function.starts_with("udp_"))
        << found->place.text();
    EXPECT_GT(found->place.offset, 0U);
    if (report.reasons_given) {
        EXPECT_EQ(found->reason, "NO_SOCKET");
    }
    EXPECT_EQ(found->bytes, found->packets * datagram);
    EXPECT_EQ(found->length.least, datagram);
    EXPECT_EQ(found->length.most, datagram);
    EXPECT_FALSE(found->segments);
    ASSERT_EQ(found->paths.size(), 1U);
    EXPECT_EQ(found->paths[0].destination, "192.0.2.2:9 UDP");
    ASSERT_EQ(found->devices.size(), 1U);
    EXPECT_EQ(found->devices[0].name, "d0");
    EXPECT_EQ(found->devices[0].mtu, wire_mtu);
    EXPECT_EQ(found->devices[0].netns, wire.right().name());
    const auto sample = found->sample;
    if (!sample) FAIL() << "no sample";
    EXPECT_TRUE(sample->layers.ends_with(" > 192.0.2.2:9 UDP")) << sample->layers;
}

std::map<std::string, uint64_t> by_place(const std::vector<DropCount>& counts)
{
    std::map<std::string, uint64_t> all;
    for (const auto& count : counts) all[count.place + " " + count.reason] += count.packets;
    return all;
}

std::map<std::string, uint64_t> by_place(const DropReport& report)
{
    std::map<std::string, uint64_t> all;
    for (const auto* groups : {&report.drops, &report.harmless})
        for (const auto& group : *groups)
            all[fmt::format("{}+{:#x} {}", group.place.function, group.place.offset,
                            group.reason)] += group.packets;
    return all;
}

TEST(Drops, AgreesWithTheKernelsHistogram)
{
    const auto histogram = DropHistogram::start();
    if (!histogram && histogram.error().code == ENOTSUP) GTEST_SKIP() << histogram.error().text();
    ASSERT_TRUE(histogram) << histogram.error().text();
    const Wire wire;
    Watch watch;
    const auto before = histogram->read();
    wire.send(1000, payload);
    const auto report = watch.stop();
    const auto after = histogram->read();
    ASSERT_TRUE(before && after);
    EXPECT_EQ(by_place(report), by_place(growth(*before, *after)));
    EXPECT_EQ(packets(report, is_udp), 1000U);
}

TEST(Drops, EndsAfterACount)
{
    const Wire wire;
    Watch watch({.count = 5});
    wire.send(50, payload);
    EXPECT_GE(watch.wait().dropped(), 5U);
}

TEST(Drops, EndsAfterADuration)
{
    Watch watch({.duration = std::chrono::milliseconds(300)});
    EXPECT_GE(watch.wait().seconds, 0.3); // without a duration it never ends
}

TEST(Drops, TwoAtOnceSeeTheSame)
{
    const Wire wire;
    Watch one, two;
    wire.send(100, payload);
    const auto first = one.stop(), second = two.stop();
    EXPECT_EQ(packets(first, is_udp), 100U);
    EXPECT_EQ(packets(second, is_udp), 100U);
}

TEST(Reasons, AreNamedByTheKernel)
{
    const auto types = KernelTypes::load();
    ASSERT_TRUE(types) << types.error().text();
    const auto reasons = DropReasons::from(*types);
    if (!reasons.given()) GTEST_SKIP() << "this kernel gives no reasons";
    std::vector<std::string> known(100);
    for (uint32_t reason = 0; reason < known.size(); ++reason) known[reason] = reasons.text(reason);
    for (const char* name : {"NOT_SPECIFIED", "NO_SOCKET", "UDP_CSUM"})
        EXPECT_EQ(std::ranges::count(known, name), 1) << name;
}

TEST(Collector, RefusesARingThatIsNone)
{
    for (const uint32_t size : {0U, 1024U, 5000U, 12288U})
        EXPECT_FALSE(Collector::start({.ring = size})) << size;
}

} // namespace
} // namespace gueway
