// SPDX-License-Identifier: GPL-2.0-only
// A command's output on its way out of the guest, as base64 in JSON lines. Encoding happens in the
// guest, beside the command itself: what it takes there is added to the time of every command that
// prints much, and files of /out take the same way. Decoding happens on the host while the guest
// runs, and has to keep up with it. 1 MiB is a test that failed with a packet dump.
//
// An emulated processor is 10 to 50 times slower than what runs here. The figures of a guest:
//     build/bin/netlab run --add build/bench -- bench
#include "lab/protocol.h"

#include "util/text.h"

#include <benchmark/benchmark.h>

namespace gueway::protocol {
namespace {

constexpr size_t output_size = 1 << 20;
constexpr size_t piece = 8 << 10; // what the guest's init reads at once

std::string output()
{
    std::string bytes(output_size, '\0');
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 2654435761U >> 24);
    return bytes;
}

std::string encoded(const std::string& bytes)
{
    std::string text;
    for (size_t at = 0; at < bytes.size(); at += piece)
        text +=
            to_line({.kind = Message::Kind::output, .id = "1", .data = bytes.substr(at, piece)});
    return text;
}

void encode_1_mib_of_output(benchmark::State& state)
{
    const auto bytes = output();
    while (state.KeepRunning()) benchmark::DoNotOptimize(encoded(bytes));
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(output_size));
}
BENCHMARK(encode_1_mib_of_output)->Unit(benchmark::kMillisecond);

void decode_1_mib_of_output(benchmark::State& state)
{
    const auto text = encoded(output());
    while (state.KeepRunning()) {
        size_t bytes = 0;
        for (const auto line : lines(text))
            if (const auto message = parse_line(line)) bytes += message->data.size();
        if (bytes != output_size) state.SkipWithError("bytes are missing");
    }
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(output_size));
}
BENCHMARK(decode_1_mib_of_output)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace gueway::protocol
