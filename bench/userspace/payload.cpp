// SPDX-License-Identifier: GPL-2.0-only
// What gwflow does with each payload byte: the sender makes and hashes it, the receiver hashes it.
// Both are inside the latency that gwflow reports, so they must stay below what they measure: 1 MiB
// at 10 Gbit/s is 0.84 ms, and the 32 KiB of a healthy request in the incident took 75 ms, of which
// a guest's processor, 10 to 50 times slower than what runs here, must not use much.
#include "flow/payload.h"

#include <vector>

#include <benchmark/benchmark.h>

namespace gueway::flow {
namespace {

constexpr size_t payload_size = 1 << 20;

void make_1_mib(benchmark::State& state)
{
    std::vector<std::byte> payload(payload_size);
    uint64_t seed = 0;
    while (state.KeepRunning()) {
        fill_payload(payload, ++seed, 0);
        benchmark::DoNotOptimize(payload.data());
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(payload_size));
}
BENCHMARK(make_1_mib)->Unit(benchmark::kMicrosecond);

// In pieces, as a socket gives them.
void hash_1_mib(benchmark::State& state)
{
    constexpr size_t piece = 64 << 10;
    std::vector<std::byte> payload(payload_size);
    fill_payload(payload, 1, 0);
    Hash hash;
    while (state.KeepRunning()) {
        hash.restart();
        for (size_t at = 0; at < payload.size(); at += piece)
            hash.update(std::span(payload).subspan(at, piece));
        benchmark::DoNotOptimize(hash.digest());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(payload_size));
}
BENCHMARK(hash_1_mib)->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace gueway::flow
