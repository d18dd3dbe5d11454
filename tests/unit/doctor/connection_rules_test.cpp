// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/rules.h"
#include "sample.h"

#include <gtest/gtest.h>

namespace gueway::doctor {
namespace {

Settings scheduled(const char* scheduler)
{
    return settings_of({service("198.51.100.150", scheduler, fallback,
                                {destination("172.70.64.149"), destination("172.70.72.206")})});
}

void make_udp(Settings& settings)
{
    for (auto& each : settings.services) each.service.key.protocol = IPPROTO_UDP;
    for (auto& each : settings.workers) each.service.protocol = IPPROTO_UDP;
}

TEST(ConnectionRules, HealthyIsSilent)
{
    EXPECT_EQ(told(connection_findings(healthy())), Lines{});
}

TEST(ConnectionRules, SloppyTcpMattersWhereTheSchedulerFindsTheSameWorkerAgain)
{
    auto settings = healthy();
    settings.sysctls.sloppy_tcp = 0;
    const auto found = connection_findings(settings);
    ASSERT_EQ(told(found), Lines{"at risk sloppy-tcp-off"});
    EXPECT_EQ(found[0].commands, Lines{"sysctl -w net.ipv4.vs.sloppy_tcp=1"});
    EXPECT_EQ(found[0].found, "is 0");

    for (const auto* scheduler : {"wlc", "rr"}) {
        auto other = scheduled(scheduler);
        other.sysctls.sloppy_tcp = 0;
        EXPECT_EQ(told(connection_findings(other)), Lines{}) << scheduler;
    }
    make_udp(settings);
    EXPECT_EQ(told(connection_findings(settings)), Lines{});
    settings = healthy();
    settings.sysctls.sloppy_tcp.reset(); // a kernel without
    EXPECT_EQ(told(connection_findings(settings)), Lines{});
}

TEST(ConnectionRules, SloppyTcpIsOfNoUseToOtherSchedulers)
{
    EXPECT_EQ(told(connection_findings(scheduled("wlc"))), Lines{"note sloppy-tcp-on"});
    EXPECT_EQ(told(connection_findings(scheduled("sh"))), Lines{});
    auto udp = scheduled("wlc");
    make_udp(udp);
    EXPECT_EQ(told(connection_findings(udp)), Lines{});
}

TEST(ConnectionRules, AMarkMayCarryTcp)
{
    auto settings = healthy();
    settings.services[0].service.key = {.family = AF_INET, .protocol = 0, .fwmark = 7};
    settings.sysctls.sloppy_tcp = 0;
    EXPECT_EQ(told(connection_findings(settings)), Lines{"at risk sloppy-tcp-off"});
}

TEST(ConnectionRules, RemovedWorkersKeepTheirClients)
{
    auto settings = healthy();
    settings.sysctls.expire_nodest_conn = 0;
    EXPECT_EQ(told(connection_findings(settings)), Lines{"at risk expire-nodest-off"});
    make_udp(settings); // its clients too
    EXPECT_EQ(told(connection_findings(settings)), Lines{"at risk expire-nodest-off"});
    settings.services.clear();
    EXPECT_EQ(told(connection_findings(settings)), Lines{});
}

TEST(ConnectionRules, ReuseIsARiskOnlyWhereNothingExpires)
{
    auto settings = healthy();
    settings.sysctls.conn_reuse_mode = 0;
    auto found = connection_findings(settings);
    ASSERT_EQ(told(found), Lines{"note conn-reuse-off"});
    EXPECT_EQ(found[0].basis, Basis::knowledge);

    settings.sysctls.expire_nodest_conn = 0;
    found = connection_findings(settings);
    ASSERT_EQ(told(found), (Lines{"at risk expire-nodest-off", "at risk conn-reuse-off"}));
    EXPECT_EQ(found[1].commands, Lines{"sysctl -w net.ipv4.vs.conn_reuse_mode=3"});
    settings.workers[0].destination.forward = ipvs::Forward::masquerade;
    settings.workers[1].destination.forward = ipvs::Forward::masquerade;
    EXPECT_EQ(connection_findings(settings)[1].commands,
              Lines{"sysctl -w net.ipv4.vs.conn_reuse_mode=1"});

    make_udp(settings); // has no such connections
    EXPECT_EQ(told(connection_findings(settings)), Lines{"at risk expire-nodest-off"});
}

TEST(ConnectionRules, ConntrackDropsReusedPortsUnlessTheyAreNotRescheduled)
{
    auto settings = healthy();
    settings.sysctls.conntrack = 1;
    EXPECT_EQ(told(connection_findings(settings)), Lines{"note conntrack-drops-reused"});
    settings.sysctls.conn_reuse_mode = 0;
    EXPECT_EQ(told(connection_findings(settings)), Lines{"note conn-reuse-off"});
}

} // namespace
} // namespace gueway::doctor
