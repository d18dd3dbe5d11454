// SPDX-License-Identifier: GPL-2.0-only
// The rules on made-up packets: what a kernel without reasons costs, and what must not be enough.
#include "fake.h"
#include "util/file.h"
#include "util/text.h"
#include "verdict/rule.h"

#include <cerrno>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

Verdict judged(const std::vector<Step>& steps, State* state)
{
    std::vector<const Step*> way;
    way.reserve(steps.size());
    for (const auto& step : steps) way.push_back(&step);
    return judge(Case(way, state));
}

// Up to IPVS, which has the packet's connection.
std::vector<Step> at_ipvs()
{
    auto last = plain(StepKind::enters, "ip_vs_tunnel_xmit");
    last.ipvs = facts();
    return {plain(StepKind::received), plain(StepKind::enters, "ip_rcv"), last};
}

std::vector<Step> with(std::vector<Step> steps, Step drop)
{
    steps.push_back(std::move(drop));
    return steps;
}

RouteReply by(const char* device, unsigned mtu = 0)
{
    return {0, {.device = device, .mtu = mtu}};
}

TEST(Rules, DocumentationHasThemAll)
{
    const auto text = read_file("Documentation/droptrace.md");
    ASSERT_TRUE(text) << text.error().text();
    for (const auto& rule : rules()) {
        const auto row = fmt::format("| `{}` | {} | {} |", rule.name, rule.meaning, rule.needs);
        EXPECT_NE(text->find(row), std::string::npos) << row;
    }
}

TEST(Rules, NamesAreUnique)
{
    std::set<std::string_view> names;
    for (const auto& rule : rules()) EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
}

TEST(Rules, NoneFitsSaysWhatWasSeen)
{
    FakeState state;
    const auto verdict = judged(
        {plain(StepKind::received), died(plain(StepKind::dropped), "somewhere", "ODD")}, &state);
    EXPECT_FALSE(verdict.found());
    EXPECT_FALSE(verdict.evidence.empty());
    EXPECT_NE(text(verdict).find("ODD"), std::string::npos);
}

Step wrong_inner_mac()
{
    auto step = tunnelled(StepKind::enters, "validate_xmit_skb");
    step.encapsulation = true;
    step.gso = {.size = 1428, .segments = 2};
    step.headers = {158, 172, 192};
    step.inner = {190, 204, 224};
    return step;
}

// Which segmentation refused to take apart.
Step wrongly_segmented()
{
    auto drop = died(wrong_inner_mac(), "validate_xmit_skb", "NOT_SPECIFIED");
    drop.returned = {{"skb_mac_gso_segment", -22, "-EINVAL"}};
    return drop;
}

TEST(InnerMac, IsCertainWithTheAnswersOfSegmentation)
{
    const auto verdict = judged({wrong_inner_mac(), wrongly_segmented()}, nullptr);
    EXPECT_EQ(verdict.name, "inner-mac-gue");
    EXPECT_TRUE(verdict.certain);
}

TEST(InnerMac, IsNotToBlameWhereSegmentationDidNotFail)
{
    const auto drop = died(wrong_inner_mac(), "validate_xmit_skb", "NOT_SPECIFIED");
    EXPECT_FALSE(judged({wrong_inner_mac(), drop}, nullptr).found());
}

TEST(InnerMac, IsProbableOfADropThatWasNotFollowed)
{
    const auto verdict =
        judged({died(wrong_inner_mac(), "validate_xmit_skb", "NOT_SPECIFIED")}, nullptr);
    EXPECT_EQ(verdict.name, "inner-mac-gue");
    EXPECT_FALSE(verdict.certain);
}

TEST(InnerMac, FormsAreToldApart)
{
    const auto name = [](auto change) {
        auto drop = wrongly_segmented();
        change(drop);
        return judged({wrong_inner_mac(), drop}, nullptr).name;
    };
    EXPECT_EQ(name([](Step& step) { step.inner.mac = 186; }), "inner-mac-vlan");
    EXPECT_EQ(name([](Step& step) { step.inner.mac.reset(); }), "inner-mac-local");
    EXPECT_EQ(name([](Step& step) { step.layers.tunnel_header = 20; }), "inner-mac-remcsum");
    EXPECT_EQ(name([](Step& step) { step.layers.tunnel = TunnelType::gre; }), "inner-mac-gre");
    EXPECT_EQ(name([](Step& step) { step.inner.mac = step.inner.network; }), "");
    EXPECT_EQ(name([](Step& step) { step.gso.size = 0; }), "");
}

