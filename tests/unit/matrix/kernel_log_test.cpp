// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/kernel_log.h"

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

using Lines = std::vector<std::string>;

Lines of_text(const std::string& text)
{
    return splats_in("4,812,123456789,-;" + text + "\n");
}

TEST(Splats, AreKnownByTheirFirstWords)
{
    for (const char* text :
         {"WARNING: CPU: 0 PID: 1 at net/core/dev.c:3230 skb_warn_bad_offload+0xb6/0x100",
          "BUG: kernel NULL pointer dereference, address: 0000000000000008",
          "kernel BUG at net/core/skbuff.c:110!", "Oops: 0002 [#1] PREEMPT SMP",
          "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
          "BUG kmalloc-64 (Not tainted): Poison overwritten", "u2: hw csum failure",
          "list_del corruption. prev->next should be ffff888, but was dead",
          "refcount_t: underflow; use-after-free.", "UBSAN: shift-out-of-bounds in net/a.c:1:2",
          "watchdog: BUG: soft lockup - CPU#1 stuck for 22s!"})
        EXPECT_EQ(of_text(text), Lines{text});
}

TEST(Splats, OtherLinesAreNone)
{
    for (const char* text :
         {"IPVS: ipvs loaded.", "u0: renamed from veth0", "------------[ cut here ]------------",
          "Call Trace:", "<IRQ>", "a WARNING: in the middle", ""})
        EXPECT_TRUE(of_text(text).empty()) << text;
}

TEST(Splats, OfARecordsWholeText)
{
    EXPECT_EQ(of_text("=====\\x0aWARNING: possible recursive locking detected\\x0a-----"),
              Lines{"WARNING: possible recursive locking detected"});
    EXPECT_EQ(of_text("BUG: a\\x09b \\xg"), Lines{"BUG: a\tb \\xg"});
}

TEST(Splats, WhatStandsAroundTheTextIsNotRead)
{
    EXPECT_TRUE(splats_in("6,1,2,-;all is well\n SUBSYSTEM=BUG: no\n").empty());
    EXPECT_TRUE(splats_in("").empty());
}

} // namespace
} // namespace gueway::matrix
