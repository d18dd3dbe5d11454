// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/read_parts.h"
#include "doctor/rules.h"
#include "sample.h"

#include <gtest/gtest.h>

namespace gueway::doctor {
namespace {

Settings with_tunnel(int all, int own, bool addressed)
{
    auto settings = healthy();
    settings.reverse_paths.all = all;
    settings.reverse_paths.inputs = {
        {.device = "tunl0", .rp_filter = own, .addressed = addressed, .ends_tunnel = true}};
    return settings;
}

TEST(FilterRules, HealthyIsSilent)
{
    EXPECT_EQ(told(filter_findings(healthy())), Lines{});
}

TEST(FilterRules, TheLargerOfTheTwoCountsForATunnel)
{
    const Lines risk = {"at risk rp-filter-tunnel"};
    EXPECT_EQ(told(filter_findings(with_tunnel(1, 0, true))), risk);
    EXPECT_EQ(told(filter_findings(with_tunnel(0, 1, true))), risk);
    EXPECT_EQ(told(filter_findings(with_tunnel(0, 0, true))), Lines{});
    EXPECT_EQ(told(filter_findings(with_tunnel(1, 2, true))), Lines{});
    EXPECT_EQ(told(filter_findings(with_tunnel(2, 0, true))), Lines{});
}

TEST(FilterRules, LooseIsNotEnoughForATunnelWithoutAnAddress)
{
    EXPECT_EQ(told(filter_findings(with_tunnel(2, 0, false))), Lines{"at risk rp-filter-tunnel"});
    EXPECT_EQ(told(filter_findings(with_tunnel(0, 0, false))), Lines{});
}

TEST(FilterRules, CommandsMakeTheLargerOneRight)
{
    const std::string all = "sysctl -w net.ipv4.conf.all.rp_filter=0",
                      own = "sysctl -w net.ipv4.conf.tunl0.rp_filter=0",
                      loose = "sysctl -w net.ipv4.conf.tunl0.rp_filter=2";
    EXPECT_EQ(filter_findings(with_tunnel(1, 0, true))[0].commands, Lines{loose});
    EXPECT_EQ(filter_findings(with_tunnel(1, 1, false))[0].commands, (Lines{all, own}));
    EXPECT_EQ(filter_findings(with_tunnel(0, 1, false))[0].commands, Lines{own});
    EXPECT_EQ(filter_findings(with_tunnel(2, 0, false))[0].commands, Lines{all});
}

TEST(FilterRules, WhatIsDroppedNowIsBrokenAndWhatWasDroppedOnceIsNot)
{
    auto settings = with_tunnel(1, 0, true);
    settings.reverse_paths.filtered = 5;
    auto found = filter_findings(settings);
    ASSERT_EQ(told(found), Lines{"at risk rp-filter-tunnel"});
    EXPECT_EQ(found[0].basis, Basis::read);
    settings.reverse_paths.filtering = 1;
    found = filter_findings(settings);
    ASSERT_EQ(told(found), Lines{"broken rp-filter-tunnel"});
    EXPECT_EQ(found[0].basis, Basis::measured);
}

TEST(FilterRules, SaysThatConfAllIsEveryDevices)
{
    EXPECT_EQ(filter_findings(with_tunnel(1, 0, true))[0].advice, "");
    EXPECT_NE(filter_findings(with_tunnel(2, 0, false))[0].advice.find("every device"),
              std::string::npos);
}

Settings with_ingress(const char* device, int filter)
{
    auto settings = healthy();
    settings.reverse_paths.inputs = {{.device = device, .rp_filter = filter, .addressed = true}};
    settings.reverse_paths.default_device = "wan";
    return settings;
}

TEST(FilterRules, StrictIsANoteUntilItDrops)
{
    auto settings = with_ingress("d0", 1);
    auto found = filter_findings(settings);
    ASSERT_EQ(told(found), Lines{"note rp-filter-strict"});
    EXPECT_EQ(found[0].commands, Lines{"sysctl -w net.ipv4.conf.d0.rp_filter=2"});
    settings.reverse_paths.filtered = 1;
    EXPECT_EQ(told(filter_findings(settings)), Lines{"at risk rp-filter-strict"});
}

TEST(FilterRules, StrictIsRightWhereAnswersLeaveTheSameWay)
{
    EXPECT_EQ(told(filter_findings(with_ingress("wan", 1))), Lines{});
    EXPECT_EQ(told(filter_findings(with_ingress("d0", 2))), Lines{});
    EXPECT_EQ(told(filter_findings(with_ingress("d1", 1))), Lines{}) << "the underlay";
    auto no_default = with_ingress("d0", 1);
    no_default.reverse_paths.default_device.clear();
    EXPECT_EQ(told(filter_findings(no_default)), Lines{});
    auto no_director = with_ingress("d0", 1);
    no_director.services.clear();
    EXPECT_EQ(told(filter_findings(no_director)), Lines{});
}

TEST(FilteredPackets, AreReadByName)
{
    constexpr std::string_view table = "TcpExt: SyncookiesSent IPReversePathFilter TWKilled\n"
                                       "TcpExt: 1 42 3\n"
                                       "IpExt: InNoRoutes\nIpExt: 9\n";
    EXPECT_EQ(filtered_packets(table), 42U);
    EXPECT_EQ(filtered_packets("TcpExt: SyncookiesSent\nTcpExt: 1\n"), 0U);
    EXPECT_EQ(filtered_packets(""), 0U);
}

} // namespace
} // namespace gueway::doctor