TEST(InnerMac, IsNotToBlameForADeathElsewhere)
{
    FakeState state;
    state.routes["172.70.64.149"] = by("d1");
    const auto verdict = judged({wrong_inner_mac(), tunnelled(StepKind::enters, "ip_output"),
                                 died(wrong_inner_mac(), "neigh_invalidate", "NEIGH_FAILED")},
                                &state);
    EXPECT_EQ(verdict.name, "no-neighbour");
}

TEST(Mtu, AtIpvsTheAnswerDecidesWhichVerdict)
{
    FakeState state;
    state.routes["172.70.64.149"] = by("d1", 1400);
    const auto drop = died(plain(StepKind::dropped), "ip_vs_tunnel_xmit", "NOT_SPECIFIED");
    EXPECT_EQ(judged(with(at_ipvs(), drop), &state).name, "mtu-black-hole");
    auto steps = at_ipvs();
    steps.push_back(plain(StepKind::enters, "__icmp_send"));
    steps.back().icmp = IcmpAnswer{AF_INET, 3, 4, 1368};
    EXPECT_EQ(judged(with(steps, drop), &state).name, "mtu-too-small");
}

TEST(Mtu, APacketThatFitsDiedOfSomethingElse)
{
    FakeState state;
    state.routes["172.70.64.149"] = by("d1", 1532);
    const auto drop = died(plain(StepKind::dropped), "ip_vs_tunnel_xmit", "NOT_SPECIFIED");
    EXPECT_FALSE(judged(with(at_ipvs(), drop), &state).found());
}

TEST(Routes, WithoutTheStateIpvsIsNotBlamed)
{
    const auto drop = died(plain(StepKind::dropped), "ip_vs_tunnel_xmit", "NOT_SPECIFIED");
    EXPECT_FALSE(judged(with(at_ipvs(), drop), nullptr).found());
    FakeState state;
    state.routes["172.70.64.149"] = {.error = ENETUNREACH, .found = {}};
    EXPECT_EQ(judged(with(at_ipvs(), drop), &state).name, "no-route");
}

// The lookup is by destination: what a rule by source or mark chose is not known.
TEST(Routes, WithRulesByMoreThanTheDestinationAreProbable)
{
    FakeState state;
    const auto drop = died(plain(StepKind::dropped), "ip_vs_tunnel_xmit", "NOT_SPECIFIED");
    for (const bool ruled : {false, true}) {
        state.routes["172.70.64.149"] = {.error = ENETUNREACH, .found = {}, .ruled = ruled};
        const auto verdict = judged(with(at_ipvs(), drop), &state);
        EXPECT_EQ(verdict.name, "no-route");
        EXPECT_EQ(verdict.certain, !ruled);
    }
    // The kernel's reason suffices.
    state.routes["198.51.100.150"] = {.error = ENETUNREACH, .found = {}, .ruled = true};
    const auto said = died(plain(StepKind::dropped), "ip_error", "IP_INNOROUTES");
    EXPECT_TRUE(judged({plain(StepKind::received), said}, &state).certain);
}

TEST(Neighbours, WithoutAReasonIsOnlyProbable)
{
    FakeState state;
    state.routes["172.70.64.149"] = by("d1");
    state.neighbour = false;
    const auto verdict = judged({tunnelled(StepKind::enters, "ip_output"),
                                 died(tunnelled(StepKind::dropped), "arp_error_report", "")},
                                &state);
    EXPECT_EQ(verdict.name, "no-neighbour");
    EXPECT_FALSE(verdict.certain);
    state.neighbour = true;
    EXPECT_FALSE(
        judged({died(tunnelled(StepKind::dropped), "arp_error_report", "")}, &state).found());
}

TEST(ReversePath, WithoutAReasonTheSettingAndTheRouteDecide)
{
    FakeState state;
    state.routes["192.0.2.2"] = by("r0");
    state.sysctls["net.ipv4.conf.all.rp_filter"] = "1";
    const std::vector<Step> steps = {plain(StepKind::received), plain(StepKind::enters, "ip_rcv"),
                                     died(plain(StepKind::dropped), "ip_rcv_finish", "")};
    const auto verdict = judged(steps, &state);
    EXPECT_EQ(verdict.name, "rp-filter");
    EXPECT_FALSE(verdict.certain);
    state.routes["192.0.2.2"] = by("d0");
    EXPECT_FALSE(judged(steps, &state).found());
    state.routes["192.0.2.2"] = by("r0");
    state.sysctls["net.ipv4.conf.all.rp_filter"] = "0";
    EXPECT_FALSE(judged(steps, &state).found());
}

