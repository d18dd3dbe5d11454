// SPDX-License-Identifier: GPL-2.0-only
#include "mitigate/mitigation.h"

#include <gtest/gtest.h>
#include <net/if_arp.h>

namespace gueway::mitigate {
namespace {

const Address vip = parse_address("198.51.100.150").value(),
              vip_of_6 = parse_address("2001:db8::101").value();

Ingress with_rule(const char* device, const Address& of, bool linked = true)
{
    Ingress made{.device = device, .index = 1, .qdisc = true, .rules = {{.vip = of}}};
    made.families[of.family == AF_INET6 ? 1 : 0] = {
        .classifier = true, .table = true, .link = linked ? 0x80000800U : 0};
    return made;
}

Surroundings two_uplinks()
{
    RouteState spread{.entry = {.to = parse_prefix("0.0.0.0/0").value(), .device = "d0"},
                      .hops = 2,
                      .further = {{"d1", {}}}};
    const RouteState six{.entry = {.to = parse_prefix("::/0").value(), .device = "d0"}};
    return {.devices = {{.index = 1, .name = "d0", .type = ARPHRD_ETHER},
                        {.index = 2, .name = "d1", .type = ARPHRD_ETHER}},
            .routes = {spread, six}};
}

using Addresses = std::vector<Address>;

TEST(Coverage, NeedsTheRuleOnEveryHopOfARoute)
{
    const Services known{.vips = {vip}};
    EXPECT_EQ(coverage(known, two_uplinks(), {with_rule("d0", vip)}).uncovered, Addresses{vip});
    const auto both = coverage(known, two_uplinks(), {with_rule("d0", vip), with_rule("d1", vip)});
    EXPECT_EQ(both.covered, Addresses{vip});
}

TEST(Coverage, IsOfEachFamilyByItself)
{
    const Services known{.vips = {vip, vip_of_6}};
    const auto found = coverage(known, two_uplinks(), {with_rule("d0", vip_of_6)});
    EXPECT_EQ(found.covered, Addresses{vip_of_6});
    EXPECT_EQ(found.uncovered, Addresses{vip});
}

TEST(Coverage, IsNotThereWhereADeviceIsNotKnown)
{
    auto around = two_uplinks();
    around.routes[0].further[0].device.clear();
    const auto found = coverage({.vips = {vip}}, around, {with_rule("d0", vip)});
    EXPECT_EQ(found.uncovered, Addresses{vip});
    EXPECT_EQ(found.missed.size(), 1U);
}

TEST(Ingress, RuleThatNoPacketComesToIsNotInForce)
{
    const auto whole = with_rule("d0", vip), cut = with_rule("d0", vip, false);
    EXPECT_TRUE(whole.has(vip));
    EXPECT_TRUE(whole.in_force());
    EXPECT_FALSE(whole.leftovers());
    EXPECT_FALSE(cut.has(vip));
    EXPECT_FALSE(cut.in_force());
    EXPECT_TRUE(cut.leftovers());
    EXPECT_FALSE(cut.empty());
}

TEST(Ingress, RuleInTheRootTableNeedsNoLink)
{
    auto ingress = with_rule("d0", vip, false);
    ingress.rules[0].root = 0x80000800;
    EXPECT_TRUE(ingress.has(vip));
    EXPECT_FALSE(ingress.leftovers());
    // But one beside it in the table does.
    const auto second = parse_address("198.51.100.151").value();
    ingress.rules.push_back({.vip = second});
    EXPECT_FALSE(ingress.has(second));
    EXPECT_TRUE(ingress.leftovers());
}

TEST(Ingress, TableWithoutARuleIsALeftover)
{
    auto ingress = with_rule("d0", vip);
    ingress.rules.clear();
    EXPECT_TRUE(ingress.leftovers());
    EXPECT_FALSE(ingress.empty());
    EXPECT_TRUE(Ingress{}.empty());
}

} // namespace
} // namespace gueway::mitigate
