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
    EXPECT_FALSE(harmless_because(count("kfree_skb_list_reason+0x2c", "NOT_SPECIFIED")).empty());
}

// The same function frees what a queueing discipline had no room for.
TEST(Harmless, WhatAQueueDropsIsNot)
{
    for (const char* reason : {"QDISC_DROP", "QDISC_OVERLIMIT", "FQ_FLOW_LIMIT", "CAKE_FLOOD"})
        EXPECT_EQ(harmless_because(count("kfree_skb_list_reason+0x2c", reason)), "") << reason;
}

} // namespace
} // namespace gueway