TEST(Martian, NeedsAnAddressOfTheHost)
{
    FakeState state;
    const std::vector<Step> steps = {
        plain(StepKind::received), plain(StepKind::enters, "ip_rcv"),
        died(plain(StepKind::dropped), "ip_rcv_finish_core", "NOT_SPECIFIED")};
    EXPECT_FALSE(judged(steps, &state).found());
    state.holders["192.0.2.2"] = "lo";
    EXPECT_EQ(judged(steps, &state).name, "martian-from-vip");
    state.sysctls["net.ipv4.conf.all.accept_local"] = "0";
    state.sysctls["net.ipv4.conf.d0.accept_local"] = "1";
    EXPECT_FALSE(judged(steps, &state).found());
    state.sysctls["net.ipv4.conf.all.accept_local"] = "1";
    state.sysctls["net.ipv4.conf.d0.accept_local"] = "0";
    EXPECT_FALSE(judged(steps, &state).found());
}

TEST(Listener, AnOpenPortIsNotMissing)
{
    FakeState state;
    state.ports = std::vector<fou::Port>{};
    const std::vector<Step> steps = {
        tunnelled(StepKind::enters, "udp_rcv"),
        died(tunnelled(StepKind::dropped), "__udp4_lib_rcv", "NO_SOCKET")};
    EXPECT_EQ(judged(steps, &state).name, "no-gue-listener");
    state.ports = {fou::Port{.port = 5501}};
    EXPECT_FALSE(judged(steps, &state).found());
}

TEST(Netfilter, IpvsIsNoFilter)
{
    FakeState state;
    auto leave = plain(StepKind::enters, "ip_vs_leave");
    leave.ipvs = facts();
    const auto drop = died(plain(StepKind::dropped), "nf_hook_slow", "NETFILTER_DROP");
    EXPECT_EQ(judged({plain(StepKind::enters, "ip_local_deliver"), drop}, &state).name,
              "netfilter");
    const auto verdict = judged({leave, drop}, &state);
    EXPECT_EQ(verdict.name, "mh-without-fallback");
    EXPECT_FALSE(verdict.certain); // the workers could not be read
}

// A chain that is told may be one that the packet has left.
TEST(Netfilter, AChainIsNotToBlameForADeathElsewhere)
{
    FakeState state;
    auto drop = died(plain(StepKind::dropped), "tcp_v4_rcv", "NO_SOCKET");
    drop.chain = NetfilterChain{.table = "filter", .chain = "input"};
    const auto blamed = [&](const char* place, const char* reason) {
        drop.place->function = place;
        drop.reason = reason;
        return judged({plain(StepKind::received), drop}, &state).name;
    };
    EXPECT_EQ(blamed("tcp_v4_rcv", "NO_SOCKET"), "");
    EXPECT_EQ(blamed("tcp_v4_rcv", ""), "");
    EXPECT_EQ(blamed("nf_hook_slow", "NETFILTER_DROP"), "netfilter");
    EXPECT_EQ(blamed("nf_hook_slow", ""), "netfilter");
    EXPECT_EQ(blamed("nft_do_chain", ""), "netfilter");
}

TEST(Scheduler, WorkersDecide)
{
    FakeState state;
    auto leave = plain(StepKind::enters, "ip_vs_leave");
    leave.ipvs = facts();
    const auto drop = died(plain(StepKind::dropped), "nf_hook_slow", "NETFILTER_DROP");
    ipvs::ServiceState service;
    service.service.key = {.address = ip("198.51.100.150"), .port = 8000};
    service.destinations = {{.address = ip("172.70.64.149"), .port = 8000, .weight = 0}};
    state.served = {service};
    EXPECT_EQ(judged({leave, drop}, &state).name, "no-worker");
    service.destinations.push_back({.address = ip("172.70.72.206"), .port = 8000, .weight = 1});
    state.served = {service};
    EXPECT_EQ(judged({leave, drop}, &state).name, "mh-without-fallback");
    leave.ipvs->scheduler = "rr";
    EXPECT_FALSE(judged({leave, drop}, &state).found());
}

TEST(Case, WhatHappenedOnAnotherHostDoesNotCount)
{
    auto elsewhere = plain(StepKind::enters, "ip_vs_leave");
    elsewhere.ipvs = facts();
    auto here = plain(StepKind::received);
    auto drop = died(plain(StepKind::dropped), "nf_hook_slow", "NETFILTER_DROP");
    here.netns_number = drop.netns_number = worker;
    const Case dropped({&elsewhere, &here, &drop}, nullptr);
    EXPECT_EQ(dropped.last(), nullptr);
    EXPECT_EQ(dropped.ipvs(), nullptr);
    EXPECT_EQ(dropped.arrival(), &here);
}

} // namespace
} // namespace gueway
