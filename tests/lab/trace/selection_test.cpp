// SPDX-License-Identifier: GPL-2.0-only
// Only the packets of a namespace, of a device, with a mark.
#include "trace/follower.h"
#include "trace/selection.h"
#include "watch.h"
#include "wire.h"

#include <netinet/in.h>

namespace gueway {
namespace {

constexpr uint64_t sent = 20;
constexpr uint32_t mark = 0x25;

uint64_t dropped(const SelectionNames& names)
{
    const Wire wire;
    auto only = names;
    if (names.netns == "right") only.netns = wire.right().name();
    if (names.netns == "left") only.netns = wire.left().name();
    const auto selected = select(only);
    EXPECT_TRUE(selected) << selected.error().text();
    if (!selected) return 0;
    Watch watch({.collector = {.only = *selected}});
    EXPECT_EQ(wire.send(sent, 100), sent);
    const auto report = watch.stop();
    EXPECT_EQ(report.loss.seen, report.loss.emitted + report.loss.ring_full);
    return packets(report, [](const DropGroup&, const DropClass& one) {
        return one.transport == IPPROTO_UDP;
    });
}

TEST(Selection, OfDrops)
{
    EXPECT_EQ(dropped({}), sent);
    EXPECT_EQ(dropped({.netns = "right"}), sent);
    EXPECT_EQ(dropped({.netns = "left"}), 0U);
    EXPECT_EQ(dropped({.device = "d0"}), sent);
    EXPECT_EQ(dropped({.device = "lo"}), 0U);
    EXPECT_EQ(dropped({.netns = "right", .device = "d0"}), sent);
    EXPECT_EQ(dropped({.mark = "0"}), sent); // which marks do not survive the way to
    EXPECT_EQ(dropped({.mark = "0x25"}), 0U);
}

// Packets that are followed, received or, on the way out, routed to the device, of those that the
// left host sends to the right one.
uint64_t arrived(const char* expression, const SelectionNames& names)
{
    const Wire wire;
    EXPECT_TRUE(wire.mark(mark));
    auto only = names;
    if (names.netns == "right") only.netns = wire.right().name();
    if (names.netns == "left") only.netns = wire.left().name();
    const auto selected = select(only);
    const auto types = KernelTypes::load();
    EXPECT_TRUE(selected && types);
    auto follower = Follower::start(*types, {.expression = expression, .only = *selected});
    EXPECT_TRUE(follower) << follower.error().text();
    if (!follower) return 0;
    EXPECT_EQ(wire.send(sent, 100), sent);
    const auto counts = follower->stop([](const follow_event&) {});
    EXPECT_TRUE(counts);
    return counts ? counts->totals.arrived : 0;
}

TEST(Selection, OfArrivals)
{
    const char* const ours = "udp and dst port 9";
    EXPECT_EQ(arrived(ours, {.netns = "right", .device = "d0"}), sent);
    EXPECT_EQ(arrived(ours, {.netns = "left", .device = "d0", .mark = "0x20/0xf0"}), sent);
    EXPECT_EQ(arrived(ours, {.device = "lo"}), 0U);
    EXPECT_EQ(arrived(ours, {.mark = "0x10/0xf0"}), 0U);
}

TEST(Selection, NamesWhatIsNotThere)
{
    const Wire wire;
    const auto device = select({.netns = wire.right().name(), .device = "d7"});
    ASSERT_FALSE(device);
    EXPECT_EQ(device.error().code, ENODEV);
    EXPECT_NE(device.error().remedy.find("d0"), std::string::npos) << device.error().text();
    const auto netns = select({.netns = "nowhere"});
    ASSERT_FALSE(netns);
    EXPECT_NE(netns.error().remedy.find(wire.right().name()), std::string::npos);
}

} // namespace
} // namespace gueway
