// SPDX-License-Identifier: GPL-2.0-only
// Rules of the headers, and since when they are broken.
#include "trace/headers.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace gueway {
namespace {

constexpr uint16_t tunnel_rules =
    1U << FOLLOW_RULE_tunnel_header | 1U << FOLLOW_RULE_inner_mac | 1U << FOLLOW_RULE_order;

// A piece where the kernel looked, and found those rules broken.
follow_event looked(uint64_t piece, uint16_t broken)
{
    return {.piece = piece,
            .what = FOLLOW_STEP,
            .network = 172,
            .transport = 192,
            .inner_mac = uint16_t(broken ? 190 : 204),
            .inner_network = 204,
            .inner_transport = 224,
            .checked = 1,
            .tunnel = IPPROTO_UDP,
            .broken = broken};
}

follow_event unlooked(uint64_t piece, uint64_t parent, uint32_t what)
{
    return {.piece = piece, .parent = parent, .what = what};
}

TEST(RuleHistory, NamesTheFunctionAfterWhichARuleBroke)
{
    RuleHistory history;
    EXPECT_TRUE(history.add(looked(1, 0), "ip_rcv").empty());
    // It had the packet when it was entered, and the next has it broken.
    EXPECT_TRUE(history.add(looked(1, 0), "ip_vs_tunnel_xmit").empty());
    const auto broken = history.add(looked(1, tunnel_rules), "__ip_local_out");
    ASSERT_EQ(broken.size(), 3U);
    for (const auto& one : broken) {
        EXPECT_EQ(one.after, "ip_vs_tunnel_xmit");
        EXPECT_TRUE(one.first);
    }
    EXPECT_EQ(text(broken), "broken after ip_vs_tunnel_xmit: tunnel header -2 bytes (computed: "
                            "inner mac 190 - transport 192), inner mac 190, inner net 204, "
                            "transport 192 behind inner mac 190");
    const auto later = history.add(looked(1, tunnel_rules), "__dev_queue_xmit");
    ASSERT_EQ(later.size(), 3U);
    EXPECT_EQ(later[0].after, "ip_vs_tunnel_xmit");
    EXPECT_FALSE(later[0].first);
}

TEST(RuleHistory, ACopyHasTheHistoryOfWhatItIsACopyOf)
{
    RuleHistory history;
    history.add(looked(1, 0), "ip_vs_tunnel_xmit");
    EXPECT_TRUE(history.add(unlooked(2, 1, FOLLOW_COPIED), "").empty());
    EXPECT_TRUE(history.add(unlooked(1, 0, FOLLOW_CONSUMED), "").empty());
    EXPECT_EQ(history.add(looked(2, tunnel_rules), "__ip_local_out")[0].after, "ip_vs_tunnel_xmit");
    // Where the kernel does not look it is as it was, for a clone too.
    const auto clone = history.add(unlooked(3, 2, FOLLOW_CLONED), "");
    ASSERT_EQ(clone.size(), 3U);
    EXPECT_EQ(clone[0].after, "ip_vs_tunnel_xmit");
}

TEST(RuleHistory, WhatWasMendedMayBreakAgain)
{
    RuleHistory history;
    EXPECT_EQ(history.add(looked(1, tunnel_rules), "__ip_local_out")[0].after, "");
    EXPECT_TRUE(history.add(looked(1, 0), "ip_output").empty());
    const auto again = history.add(looked(1, 1U << FOLLOW_RULE_gso_type), "__dev_queue_xmit");
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].after, "ip_output");
    EXPECT_TRUE(again[0].first);
}

TEST(RuleHistory, BrokenFromTheBeginningBlamesNobody)
{
    RuleHistory history;
    const auto broken = history.add(looked(1, 1U << FOLLOW_RULE_inner_mac), "ip_rcv");
    EXPECT_EQ(text(broken), "broken from the beginning: inner mac 190, inner net 204");
}

TEST(TunnelHeader, IsComputedAsTheKernelDoes)
{
    auto event = looked(1, tunnel_rules);
    EXPECT_EQ(tunnel_header(event).value().length(), -2);
    event.inner_mac = 0xffff; // of a client on the director: never set
    EXPECT_EQ(tunnel_header(event).value().length(), 65343);
    event.tunnel = IPPROTO_IPIP; // whose segmentation does not look at it
    EXPECT_FALSE(tunnel_header(event));
    event.tunnel = IPPROTO_GRE;
    event.checked = 0;
    EXPECT_FALSE(tunnel_header(event));
}

} // namespace
} // namespace gueway
