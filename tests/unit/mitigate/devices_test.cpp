// SPDX-License-Identifier: GPL-2.0-only
#include "mitigate/devices.h"
#include "mitigate/mitigation.h"
#include "util/text.h"

#include <gtest/gtest.h>
#include <net/if_arp.h>

namespace gueway::mitigate {
namespace {

Device ethernet(int index, const char* name, const char* kind = "")
{
    return {.index = index, .name = name, .kind = kind, .type = ARPHRD_ETHER};
}

RouteState route(const char* to, const char* device, const char* via = nullptr)
{
    RouteState made{.entry = {.to = parse_prefix(to).value(), .device = device}};
    if (via) made.entry.via = parse_address(via).value();
    return made;
}

const Address vip = parse_address("198.51.100.150").value(),
              vip_of_6 = parse_address("2001:db8::101").value(),
              worker = parse_address("10.0.0.1").value();

Choice chosen(const std::vector<Device>& devices, const std::vector<RouteState>& routes,
              const std::vector<Address>& vips = {vip})
{
    return choose({devices, routes, {worker}}, vips);
}

using Names = std::vector<std::string>;

TEST(Choice, LeavesOutWhereOnlyWorkersAre)
{
    const auto choice = chosen({ethernet(1, "d0"), ethernet(2, "d1")},
                               {route("192.0.2.0/24", "d0"), route("10.0.0.0/24", "d1")});
    EXPECT_EQ(choice.devices, Names{"d0"});
    ASSERT_EQ(choice.left_out.size(), 1U);
    EXPECT_EQ(choice.left_out[0].device, "d1");
}

TEST(Choice, TakesADeviceWithWorkersAndAGateway)
{
    const auto choice = chosen(
        {ethernet(1, "d0")}, {route("10.0.0.0/24", "d0"), route("0.0.0.0/0", "d0", "10.0.0.254")});
    EXPECT_EQ(choice.devices, Names{"d0"});
}

TEST(Choice, TakesTheWorkersDeviceWhereThereIsNoOther)
{
    EXPECT_EQ(chosen({ethernet(1, "d0")}, {route("10.0.0.0/24", "d0")}).devices, Names{"d0"});
}

TEST(Choice, LooksAtRoutesOfTheVipsFamilies)
{
    const std::vector<Device> devices = {ethernet(1, "d4"), ethernet(2, "d6"), ethernet(3, "ll")};
    const std::vector<RouteState> routes = {route("192.0.2.0/24", "d4"), route("::/0", "d6"),
                                            route("fe80::/64", "ll")};
    EXPECT_EQ(chosen(devices, routes).devices, Names{"d4"});
    EXPECT_EQ(chosen(devices, routes, {vip_of_6}).devices, Names{"d6"});
    EXPECT_EQ(chosen(devices, routes, {vip, vip_of_6}).devices, (Names{"d4", "d6"}));
}

TEST(Choice, SaysWhatIsNoDeviceForIt)
{
    auto tunnel = ethernet(2, "t0");
    tunnel.type = ARPHRD_TUNNEL;
    const auto choice = chosen({ethernet(1, "d0"), tunnel},
                               {route("192.0.2.0/24", "d0"), route("0.0.0.0/0", "t0")});
    EXPECT_EQ(choice.devices, Names{"d0"});
    ASSERT_EQ(choice.left_out.size(), 1U);
    EXPECT_EQ(choice.left_out[0].device, "t0");
}

TEST(Choice, TakesTheDevicesOfAllHops)
{
    auto many = route("0.0.0.0/0", "d0", "192.0.2.254");
    many.hops = 2;
    many.further = {{"d1", parse_address("192.0.3.254").value()}};
    const std::vector<Device> devices = {ethernet(1, "d0"), ethernet(2, "d1")};
    EXPECT_EQ(chosen(devices, {many}).devices, (Names{"d0", "d1"}));
    EXPECT_TRUE(chosen(devices, {many}).missed.empty());
    many.further[0].device.clear();
    EXPECT_EQ(chosen(devices, {many}).missed.size(), 1U);
    EXPECT_TRUE(chosen(devices, {many}, {vip_of_6}).missed.empty());
}

// Workers are in it as everything is.
TEST(Choice, TakesTheDeviceOfADefaultRouteWithoutAGateway)
{
    const std::vector<Device> devices = {ethernet(1, "up"), ethernet(2, "management")};
    const auto subnet = route("192.0.2.0/24", "management");
    EXPECT_EQ(chosen(devices, {route("0.0.0.0/0", "up"), subnet}).devices,
              (Names{"up", "management"}));
    // As it is read where neighbours of IPv6 route IPv4.
    EXPECT_EQ(chosen(devices, {route("10.0.0.0/8", "up", "fe80::1"), subnet}).devices,
              (Names{"up", "management"}));
}

TEST(Refusal, OfPortsAndOfLoopbackNamesWhatToUse)
{
    for (const char* kind : {"bridge", "bond", "team", "openvswitch"}) {
        auto port = ethernet(1, "d0");
        port.master = 2;
        const auto refused = refusal(port, {port, ethernet(2, "m0", kind)});
        ASSERT_TRUE(refused) << kind;
        const auto remedy = refused.value_or(Error{}).remedy;
        EXPECT_NE(remedy.find("--device m0"), std::string::npos);
        EXPECT_NE(remedy.find("hotfix on"), std::string::npos);
    }
    auto loopback = ethernet(1, "lo");
    loopback.type = ARPHRD_LOOPBACK;
    const auto refused = refusal(loopback, {loopback}).value_or(Error{});
    EXPECT_NE(refused.remedy.find("hotfix on"), std::string::npos);
}

TEST(Refusal, OfADeviceBelowOthersNamesThose)
{
    for (const char* kind : {"macvlan", "macvtap", "ipvlan", "ipvtap"}) {
        const auto below = ethernet(1, "d0");
        auto above = ethernet(2, "above", kind);
        above.link = 1;
        const auto refused = refusal(below, {below, above}).value_or(Error{});
        EXPECT_NE(refused.remedy.find("--device above"), std::string::npos) << kind;
        EXPECT_NE(refused.remedy.find("hotfix on"), std::string::npos);
        EXPECT_FALSE(refusal(above, {below, above}));
        // The number is another namespace's.
        above.link_elsewhere = true;
        EXPECT_FALSE(refusal(below, {below, above}));
    }
}

TEST(Refusal, OfAVlanWithTheTagInsideSaysHowToTakeItOut)
{
    auto vlan = ethernet(1, "d0.100", "vlan");
    vlan.tag_inside = true;
    const auto refused = refusal(vlan, {vlan}).value_or(Error{});
    EXPECT_NE(refused.remedy.find("d0.100 type vlan reorder_hdr on"), std::string::npos);
    EXPECT_NE(refused.remedy.find("hotfix on"), std::string::npos);
    const auto choice = chosen({vlan, ethernet(2, "d1")},
                               {route("0.0.0.0/0", "d0.100"), route("192.0.2.0/24", "d1")});
    EXPECT_EQ(choice.devices, Names{"d1"});
    EXPECT_EQ(choice.missed.size(), 1U);
}

TEST(Refusal, IsNotOfAnEthernetDeviceNorOfOneInAVrf)
{
    auto slave = ethernet(1, "d0");
    slave.master = 2;
    EXPECT_FALSE(refusal(slave, {slave, ethernet(2, "vrf0", "vrf")}));
    EXPECT_FALSE(refusal(ethernet(3, "d0.100", "vlan"), {}));
}

TEST(LocalClients, AreThoseOfOurOwnAddresses)
{
    const std::string connections =
        "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n"
        "TCP C0000202 9C40 C6336496 1F40 AC404095 1F40 ESTABLISHED     899\n"
        "TCP C0000201 9C41 C6336496 1F40 AC404095 1F40 SYN_RECV         59\n"
        "TCP 2001:0db8:00d0:0000:0000:0000:0000:0001 9C41 2001:0db8:0000:0000:0000:0000:0000:0101 "
        "1F40 AC404095 1F40 ESTABLISHED     899\n";
    const auto found = local_clients(
        connections, {parse_address("192.0.2.1").value(), parse_address("2001:db8:d0::1").value()});
    EXPECT_EQ(found.all, 3U);
    EXPECT_EQ(found.local, 2U);
}

} // namespace
} // namespace gueway::mitigate
