// SPDX-License-Identifier: GPL-2.0-only
#include "util/process.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

using namespace std::chrono_literals;

TEST(Run, CapturesBothStreamsAndTheStatus)
{
    const auto outcome = run({"sh", "-c", "echo out; echo err >&2; exit 7"});
    ASSERT_TRUE(outcome) << outcome.error().text();
    EXPECT_EQ(outcome->status, 7);
    EXPECT_EQ(outcome->output, "out\n");
    EXPECT_EQ(outcome->errors, "err\n");
}

TEST(Run, FeedsInputLargerThanAPipe)
{
    const std::string big(1 << 20, 'x');
    const auto outcome = run({"cat"}, {.input = big, .deadline = {}});
    ASSERT_TRUE(outcome) << outcome.error().text();
    EXPECT_EQ(outcome->output, big);
}

TEST(Run, ChildThatClosesItsInputDoesNotEndUs)
{
    const auto outcome = run({"true"}, {.input = std::string(1 << 20, 'x'), .deadline = {}});
    ASSERT_TRUE(outcome) << outcome.error().text();
    EXPECT_EQ(outcome->status, 0);
}

TEST(Run, MissingProgramIsAnErrorThatNamesIt)
{
    const auto outcome = run({"no-such-program-here"});
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ENOENT);
    EXPECT_EQ(outcome.error().object, "no-such-program-here");
}

TEST(Run, KillsWhatOutlivesItsDeadline)
{
    const auto begin = Deadline::Clock::now();
    const auto outcome = run({"sleep", "60"}, {.input = {}, .deadline = Deadline::after(50ms)});
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ETIMEDOUT);
    EXPECT_LT(Deadline::Clock::now() - begin, 10s);
}

TEST(Run, SignalCountsAsInAShell)
{
    EXPECT_EQ(run({"sh", "-c", "kill -TERM $$"})->status, 128 + 15);
}

TEST(RunOk, QuotesTheCommandAndItsLastWords)
{
    const auto output = run_ok({"sh", "-c", "echo first >&2; echo last >&2; exit 3"}, "try harder");
    ASSERT_FALSE(output);
    EXPECT_EQ(output.error().text(),
              "sh -c 'echo first >&2; echo last >&2; exit 3': run: status 3, last: try harder");
}

TEST(Process, ASecondWaitReapsNobodyElse)
{
    auto first = Process::start({"true"}, {}), other = Process::start({"sh", "-c", "exit 3"}, {});
    ASSERT_TRUE(first && other);
    EXPECT_EQ(first->wait(Deadline::after(10s)), 0);
    EXPECT_FALSE(first->wait(Deadline::after(100ms)));
    EXPECT_EQ(other->wait(Deadline::after(10s)), 3);
}

} // namespace
} // namespace gueway
