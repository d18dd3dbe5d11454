// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/report.h"
#include "report/columns.h"
#include "sample.h"
#include "util/json.h"
#include "util/text.h"

#include <gtest/gtest.h>

namespace gueway::doctor {
namespace {

Finding finding(Severity severity, const char* id)
{
    return {.severity = severity,
            .id = id,
            .subject = std::string("subject of ") + id,
            .found = std::string("found of ") + id + std::string(120, ' ') + "and its end",
            .why = std::string("why of ") + id,
            .commands = {std::string("sysctl -w ") + id + "=1"},
            .advice = std::string("advice of ") + id,
            .basis = Basis::measured};
}

Report sample()
{
    Report report{.netns = {}, .release = "6.1.0", .services = 1, .workers = 2, .ipvs = true};
    report.findings = {finding(Severity::note, "third"), finding(Severity::broken, "first"),
                       finding(Severity::at_risk, "second")};
    sort_by_severity(report.findings);
    report.bug.kernel.probe = KernelProbe{};
    report.bug.kernel.probe->tunnels = {
        {.way = {.encap = gue}, .state = TunnelState::inconclusive, .why = "a reason"}};
    report.bug.tunnels = {{.device = "d1",
                           .encap = gue,
                           .exposure = Exposure::exposed,
                           .missing = {"tx-udp_tnl-segmentation of d1"},
                           .driver = "veth",
                           .knowledge = "a fact",
                           .workers = 2}};
    report.bug.mitigation = {.covered = {"198.51.100.150"}, .uncovered = {"2001:db8::101"}};
    report.bug.kernel.left = {"ip_vs_rr"};
    return report;
}

TEST(Report, TheWorstFindingIsItsHealth)
{
    auto report = sample();
    EXPECT_EQ(health(report), "broken");
    report.findings.erase(report.findings.begin());
    EXPECT_EQ(health(report), "at risk");
    report.findings.erase(report.findings.begin());
    EXPECT_EQ(health(report), "healthy");
    report.findings.clear();
    EXPECT_EQ(health(report), "healthy");
}

TEST(Report, TextHasTheWorstFirstInAHundredColumns)
{
    const auto out = text(sample());
    const auto first = out.find("subject of first"), second = out.find("subject of second"),
               third = out.find("subject of third");
    ASSERT_NE(third, std::string::npos) << out;
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
    for (const auto line : lines(out)) EXPECT_LE(display_width(line), 100U) << line;
}

// Whatever the text tells is in the JSON.
TEST(Report, JsonHasAllThatTheTextShows)
{
    const auto report = sample();
    const auto json = to_json(report);
    EXPECT_EQ(json["schema"], "gueway.doctor/1");
    EXPECT_EQ(json["health"], "broken");
    const auto all = dump_json(json);
    for (const auto* part :
         {"found of first", "why of second", "advice of third", "sysctl -w first=1", "measured",
          "a reason", "6.1.0", "tx-udp_tnl-segmentation of d1", "a fact", "veth", "exposed",
          "198.51.100.150", "2001:db8::101", "ip_vs_rr", "gue:5501", "at_risk"})
        EXPECT_NE(all.find(part), std::string::npos) << part;
    for (const auto* part : {"a reason", "6.1.0", "a fact", "veth", "2001:db8::101", "ip_vs_rr"})
        EXPECT_NE(text(report).find(part), std::string::npos) << part;
}

TEST(Typed, CommandsReachTheNamespaceTheyAreFor)
{
    EXPECT_EQ(typed("sysctl -w a=1", ""), "sysctl -w a=1");
    EXPECT_EQ(typed("sysctl -w a=1", "blue"), "ip netns exec blue sysctl -w a=1");
    EXPECT_EQ(typed("directorctl hotfix on", "blue"), "directorctl --netns blue hotfix on");
    EXPECT_EQ(typed("make install-hotfix", "blue"), "make install-hotfix");
    EXPECT_EQ(typed("ip link set d1 mtu 1532", "/proc/7/ns/net"),
              "nsenter --net=/proc/7/ns/net ip link set d1 mtu 1532");
}

TEST(Listed, NamesThreeAndCountsTheRest)
{
    EXPECT_EQ(listed({}), "");
    EXPECT_EQ(listed({"a", "b", "c"}), "a, b, c");
    EXPECT_EQ(listed({"a", "b", "c", "d", "e"}), "a, b, c and 2 more");
}

} // namespace
} // namespace gueway::doctor
