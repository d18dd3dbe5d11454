// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/rules.h"
#include "sample.h"

#include <gtest/gtest.h>

namespace gueway::doctor {
namespace {

Settings of(ipvs::ServiceState state)
{
    return settings_of({std::move(state)});
}

TEST(SchedulerRules, HealthyIsSilent)
{
    EXPECT_EQ(told(scheduler_findings(healthy())), Lines{});
}

TEST(SchedulerRules, MhAndShWithoutFallbackRefuse)
{
    auto settings = healthy();
    settings.services[0].service.flags = port;
    auto found = scheduler_findings(settings);
    ASSERT_EQ(told(found), Lines{"at risk mh-without-fallback"});
    EXPECT_EQ(found[0].commands,
              Lines{"directorctl -E -t 198.51.100.150:8000 -s mh -b mh-fallback,mh-port"});

    settings.services[0].service.scheduler = "sh";
    found = scheduler_findings(settings);
    ASSERT_EQ(told(found), Lines{"at risk sh-without-fallback"});
    EXPECT_EQ(found[0].commands,
              Lines{"directorctl -E -t 198.51.100.150:8000 -s sh -b sh-fallback,sh-port"});

    settings.services[0].service.scheduler = "wlc"; // has no such flag
    EXPECT_EQ(told(scheduler_findings(settings)), Lines{});
}

TEST(SchedulerRules, OneWorkerHasNobodyToFallBackOn)
{
    auto settings = healthy();
    settings.services[0].service.flags = 0;
    settings.services[0].destinations.pop_back();
    EXPECT_EQ(told(scheduler_findings(settings)), Lines{});
}

TEST(SchedulerRules, SaysWhichWorkersTakeNone)
{
    auto settings = healthy();
    settings.services[0].service.flags = 0;
    settings.services[0].destinations[1].weight = 0;
    const auto found = scheduler_findings(settings);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].found.find("172.70.72.206:8000 takes no connections now"), std::string::npos)
        << found[0].found;
}

TEST(SchedulerRules, AServiceNeedsAWorkerThatTakesConnections)
{
    auto settings = healthy();
    for (auto& worker : settings.services[0].destinations) worker.weight = 0;
    auto found = scheduler_findings(settings);
    ASSERT_EQ(told(found), Lines{"broken no-worker"});
    EXPECT_EQ(found[0].commands,
              Lines{"directorctl -e -t 198.51.100.150:8000 -r 172.70.64.149:8000 -w 1"});

    auto& worker = settings.services[0].destinations[0];
    worker.weight = 1;
    worker.upper_threshold = 10;
    worker.active = 9;
    EXPECT_EQ(told(scheduler_findings(settings)), Lines{});
    worker.inactive = 1;
    found = scheduler_findings(settings);
    ASSERT_EQ(told(found), Lines{"broken no-worker"});
    EXPECT_EQ(found[0].commands,
              Lines{"directorctl -e -t 198.51.100.150:8000 -r 172.70.64.149:8000 -x 0"})
        << "the one that is full, not the one that was drained";

    settings.services[0].destinations.clear();
    found = scheduler_findings(settings);
    ASSERT_EQ(told(found), Lines{"broken no-worker"});
    EXPECT_EQ(found[0].found, "has no worker");
}

TEST(SchedulerRules, AServiceNeedsAScheduler)
{
    auto settings = healthy();
    settings.services[0].service.scheduler = "none";
    EXPECT_EQ(told(scheduler_findings(settings)), Lines{"broken no-scheduler"});
}

TEST(SchedulerRules, MhOfAnIpv4ServiceTellsIpv6WorkersApartByTheirFirst32Bits)
{
    const auto mh = [](const char* vip, std::vector<ipvs::Destination> workers) {
        return of(service(vip, "mh", fallback, std::move(workers)));
    };
    EXPECT_EQ(told(scheduler_findings(
                  mh("198.51.100.150", {destination("fd00:d1::1"), destination("fd00:d1::2")}))),
              Lines{"at risk mh-short-hash"});
    EXPECT_EQ(told(scheduler_findings(
                  mh("198.51.100.150", {destination("fd00:d1::1"), destination("fd00:d2::1")}))),
              Lines{});
    EXPECT_EQ(told(scheduler_findings(
                  mh("2001:db8::101", {destination("fd00:d1::1"), destination("fd00:d1::2")}))),
              Lines{});
}

TEST(ServiceWords, AreIpvsadms)
{
    ipvs::ServiceKey key{.family = AF_INET6,
                         .protocol = IPPROTO_UDP,
                         .address = *parse_address("2001:db8::101"),
                         .port = 53};
    EXPECT_EQ(service_words(key), "-u [2001:db8::101]:53");
    key.protocol = IPPROTO_SCTP;
    EXPECT_EQ(service_words(key), "--sctp-service [2001:db8::101]:53");
    EXPECT_EQ(service_words({.family = AF_INET6, .protocol = 0, .fwmark = 7}), "-f 7 -6");
}

} // namespace
} // namespace gueway::doctor
