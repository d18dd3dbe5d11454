// SPDX-License-Identifier: GPL-2.0-only
// Writing an initramfs layer. The system and the kernel's modules are cached, but what a run brings
// along (programs with their libraries, the plan) is archived before every boot: it is in the time
// from pressing return to the kernel's first line, and so in the 8 s of `netlab run -- true`. 1,000
// files of 16 KiB are more than a run brings; the modules' layer has 300 files and 20 MB.
#include "lab/layer.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

namespace gueway {
namespace {

constexpr int files = 1000;
constexpr size_t file_size = 16 << 10;

Layer full_layer()
{
    Layer layer;
    for (int i = 0; i < files; ++i)
        layer.file(fmt::format("/usr/lib/directory-{}/file-{}", i % 20, i),
                   std::string(file_size, 'x'));
    return layer;
}

void archive_1000_files(benchmark::State& state)
{
    const auto layer = full_layer();
    while (state.KeepRunning()) {
        const auto archive = layer.archive();
        if (archive.size() < files * file_size) state.SkipWithError("bytes are missing");
        benchmark::DoNotOptimize(archive.data());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(files * file_size));
}
BENCHMARK(archive_1000_files)->Unit(benchmark::kMillisecond);

// Putting them in: paths are normalized and parents made.
void fill_with_1000_files(benchmark::State& state)
{
    while (state.KeepRunning()) {
        const auto layer = full_layer();
        if (!layer.holds("/lib/directory-19")) state.SkipWithError("a parent is missing");
    }
    state.SetItemsProcessed(state.iterations() * files);
}
BENCHMARK(fill_with_1000_files)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace gueway
