// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/clients.h"
#include "sample.h"

#include <gtest/gtest.h>
#include <net/if_arp.h>

namespace gueway::doctor {
namespace {

const Address vip = *parse_address("198.51.100.150");

Device a_device(const char* name, int index, int type = ARPHRD_ETHER)
{
    Device made;
    made.name = name;
    made.index = index;
    made.type = static_cast<decltype(made.type)>(type);
    return made;
}

RouteState route(const char* to, const char* device, const char* via = nullptr)
{
    RouteState made;
    made.entry.to = *parse_prefix(to);
    made.entry.device = device;
    if (via) made.entry.via = *parse_address(via);
    return made;
}

// d0 to clients, d1 to workers.
MitigationFacts facts()
{
    MitigationFacts made;
    made.services.vips = {vip};
    made.services.workers = {*parse_address("172.70.64.149")};
    made.coverage.covered = {vip};
    made.in_force = {{.device = "d0", .index = 2, .qdisc = true, .rules = {{.vip = vip}}}};
    made.in_force[0].families[0].link = 1; // packets come to the rules
    made.around = {{a_device("d0", 2), a_device("d1", 3), a_device("tun0", 4, ARPHRD_NONE)},
                   {route("0.0.0.0/0", "d0", "192.0.2.2"), route("172.70.64.0/24", "d1")},
                   made.services.workers};
    return made;
}

TEST(MitigationOf, CoversAllWhereNothingIsInTheWay)
{
    const auto made = mitigation_of(facts());
    EXPECT_TRUE(made.covers_all());
    EXPECT_EQ(made.gaps, Lines{});
    EXPECT_EQ(made.spared_by, Lines{});
    EXPECT_EQ(made.command, "") << "it is on";
}

TEST(MitigationOf, FiltersOfOthersAndLocalClientsAreGaps)
{
    auto spoilt = facts();
    spoilt.in_force[0].others = 2;
    spoilt.clients = {.local = 1, .all = 5};
    EXPECT_EQ(mitigation_of(spoilt).gaps,
              (Lines{"filters of others on d0 (2) may end packets first",
                     "1 of 5 connections come from the director itself, through no device"}));
}

TEST(MitigationOf, ProposesOnlyWhatWouldNotBeRefused)
{
    auto bare = facts();
    bare.in_force.clear();
    bare.coverage = {.covered = {}, .uncovered = {vip}};
    EXPECT_EQ(mitigation_of(bare).command, "directorctl mitigate on");
    bare.clients = {.local = 5, .all = 5};
    EXPECT_EQ(mitigation_of(bare).command, "");
    bare.clients = {};
    bare.around.routes = {route("0.0.0.0/0", "tun0")};
    EXPECT_EQ(mitigation_of(bare).command, "");
}

TEST(MitigationOf, AMarkIsUncoveredUntilItsVipsAreNamed)
{
    auto marked = facts();
    marked.marks = {"FWM 7"};
    auto made = mitigation_of(marked);
    EXPECT_EQ(made.uncovered, Lines{"FWM 7"});
    EXPECT_EQ(made.command, "directorctl mitigate on --vip ADDRESS");
    marked.in_force[0].rules.push_back({.vip = *parse_address("198.51.100.151")});
    made = mitigation_of(marked);
    EXPECT_TRUE(made.covers_all());
    EXPECT_EQ(made.covered, (Lines{"198.51.100.150", "198.51.100.151"}));
    EXPECT_EQ(made.gaps, Lines{"whether these are all addresses of FWM 7 is not known"});
}

TEST(MitigationOf, NothingToStrikeIsNothingToSay)
{
    EXPECT_TRUE(mitigation_of({}).uncovered.empty());
    EXPECT_TRUE(mitigation_of({}).spared_by.empty());
}

TEST(WithoutEthernet, AllThatClientsComeThroughHasToBeSo)
{
    auto around = facts().around;
    EXPECT_EQ(without_ethernet(around, {vip}), Lines{});
    around.routes[0] = route("0.0.0.0/0", "tun0");
    EXPECT_EQ(without_ethernet(around, {vip}), Lines{"tun0"}) << "by d1 come workers only";
    around.routes.push_back(route("192.0.2.0/24", "d0"));
    EXPECT_EQ(without_ethernet(around, {vip}), Lines{});
    around.routes.pop_back();
    around.routes[0].hops = 2;
    around.routes[0].further = {{.device = "d0", .via = {}}};
    EXPECT_EQ(without_ethernet(around, {vip}), Lines{});
    around.routes[0].further = {{.device = "", .via = {}}};
    EXPECT_EQ(without_ethernet(around, {vip}), Lines{}) << "a hop whose device is not told";
    EXPECT_EQ(without_ethernet({}, {vip}), Lines{}) << "nothing is known";
}

TEST(MitigationOf, ClientsOnTheDirectorAreNotSpared)
{
    auto tunnelled = facts();
    tunnelled.around.routes[0] = route("0.0.0.0/0", "tun0");
    EXPECT_EQ(mitigation_of(tunnelled).spared_by, Lines{"tun0"});
    tunnelled.clients = {.local = 1, .all = 2};
    EXPECT_EQ(mitigation_of(tunnelled).spared_by, Lines{});
}

} // namespace
} // namespace gueway::doctor
