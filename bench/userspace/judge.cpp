// SPDX-License-Identifier: GPL-2.0-only
// Judging a guest's log. It happens after a guest has ended and before netlab does, so it is part
// of every `netlab run`, of which `true` may take 8 s. A boot prints a few kB; 1 MB is a guest that
// complained all the time, or was told to log everything.
#include "lab/judge.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

namespace gueway {
namespace {

constexpr size_t log_size = 1'000'000;

// A boot's worth of ordinary lines, over and over, stamps and carriage returns as on a console.
std::string ordinary_log()
{
    std::string log = "[    0.000000] Linux version 6.1.0-56-cloud-amd64 (b@h)\r\n"
                      "[    0.000000] Kernel command line: console=ttyS0 loglevel=7\r\n";
    for (int i = 0; log.size() < log_size; ++i)
        log += fmt::format("[{:5}.{:06}] pci 0000:00:{:02x}.0: reg 0x10: [mem 0xfebc0000-0x{:08x}]"
                           "\r\n",
                           i / 1000, i % 1000 * 1000, i % 32, i);
    return log;
}

void judge(benchmark::State& state, const std::string& log, Verdict::Kind expected)
{
    while (state.KeepRunning()) {
        const auto verdict = judge_log(log);
        if (verdict.kind != expected) state.SkipWithError("wrong verdict");
    }
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(log.size()));
}

void judge_clean_log(benchmark::State& state)
{
    judge(state, ordinary_log(), Verdict::Kind::clean);
}
BENCHMARK(judge_clean_log)->Unit(benchmark::kMillisecond);

// The complaint is at the end: nothing is saved by having found it.
void judge_splat_at_the_end(benchmark::State& state)
{
    const auto log = ordinary_log() + "[ 9999.000000] BUG: KASAN: use-after-free in f+0x1/0x2\r\n";
    judge(state, log, Verdict::Kind::splat);
}
BENCHMARK(judge_splat_at_the_end)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace gueway
