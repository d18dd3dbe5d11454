// SPDX-License-Identifier: GPL-2.0-only
#include "judge_logs.h"
#include "lab/judge.h"

#include <gtest/gtest.h>

namespace gueway {

// How GoogleTest names a parameter that failed.
void PrintTo(const LogCase& c, std::ostream* to)
{
    *to << c.name;
}

namespace {

class Judge : public testing::TestWithParam<LogCase> {};

TEST_P(Judge, GivesTheVerdict)
{
    const auto& c = GetParam();
    const auto verdict = judge_log(c.bare ? c.log : boot_banner() + c.log);
    ASSERT_EQ(to_string(verdict.kind), to_string(c.kind)) << verdict.line << verdict.why;
    EXPECT_EQ(verdict.panicked, c.panicked);
    EXPECT_EQ(verdict.why.empty(), c.kind != Verdict::Kind::unscannable);
    EXPECT_EQ(verdict.report.empty(), c.kind != Verdict::Kind::splat);
    if (c.kind != Verdict::Kind::splat) return;
    EXPECT_EQ(verdict.what, c.what);
    EXPECT_GE(verdict.splats, 1);
    EXPECT_NE(verdict.line.find(c.line), std::string::npos) << verdict.line;
    EXPECT_NE(verdict.report.back().find(c.last), std::string::npos) << verdict.report.back();
    EXPECT_EQ(verdict.line.find('\r'), std::string::npos);
}

std::string case_name(const testing::TestParamInfo<LogCase>& info)
{
    return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Splat, Judge, testing::ValuesIn(splat_logs()), case_name);
INSTANTIATE_TEST_SUITE_P(Lockup, Judge, testing::ValuesIn(lockup_logs()), case_name);
INSTANTIATE_TEST_SUITE_P(Mangled, Judge, testing::ValuesIn(mangled_logs()), case_name);
INSTANTIATE_TEST_SUITE_P(Harmless, Judge, testing::ValuesIn(harmless_logs()), case_name);
INSTANTIATE_TEST_SUITE_P(Unscannable, Judge, testing::ValuesIn(unscannable_logs()), case_name);

struct LineCase {
    std::string_view what, line;
};

// The first lines of what has no log of its own among the cases.
constexpr LineCase first_lines[] = {
    {"panic", "---[ end Kernel panic - not syncing: Fatal exception ]---"},
    {"KCSAN", "BUG: KCSAN: data-race in ip_vs_conn_new / ip_vs_conn_put"},
    {"KMSAN", "BUG: KMSAN: uninit-value in ip_vs_in_hook+0x1/0x2"},
    {"sleeping in atomic context",
     "BUG: sleeping function called from invalid context at include/linux/sched/mm.h:274"},
    {"BUG", "kernel BUG at net/core/skbuff.c:4082!"},
    {"BUG", "BUG: Bad page state in process gwflow  pfn:7c2a0"},
    {"lockdep", "[ BUG: Invalid wait context ]"},
    {"lockdep", "WARNING: inconsistent lock state"},
    {"lockdep", "WARNING: bad unlock balance detected!"},
    {"lockdep", "WARNING: held lock freed!"},
    {"lockdep", "WARNING: lock held when returning to user space!"},
    {"lockdep", "WARNING: SOFTIRQ-safe -> SOFTIRQ-unsafe lock order detected"},
    {"lockdep", "INFO: trying to register non-static key."},
    {"lockdep", "DEBUG_LOCKS_WARN_ON(lock->magic != lock)"},
    {"Oops", "Oops: 0010 [#2] SMP"},
    {"Oops", "Oops: Oops: 0000 [#1] PREEMPT SMP NOPTI"},
    {"Oops", "Oops: "},
    {"Oops", "Internal error: Oops: 96000004 [#1] SMP"},
    {"Oops", "stack segment: 0000 [#1] PREEMPT SMP"},
    {"page fault", "Unable to handle kernel NULL pointer dereference at virtual address 0018"},
    {"double fault", "PANIC: double fault, error_code: 0x0"},
    {"double fault", "double fault: 0000 [#1] PREEMPT SMP NOPTI"},
    {"KASAN", "kasan: GPF could be caused by NULL-ptr deref or user memory access"},
    {"hard lockup", "NMI watchdog: Watchdog detected hard LOCKUP on cpu 1"},
    {"soft lockup", "NMI watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [ip:402]"},
    {"RCU stall", "INFO: rcu_sched self-detected stall on CPU"},
    {"RCU stall", "rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 1-... }"},
    {"RCU stall", "rcu: rcu_preempt kthread timer wakeup didn't happen for 5249 jiffies!"},
    {"hung task", "INFO: task ip:402 blocked in I/O wait for more than 120 seconds."},
    {"list corruption", "list_add corruption. next->prev should be prev (ffff), but was 0."},
    {"memory corruption", "pagealloc: memory corruption"},
    {"memory leak", "kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)"},
    {"CFI", "CFI failure at ip_vs_in+0x1/0x2 (target: f+0x0/0x10; expected type: 0x1b2c3d4e)"},
    {"skb overrun", "skbuff: skb_over_panic: text:ffffffffc0a3b1c2 len:1528 put:28"},
    {"bad skb header", "protocol 0800 is buggy, dev d1"},
};

TEST(JudgeLine, IsKnownByItsFirstWords)
{
    for (const auto& c : first_lines) {
        const auto verdict = judge_log(boot_banner() + "[    9.000001] " + std::string(c.line));
        EXPECT_EQ(verdict.what, c.what) << c.line;
    }
}

// Some lines nobody but the kernel writes: they count even when the stamp got lost.
TEST(JudgeLine, CountsWithoutItsStampWhenSure)
{
    for (const auto* line :
         {"------------[ cut here ]------------", "Kernel panic - not syncing: x",
          "---[ end Kernel panic - not syncing: x ]---", "BUG: unable to handle page fault",
          "BUG: kernel NULL pointer dereference", "kernel BUG at mm/slub.c:1!", "Oops: 0000 [#1]"})
        EXPECT_EQ(judge_log(boot_banner() + line).kind, Verdict::Kind::splat) << line;
}

TEST(JudgeReport, CountsEveryComplaint)
{
    std::string log = boot_banner();
    for (const auto& c : splat_logs())
        if (c.name == "WarnWithTrace" || c.name == "PanicWithAWarnEarlier") log += c.log;
    EXPECT_EQ(judge_log(log).splats, 3); // two WARNs and a panic
}

TEST(JudgeReport, OfARunawayTraceIsBounded)
{
    std::string log =
        boot_banner() + "[   52.000001] INFO: task a:1 blocked for more than 120 seconds.\n";
    for (int i = 0; i < 10000; ++i) log += "[   52.000002]  foo+0x1/0x2\n";
    EXPECT_LT(judge_log(log).report.size(), 1000u);
}

// A line may be allowed with a reason; its "cut here" goes with it, the next complaint does not.
TEST(JudgeAllowed, ExcusesThatLineOnly)
{
    const std::vector<Allowed> allowed = {
        {"WARNING: CPU: 0 PID: 1 at known.c:1", "only for this test", "none"}};
    const std::string known = boot_banner() +
                              "[    1.000001] ------------[ cut here ]------------\n"
                              "[    1.000002] WARNING: CPU: 0 PID: 1 at known.c:1 f\n";
    EXPECT_EQ(judge_log(known, allowed).kind, Verdict::Kind::clean);
    EXPECT_EQ(judge_log(known).kind, Verdict::Kind::splat);
    const auto other = judge_log(known + "[    2.000001] UBSAN: x in y.c:1:1\n", allowed);
    EXPECT_EQ(other.what, "UBSAN");
}

TEST(JudgeAllowed, EveryEntrySaysWhy)
{
    for (const auto& a : default_allowed()) {
        EXPECT_FALSE(a.reason.empty()) << a.begins;
        EXPECT_TRUE(a.link.starts_with("https://")) << a.begins;
    }
}

TEST(JudgeFile, UnreadableIsNotClean)
{
    const auto verdict = judge_file("/nonexistent/console.log");
    EXPECT_EQ(verdict.kind, Verdict::Kind::unscannable);
    EXPECT_NE(verdict.why.find("/nonexistent/console.log"), std::string::npos);
}

} // namespace
} // namespace gueway
