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
