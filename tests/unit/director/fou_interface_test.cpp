// SPDX-License-Identifier: GPL-2.0-only
// The legacy design without a kernel: which devices a file means, and what is done about those that
// are there.
#include "director/fou_interface.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace gueway {
namespace {

Address at(const char* text)
{
    return parse_address(text).value();
}

Config config(const char* worker, unsigned mtu = 1500)
{
    Config made{.source = "test.yaml", .underlay = {.device = "d1", .mtu = mtu}};
    Pool pool{.name = "web", .encap = {EncapType::fou_interface, 5555}, .port6 = 5556};
    pool.workers = {{.name = "w1",
                     .address = at(worker),
                     .private4 = at("10.64.0.1"),
                     .private6 = at("fd00:64::1")}};
    made.pools = {pool};
    return made;
}

std::vector<std::string> texts(const std::vector<FouInterface>& all)
{
    std::vector<std::string> lines;
    for (const auto& each : all)
        for (const auto& address : each.private_addresses)
            lines.push_back(each.device.name + " = " + each.device.text() + " < " + address.text());
    return lines;
}

TEST(FouInterface, OneForEachIpVersionInside)
{
    EXPECT_EQ(texts(wanted_fou_interfaces(config("172.70.64.149")).value()),
              (std::vector<std::string>{
                  "gwf4-ac464095 = ipip to 172.70.64.149, FOU port 5555, MTU 1472 < 10.64.0.1",
                  "gwf6-ac464095 = sit to 172.70.64.149, FOU port 5556, MTU 1472 < fd00:64::1"}));
    EXPECT_EQ(texts(wanted_fou_interfaces(config("fd00:d1::149", 0)).value()),
              (std::vector<std::string>{
                  "gwf4-a385424d = ip6tnl to fd00:d1::149, FOU port 5555 < 10.64.0.1",
                  "gwf6-a385424d = ip6tnl on d1 to fd00:d1::149, FOU port 5556 < fd00:64::1"}));
}

TEST(FouInterface, PoolsOfOneWorkerShareItsDevices)
{
    auto two = config("172.70.64.149");
    two.pools.push_back(two.pools[0]);
    two.pools[1].workers[0].private4 = at("10.64.0.2");
    const auto wanted = wanted_fou_interfaces(two);
    ASSERT_TRUE(wanted) << wanted.error().text();
    ASSERT_EQ(wanted->size(), 2U);
    EXPECT_EQ((*wanted)[0].private_addresses.size(), 2U);
    EXPECT_EQ((*wanted)[1].private_addresses.size(), 1U);
    two.pools[1].encap.port = 7777;
    const auto refused = wanted_fou_interfaces(two);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text().find("port 7777"), std::string::npos)
        << refused.error().text();
}

TEST(FouInterface, TwoOverIpv6NeedTheUnderlaysName)
{
    auto unnamed = config("fd00:d1::149");
    unnamed.underlay.device.clear();
    EXPECT_FALSE(wanted_fou_interfaces(unnamed));
    unnamed.pools[0].workers[0].private6.reset();
    EXPECT_TRUE(wanted_fou_interfaces(unnamed));
}

TEST(FouInterface, OtherPoolsHaveNone)
{
    auto other = config("172.70.64.149");
    other.pools[0].encap = {EncapType::gue, 5501};
    EXPECT_TRUE(wanted_fou_interfaces(other)->empty());
}

TEST(FouInterface, StepsAreWhatDiffers)
{
    const auto wanted = wanted_fou_interfaces(config("172.70.64.149")).value();
    EXPECT_EQ(fou_interface_steps(wanted, {}).size(), 2U);
    auto present = wanted;
    for (auto& each : present) each.worker.clear(); // the kernel does not know its name
    EXPECT_TRUE(fou_interface_steps(wanted, present).empty());

    present[0].device.udp.port = 1;
    present[1].private_addresses = {at("fd00:64::9")};
    present.push_back(present[0]);
    present[2].device.name = "gwf4-deadbeef";
    const auto steps = fou_interface_steps(wanted, present);
    ASSERT_EQ(steps.size(), 3U);
    EXPECT_EQ(steps[0].operation, plan::Operation::change);
    EXPECT_EQ(steps[0].shown().object, "gwf4-ac464095 of worker w1");
    EXPECT_EQ(steps[0].shown().differences.front().from,
              "ipip to 172.70.64.149, FOU port 1, MTU 1472");
    EXPECT_EQ(steps[1].shown().differences,
              (std::vector<plan::Difference>{{"private address", "fd00:64::9", "fd00:64::1"}}));
    EXPECT_EQ(steps[2].operation, plan::Operation::remove); // last
    EXPECT_EQ(steps[2].shown().object, "gwf4-deadbeef");
}

// The kernel shows an address that the file does not have: the host's own.
TEST(FouInterface, LocalAddressOfAnIpv6TunnelIsTheHosts)
{
    const auto wanted = wanted_fou_interfaces(config("fd00:d1::149")).value();
    auto present = wanted;
    for (auto& each : present) each.device.local = at("fd00:d1::1");
    EXPECT_TRUE(fou_interface_steps(wanted, present).empty());
    present[1].device.local.reset(); // one that the host has no longer
    const auto steps = fou_interface_steps(wanted, present);
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_NE(steps[0].shown().differences.at(0).from.find("lost"), std::string::npos);
}

TEST(FouInterface, ModulesOfEachUnderlay)
{
    EXPECT_EQ(fou_interface_modules(wanted_fou_interfaces(config("172.70.64.149")).value()),
              (std::vector<std::string>{"fou", "ipip", "sit"}));
    EXPECT_EQ(fou_interface_modules(wanted_fou_interfaces(config("fd00:d1::149")).value()),
              (std::vector<std::string>{"fou6", "ip6_tunnel"}));
}

} // namespace
} // namespace gueway
