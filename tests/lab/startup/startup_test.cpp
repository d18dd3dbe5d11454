// SPDX-License-Identifier: GPL-2.0-only
// From exec to ready, and from the signal to the end, of both ways to run droptrace. In the exact
// lane, whose clock counts instructions (1 ns each): what else the machine does is no part of it,
// and what the kernel waits for is.
#include "util/file.h"
#include "util/process.h"

#include <csignal>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr double longest_start = 1200, longest_end = 500; // ms

class Startup : public testing::TestWithParam<Argv> {};

TEST_P(Startup, BeginsAndEndsInTime)
{
    const auto directory = TempDir::make().value();
    const auto ready = directory.path() / "ready";
    Argv argv = {"droptrace", "--ready-file", ready};
    argv.insert(argv.end(), GetParam().begin(), GetParam().end());
    const auto deadline = Deadline::after(std::chrono::seconds(60));

    const auto begin = Clock::now();
    auto process = Process::start(argv, {});
    ASSERT_TRUE(process) << process.error().text();
    const auto waited =
        wait_until(deadline, "droptrace", "its ready file", [&] { return fs::exists(ready); });
    ASSERT_TRUE(waited) << waited.error().text();
    const Milliseconds start = Clock::now() - begin;

    // Names are read, and privileges given up: there is nothing but packets to wait for.
    const auto confined = wait_until(deadline, "droptrace", "its confinement", [&] {
        const auto status = read_file(fmt::format("/proc/{}/status", process->pid()));
        return status && status->find("NoNewPrivs:\t1") != std::string::npos;
    });
    ASSERT_TRUE(confined) << confined.error().text();
    const auto signalled = Clock::now();
    process->signal(SIGINT);
    EXPECT_EQ(process->wait(deadline), 0);
    const Milliseconds end = Clock::now() - signalled;
    fmt::print("exec to ready {:.0f} ms, signal to exit {:.0f} ms\n", start.count(), end.count());
    EXPECT_LT(start.count(), longest_start);
    EXPECT_LT(end.count(), longest_end);
}

INSTANTIATE_TEST_SUITE_P(Of, Startup,
                         testing::Values(Argv{}, Argv{"--follow", "tcp and port 5201"}),
                         [](const auto& info) { return info.param.empty() ? "Drops" : "Follow"; });

} // namespace
} // namespace gueway
