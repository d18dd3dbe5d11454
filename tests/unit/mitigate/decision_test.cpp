// SPDX-License-Identifier: GPL-2.0-only
#include "mitigate/decision.h"

#include <gtest/gtest.h>
#include <net/if_arp.h>

namespace gueway::mitigate {
namespace {

const Address vip = parse_address("198.51.100.150").value(),
              another = parse_address("198.51.100.151").value();

// d0 to clients, d1 to workers, tun0 to nobody yet.
Facts facts()
{
    const Address worker = parse_address("172.70.64.149").value();
    const RouteState clients{.entry = {.to = parse_prefix("0.0.0.0/0").value(), .device = "d0"}};
    const RouteState workers{
        .entry = {.to = parse_prefix("172.70.64.0/24").value(), .device = "d1"}};
    return {.services = {.vips = {vip}, .workers = {worker}},
            .around = {.devices = {{.index = 1, .name = "d0", .type = ARPHRD_ETHER},
                                   {.index = 2, .name = "d1", .type = ARPHRD_ETHER},
                                   {.index = 3, .name = "tun0", .type = ARPHRD_NONE}},
                       .routes = {clients, workers},
                       .workers = {worker}}};
}

void expect_refused(const Request& request, const Facts& facts, const std::string& word)
{
    const auto made = decide(request, facts);
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().text().find(word), std::string::npos) << made.error().text();
}

TEST(Decide, AllVipsOnTheDevicesThatClientsComeThrough)
{
    const auto made = decide({}, facts());
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(made->vips, std::vector{vip});
    EXPECT_EQ(made->choice.devices, std::vector<std::string>{"d0"});
    ASSERT_EQ(made->choice.left_out.size(), 1U);
    EXPECT_EQ(made->choice.left_out[0].device, "d1");
    EXPECT_TRUE(made->notes.empty());
}

TEST(Decide, WhatIsAskedForIsTakenAsItIs)
{
    const auto made = decide({.devices = {"d1"}, .vips = {another}}, facts());
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(made->vips, std::vector{another});
    EXPECT_EQ(made->choice.devices, std::vector<std::string>{"d1"});
    expect_refused({.devices = {"d1", "tun0"}}, facts(), "device tun0");
}

TEST(Decide, NoVipsAreNoReason)
{
    auto none = facts();
    none.services.vips.clear();
    expect_refused({}, none, "no service here");
    none.services.marks = {7};
    expect_refused({}, none, "--vip names them");
    EXPECT_TRUE(decide({.vips = {vip}}, none));
}

TEST(Decide, NoDeviceSaysWhyOfEach)
{
    auto tunnel = facts();
    tunnel.around.routes[0].entry.device = "tun0";
    tunnel.around.routes.pop_back();
    expect_refused({}, tunnel, "tun0: its packets have none");
}

TEST(Decide, ClientsOnTheDirectorAreRefusedOrSaid)
{
    auto local = facts();
    local.clients = {.local = 5, .all = 5};
    expect_refused({}, local, "all connections (5)");
    for (const auto& request : {Request{.devices = {"d0"}}, Request{.force = true}}) {
        const auto made = decide(request, local);
        ASSERT_TRUE(made) << made.error().text();
        ASSERT_EQ(made->notes.size(), 1U);
        EXPECT_EQ(made->notes[0].substr(0, 20), "5 of 5 connections c");
    }
    local.clients.all = 9;
    EXPECT_TRUE(decide({}, local));
}

} // namespace
} // namespace gueway::mitigate
