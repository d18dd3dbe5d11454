// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/bug.h"
#include "sample.h"

#include <gtest/gtest.h>

namespace gueway::doctor {
namespace {

Segmentation tunnel(Exposure exposure, const Encap& encap = gue)
{
    return {.device = "d1", .encap = encap, .exposure = exposure, .workers = 1};
}

KernelAnswer answered(TunnelState state, const Encap& encap = gue)
{
    KernelAnswer answer;
    answer.probe = KernelProbe{};
    answer.probe->tunnels = {{.way = {.encap = encap}, .state = state}};
    if (state == TunnelState::inconclusive) answer.probe->tunnels[0].why = "no answer";
    return answer;
}

Bug bug(TunnelState state, Exposure exposure)
{
    return {.kernel = answered(state),
            .tunnels = {tunnel(exposure)},
            .director = true,
            .services = true};
}

Lines told_of(TunnelState state, Exposure exposure)
{
    return told(bug_findings(bug(state, exposure)));
}

TEST(Bug, AFixedKernelIsSilentWhateverTheDevice)
{
    for (const auto exposure : {Exposure::hidden, Exposure::possible, Exposure::exposed})
        EXPECT_EQ(told_of(TunnelState::fixed, exposure), Lines{});
}

TEST(Bug, TheDeviceDecidesWhetherALossyKernelIsBroken)
{
    EXPECT_EQ(told_of(TunnelState::lossy, Exposure::exposed), Lines{"broken inner-mac"});
    EXPECT_EQ(told_of(TunnelState::lossy, Exposure::possible), Lines{"at risk inner-mac"});
    EXPECT_EQ(told_of(TunnelState::lossy, Exposure::hidden), Lines{"at risk inner-mac"});
    auto known = bug(TunnelState::lossy, Exposure::possible);
    known.tunnels[0].knowledge = "a fact";
    EXPECT_EQ(bug_findings(known)[0].basis, Basis::knowledge);
}

TEST(Bug, PacketsDroppedJustNowMakeItBroken)
{
    auto dropping = bug(TunnelState::lossy, Exposure::possible);
    dropping.tunnels[0].dropped = 7;
    EXPECT_EQ(told(bug_findings(dropping)), Lines{"at risk inner-mac"});
    dropping.tunnels[0].dropping = 2;
    const auto found = bug_findings(dropping);
    ASSERT_EQ(told(found), Lines{"broken inner-mac"});
    EXPECT_NE(found[0].found.find("dropped 7 packets, 2 of them just now"), std::string::npos)
        << found[0].found;
    dropping.kernel = answered(TunnelState::fixed);
    EXPECT_EQ(told(bug_findings(dropping)), Lines{});
}

TEST(Bug, TheHotfixMakesItANoteSaidOnce)
{
    auto both = bug(TunnelState::repaired, Exposure::exposed);
    both.tunnels.push_back(tunnel(Exposure::hidden));
    EXPECT_EQ(told(bug_findings(both)), Lines{"note inner-mac-hotfix"});
}

TEST(Bug, AMitigationHasToCoverEveryVip)
{
    auto covered = bug(TunnelState::lossy, Exposure::exposed);
    covered.mitigation = {.covered = {"198.51.100.150"}};
    EXPECT_EQ(told(bug_findings(covered)), Lines{"note inner-mac-mitigated"});
    EXPECT_EQ(bug_findings(covered)[0].basis, Basis::read) << "no packet was sent through it";
    covered.mitigation.uncovered = {"2001:db8::101"};
    const auto found = bug_findings(covered);
    ASSERT_EQ(told(found), Lines{"broken inner-mac"});
    EXPECT_NE(found[0].found.find("but not 2001:db8::101"), std::string::npos) << found[0].found;
}

TEST(Bug, AMitigationThatDoesNotHelpIsNoRepair)
{
    auto covered = bug(TunnelState::lossy, Exposure::exposed);
    covered.mitigation = {.covered = {"198.51.100.150"}, .command = ""};
    covered.tunnels[0].dropping = 2;
    auto found = bug_findings(covered);
    ASSERT_EQ(told(found), Lines{"broken inner-mac"});
    EXPECT_NE(found[0].found.find("for every VIP, but it does not keep them"), std::string::npos)
        << found[0].found;

    covered.tunnels[0].dropping = 0;
    covered.mitigation.gaps = {"filters of others"};
    found = bug_findings(covered);
    ASSERT_EQ(told(found), Lines{"at risk inner-mac"});
    EXPECT_NE(found[0].found.find("but filters of others"), std::string::npos) << found[0].found;
    EXPECT_EQ(found[0].basis, Basis::read);
    EXPECT_EQ(found[0].advice.find("directorctl mitigate"), std::string::npos) << found[0].advice;

    covered.kernel = answered(TunnelState::fixed);
    EXPECT_EQ(told(bug_findings(covered)), Lines{});
}

TEST(Bug, ClientsWithoutAnEthernetHeaderAreSpared)
{
    auto tunnelled = bug(TunnelState::lossy, Exposure::exposed);
    tunnelled.mitigation.spared_by = {"tun0"};
    EXPECT_EQ(told(bug_findings(tunnelled)), Lines{"note inner-mac-spared"});
    tunnelled.tunnels[0].dropping = 1;
    EXPECT_EQ(told(bug_findings(tunnelled)), Lines{"broken inner-mac"});
}

TEST(Bug, WhatIsNotKnownIsARisk)
{
    EXPECT_EQ(told_of(TunnelState::inconclusive, Exposure::hidden),
              Lines{"at risk inner-mac-unknown"});
    auto unasked = bug(TunnelState::fixed, Exposure::exposed);
    unasked.kernel = {.unknown = "--no-probe"};
    const auto found = bug_findings(unasked);
    ASSERT_EQ(told(found), Lines{"at risk inner-mac-unknown"});
    EXPECT_NE(found[0].found.find("--no-probe"), std::string::npos);
    unasked.kernel.hotfix = true;
    EXPECT_EQ(told(bug_findings(unasked)), Lines{"note inner-mac-hotfix"});
}

TEST(Bug, ServicesWithoutSuchATunnelAreSpared)
{
    EXPECT_EQ(told_of(TunnelState::lossy, Exposure::unaffected), Lines{"note inner-mac-unused"});
    EXPECT_EQ(told_of(TunnelState::fixed, Exposure::unaffected), Lines{});
}

TEST(Bug, WithoutServicesTheOnesToComeAreAtRisk)
{
    Bug none = bug(TunnelState::lossy, Exposure::exposed);
    none.tunnels.clear();
    none.services = false;
    EXPECT_EQ(told(bug_findings(none)), Lines{"at risk inner-mac-unused"});
    none.kernel = {.unknown = "--no-probe"};
    EXPECT_EQ(told(bug_findings(none)), Lines{"at risk inner-mac-unknown"});
    none.director = false; // no IPVS: no director
    EXPECT_EQ(told(bug_findings(none)), Lines{"note inner-mac-unknown"});
}

TEST(Bug, ATunnelThatWasNotTriedCountsAsTheWorst)
{
    constexpr Encap gre = {.type = EncapType::gre};
    const auto answer = answered(TunnelState::lossy, gre);
    EXPECT_EQ(answer.state(gue, AF_INET), TunnelState::lossy);
    EXPECT_EQ(answered(TunnelState::fixed).state({.type = EncapType::gue, .port = 9}, AF_INET),
              TunnelState::fixed)
        << "the port makes no difference";
}

TEST(WaysToProbe, AreThoseInUseThatTheBugCanStrike)
{
    constexpr Encap ipip = {.type = EncapType::ipip};
    auto other_port = gue;
    other_port.port = 6080;
    const auto ways = ways_to_probe({tunnel(Exposure::unaffected, ipip), tunnel(Exposure::hidden),
                                     tunnel(Exposure::hidden, other_port)});
    ASSERT_EQ(ways.size(), 1U);
    EXPECT_EQ(ways[0].encap, gue);
    EXPECT_EQ(ways_to_probe({tunnel(Exposure::unaffected, ipip)}).size(), default_ways().size());
}

} // namespace
} // namespace gueway::doctor
