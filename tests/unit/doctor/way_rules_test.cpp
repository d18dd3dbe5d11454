// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/rules.h"
#include "sample.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace gueway::doctor {
namespace {

constexpr const char* vip4 = "198.51.100.150";
constexpr const char* vip6 = "2001:db8::101";

Settings one(const char* vip, const char* worker, const Encap& encap, unsigned mtu)
{
    return settings_of({service(vip, "mh", fallback, {destination(worker, encap)})}, mtu);
}

Lines told_at(const char* vip, const char* worker, const Encap& encap, unsigned mtu)
{
    return told(way_findings(one(vip, worker, encap, mtu)));
}

constexpr Encap remote = {.type = EncapType::gue, .port = 5501, .checksum = EncapChecksum::remote};
constexpr const char* worker4 = "172.70.64.149";
constexpr const char* worker6 = "fd00:d1::2";

// The edges are those of the table of expected values in the kernel's arithmetic: 1500 + H + E.
TEST(WayRules, RoomForWhatClientsSendEndsAtOneByte)
{
    const Lines narrow = {"at risk mtu-narrow"};
    EXPECT_EQ(told_at(vip4, worker4, gue, 1532), Lines{});
    EXPECT_EQ(told_at(vip4, worker4, gue, 1531), narrow);
    EXPECT_EQ(told_at(vip6, worker6, remote, 1560), Lines{});
    EXPECT_EQ(told_at(vip6, worker6, remote, 1559), narrow);
    EXPECT_EQ(told_at(vip4, worker4, {.type = EncapType::ipip}, 1520), Lines{});
    EXPECT_EQ(told_at(vip4, worker4, {.type = EncapType::ipip}, 1519), narrow);
    EXPECT_EQ(told_at(vip4, worker4, {.type = EncapType::gre}, 1524), Lines{});
    EXPECT_EQ(told_at(vip4, worker4, {.type = EncapType::gre}, 1523), narrow);
}

TEST(WayRules, BelowTheLeastMtuEverythingIsLost)
{
    const Lines hole = {"broken mtu-black-hole"}, narrow = {"at risk mtu-narrow"};
    EXPECT_EQ(told_at(vip6, worker4, gue, 1280 + 32), narrow);
    EXPECT_EQ(told_at(vip6, worker4, gue, 1280 + 31), hole);
    EXPECT_EQ(told_at(vip4, worker4, gue, 1280 + 31), narrow); // IPv4 clients can do with less
    EXPECT_EQ(told_at(vip4, worker4, gue, 68 + 31), hole);
    EXPECT_EQ(told_at(vip4, worker6, gue, 1280 + 52), narrow);
    EXPECT_EQ(told_at(vip4, worker6, gue, 1280 + 51), hole); // whatever is inside
}

TEST(WayRules, TheDeviceIsToBeLargeEnough)
{
    const auto found = way_findings(one(vip4, worker4, gue, 1500));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].commands, Lines{"ip link set d1 mtu 1532"});
    EXPECT_NE(found[0].advice.find("MSS of at most 1428"), std::string::npos) << found[0].advice;
}

TEST(WayRules, WhatARouteSaysNoDeviceMends)
{
    auto settings = one(vip4, worker4, gue, 1600);
    settings.workers[0].way.mtu = 1400;
    const auto found = way_findings(settings);
    ASSERT_EQ(told(found), Lines{"at risk mtu-narrow"});
    EXPECT_EQ(found[0].commands, Lines{"ip route get 172.70.64.149"});
}

TEST(WayRules, WorkersReachedAlikeAreOneFinding)
{
    auto settings = healthy();
    for (auto& worker : settings.workers) worker.way.mtu = worker.way.device_mtu = 1500;
    EXPECT_EQ(told(way_findings(settings)), Lines{"at risk mtu-narrow"});
    settings.workers[0].way.mtu = 1450;
    EXPECT_EQ(told(way_findings(settings)), (Lines{"at risk mtu-narrow", "at risk mtu-narrow"}));
}

TEST(WayRules, NothingIsPutIntoATunnelForThisHostNorWithoutOne)
{
    auto settings = one(vip4, worker4, gue, 1500);
    settings.workers[0].way.local = true;
    EXPECT_EQ(told(way_findings(settings)), Lines{});
    settings = one(vip4, worker4, gue, 1500);
    settings.workers[0].destination.forward = ipvs::Forward::direct;
    EXPECT_EQ(told(way_findings(settings)), Lines{});
}

TEST(WayRules, PmtuDiscMattersWhereIpv4DoesNotFit)
{
    auto settings = one(vip4, worker4, gue, 1600);
    settings.sysctls.pmtu_disc = 0;
    EXPECT_EQ(told(way_findings(settings)), Lines{});
    settings = one(vip4, worker4, gue, 1500);
    settings.sysctls.pmtu_disc = 0;
    EXPECT_EQ(told(way_findings(settings)), (Lines{"at risk mtu-narrow", "at risk pmtu-disc-off"}));
    settings = one(vip6, worker4, gue, 1500); // IPv6 does not ask for it
    settings.sysctls.pmtu_disc = 0;
    EXPECT_EQ(told(way_findings(settings)), Lines{"at risk mtu-narrow"});
}

TEST(WayRules, AWorkerWithoutARoute)
{
    auto settings = healthy();
    settings.workers[0].way = {.error = ENETUNREACH};
    const auto found = way_findings(settings);
    ASSERT_EQ(told(found), Lines{"broken no-route"});
    EXPECT_EQ(found[0].commands[1],
              "directorctl -e -t 198.51.100.150:8000 -r 172.70.64.149:8000 -w 0");
    settings.workers[0].destination.weight = 0;
    EXPECT_EQ(told(way_findings(settings)), Lines{"at risk no-route"});
}

} // namespace
} // namespace gueway::doctor
