// SPDX-License-Identifier: GPL-2.0-only
#include "drops/harmless.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

DropCount count(const char* place, const char* reason)
{
    return {.place = place, .reason = reason, .packets = 1};
}

TEST(Harmless, PartsOfGroPacketsAre)
{
    const auto parts = count("kfree_skb_list_reason+0x2c", "NOT_SPECIFIED");
    EXPECT_NE(harmless_because(parts, Unwrapped::yes), "");
    EXPECT_NE(harmless_because(parts), "");
    EXPECT_NE(harmless_because(count("kfree_skb_list+0x1b", ""), Unwrapped::yes), "");
}

// As a device that is down loses them (__dev_queue_xmit).
TEST(Harmless, WholePacketsInAListAreNot)
{
    for (const char* place : {"kfree_skb_list_reason+0x2c", "kfree_skb_list+0x1b"})
        EXPECT_EQ(harmless_because(count(place, "NOT_SPECIFIED"), Unwrapped::no), "") << place;
}

// The same function frees what a queueing discipline had no room for.
TEST(Harmless, WhatAQueueDropsIsNot)
{
    for (const char* reason : {"QDISC_DROP", "QDISC_OVERLIMIT", "FQ_FLOW_LIMIT", "CAKE_FLOOD"})
        EXPECT_EQ(harmless_because(count("kfree_skb_list_reason+0x2c", reason)), "") << reason;
}

TEST(Harmless, WhatTcpHadAlreadyIs)
{
    for (const char* reason : {"TCP_OLD_DATA", "TCP_OFOMERGE", "TCP_OLD_ACK"})
        EXPECT_NE(harmless_because(count("tcp_data_queue+0x2c", reason)), "") << reason;
}

// Timestamps of two hosts behind one address, and segments beyond the window.
TEST(Harmless, WhatTcpRefusesIsNot)
{
    for (const char* reason : {"TCP_RFC7323_PAWS", "TCP_INVALID_SEQUENCE"})
        EXPECT_EQ(harmless_because(count("tcp_validate_incoming+0x2c", reason)), "") << reason;
}

TEST(Harmless, EchoRepliesThatRawSocketsHadAre)
{
    EXPECT_NE(harmless_because(count("icmp_rcv+0x1b1", "NO_SOCKET")), "");
    EXPECT_NE(harmless_because(count("ping_rcv+0xaf", "NO_SOCKET")), "");
    EXPECT_EQ(harmless_because(count("icmp_rcv+0x1b1", "ICMP_CSUM")), "");
}

} // namespace
} // namespace gueway
