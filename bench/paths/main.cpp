// SPDX-License-Identifier: GPL-2.0-only
// What a packet costs on its way through a director, in instructions: by way, size and stage, with
// the repairs, and as connections and workers become many. For the exact lane. Google Benchmark
// chooses what is run (--benchmark_filter, --benchmark_list_tests); a figure is a counter.
//
//   exact_paths JSON [OPTION OF GOOGLE BENCHMARK...]
//   exact_paths JSON --ratios FIGURE...   for the smp lane: bench/paths/ratios.h
//   exact_paths --benchmark_list_tests    anywhere; nothing is measured or written
#include "bench/paths/clock.h"
#include "bench/paths/growth.h"
#include "bench/paths/ratios.h"
#include "bench/paths/repaired.h"
#include "bench/paths/reporter.h"
#include "bench/paths/stages.h"
#include "util/module.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace gueway::bench {
namespace {

// What is set up for one benchmark and serves the next, when it wants the same.
template <class T>
class Kept {
public:
    template <class F>
    Result<T*> get(const std::string& wanted, F make)
    {
        if (wanted != is_) {
            value_.reset();
            is_.clear();
            value_ = std::make_unique<T>(TRY(make()));
            is_ = wanted;
        }
        return value_.get();
    }
    void drop()
    {
        value_.reset();
        is_.clear();
    }

private:
    std::string is_;
    std::unique_ptr<T> value_;
};

// One of them at a time: all have the same namespaces.
struct Rig {
    Kept<Staged> staged;
    Kept<Crowd> crowd;
    Kept<Repaired> repaired;

    Result<Staged*> way(const Way& way)
    {
        crowd.drop();
        repaired.drop();
        return staged.get(way.name, [&] { return Staged::make(way); });
    }
    Result<Crowd*> load(const std::string& name, const Load& load)
    {
        staged.drop();
        repaired.drop();
        return crowd.get(name, [&] { return Crowd::make(load); });
    }
    Result<Repaired*> repair(const std::string& name, const Way& way, Repair repair)
    {
        staged.drop();
        crowd.drop();
        return repaired.get(name, [&] { return Repaired::make(way, repair); });
    }
};

using Counters = std::map<std::string, double>;
using Measure = std::function<Result<Counters>(Rig&)>;

// --- ways ---

Counters counters(const Spent& spent)
{
    Counters all = {{"instructions", spent.total()}, {"segments", spent.segments}};
    for (size_t i = 0; i < spent.stages.size(); ++i) all[stage_names[i]] = spent.stages[i];
    return all;
}

Result<Counters> measure_way(Rig& rig, const Way& way, const Size& size, bool offload)
{
    auto* staged = TRY(rig.way(way));
    return counters(TRY(staged->measure(size, offload)));
}

// --- repairs ---

// Of GUE without checksums: they are done before a device segments anything.
Result<Counters> measure_repair(Rig& rig, Repair repair, const Size& size)
{
    const auto& director = TRY(rig.way(way_of("gue-nocsum")))->director();
    return Counters{{"instructions", TRY(repair_adds(director, repair, size))}};
}

Result<Counters> measure_repaired(Rig& rig, const Way& way, Repair repair, const Size& size,
                                  bool offload)
{
    const auto name = fmt::format("{} {}", way.name, static_cast<int>(repair));
    const auto outlay = TRY(TRY(rig.repair(name, way, repair))->measure(size, offload));
    return Counters{{"instructions", outlay.whole - outlay.sender},
                    {"sender", outlay.sender},
                    {"device", outlay.device},
                    {"segments", outlay.segments}};
}

// --- growth ---

Result<Counters> measure_connections(Rig& rig, unsigned connections)
{
    auto* crowd = TRY(rig.load("connections", {}));
    TRY(crowd->grow(connections));
    return Counters{{"instructions", TRY(crowd->established())}};
}

Result<Counters> measure_workers(Rig& rig, const Load& load)
{
    TRY(load_module(fmt::format("ip_vs_{}", load.scheduler)));
    auto* crowd = TRY(rig.load(fmt::format("{} {}", load.scheduler, load.workers), load));
    const auto first = TRY(crowd->first());
    return Counters{{"instructions", TRY(crowd->established())}, {"first", first}};
}

// --- all of them ---

Result<Counters> measure_exactly(Rig& rig, const Measure& measure)
{
    TRY(check_clock());
    return measure(rig);
}

void add(Rig& rig, const std::string& name, const Measure& measure)
{
    benchmark::RegisterBenchmark(name.c_str(),
                                 [&rig, measure](benchmark::State& state) {
                                     while (state.KeepRunning()) {
                                         const auto all = measure_exactly(rig, measure);
                                         if (!all) {
                                             state.SkipWithError(all.error().text().c_str());
                                             break;
                                         }
                                         for (const auto& [counter, value] : *all)
                                             state.counters[counter] = value;
                                         state.SetIterationTime(1e-9 * all->at("instructions"));
                                     }
                                 })
        ->Iterations(1)
        ->UseManualTime();
}

void add_ways(Rig& rig)
{
    for (const auto& way : ways)
        for (const auto& size : sizes)
            for (const bool offload : {true, false})
                add(rig,
                    fmt::format("way/{}/{}/{}", way.name, size.name,
                                offload ? "offload" : "software"),
                    [&way, &size, offload](Rig& r) { return measure_way(r, way, size, offload); });
}

void add_repairs(Rig& rig)
{
    for (const auto& size : sizes) {
        add(rig, fmt::format("hotfix/{}", size.name),
            [&size](Rig& r) { return measure_repair(r, Repair::hotfix, size); });
        add(rig, fmt::format("mitigation/{}", size.name),
            [&size](Rig& r) { return measure_repair(r, Repair::mitigation, size); });
    }
}

// What is not segmented is the same with and without offload, and is there once.
void add_repaired_sizes(Rig& rig, const std::string& prefix, const Way& way, Repair repair)
{
    for (const auto& size : sizes)
        for (const bool offload : {true, false}) {
            if (!size.segment && !offload) continue;
            add(rig, fmt::format("{}/{}/{}", prefix, size.name, offload ? "offload" : "software"),
                [&way, repair, &size, offload](Rig& r) {
                    return measure_repaired(r, way, repair, size, offload);
                });
        }
}

// The ways whose packets the bug drops. Whose kernel has the bug, or not, is for the caller to see
// to.
void add_repaired(Rig& rig)
{
    for (const auto& [repair, name] : {std::pair{Repair::none, "patched"},
                                       {Repair::hotfix, "hotfix"},
                                       {Repair::mitigation, "mitigation"}})
        for (const char* way : {"gre", "gue-nocsum", "gue-csum", "gue-remcsum"})
            add_repaired_sizes(rig, fmt::format("repaired/{}/{}", name, way), way_of(way), repair);
}

void add_growth(Rig& rig)
{
    for (const unsigned connections : {1U, 1000U, 10'000U, 100'000U})
        add(rig, fmt::format("connections/{}", connections),
            [connections](Rig& r) { return measure_connections(r, connections); });
    // mh's table has room for no more (IP_VS_MH_TAB_INDEX 12: 4093).
    for (const auto& [scheduler, most] :
         {std::pair{"rr", 10'000U}, {"wlc", 10'000U}, {"mh", 4000U}})
        for (const unsigned workers : {1U, 100U, most})
            add(rig, fmt::format("workers/{}/{}", scheduler, workers),
                [=](Rig& r) { return measure_workers(r, {scheduler, workers}); });
}

void add_all(Rig& rig)
{
    add_ways(rig);
    add_repairs(rig);
    add_repaired(rig);
    add_growth(rig);
}

void list()
{
    Rig rig;
    add_all(rig);
    benchmark::RunSpecifiedBenchmarks();
}

Result<int> run(const char* json)
{
    benchmark::AddCustomContext("compiler", "g++ " __VERSION__);
    Rig rig;
    add_all(rig);
    Reporter reporter;
    const auto done = benchmark::RunSpecifiedBenchmarks(&reporter);
    TRY(write_json(json, reporter.json()));
    return reporter.failed() || done == 0 ? 1 : 0;
}

Result<int> run_ratios(const char* json, std::span<char* const> figures)
{
    const std::vector<std::string> names(figures.begin(), figures.end());
    TRY(write_json(json, TRY(ratios_to_legacy(names))));
    return 0;
}

} // namespace
} // namespace gueway::bench

int main(int argc, char** argv)
{
    // Google Benchmark takes its options out of argv and keeps them to itself.
    const std::vector<std::string_view> words(argv, argv + argc);
    const bool listing = std::ranges::find(words, "--benchmark_list_tests") != words.end();
    benchmark::Initialize(&argc, argv);
    if (listing && argc == 1) {
        gueway::bench::list();
        return 0;
    }
    const bool ratios = argc > 3 && std::string_view(argv[2]) == "--ratios";
    if (listing || (argc != 2 && !ratios)) {
        fmt::print(stderr, "exact_paths: want JSON, the file to write, and --ratios FIGURE... or "
                           "--benchmark_... options; or --benchmark_list_tests\n");
        return 2;
    }
    const std::span all(argv, static_cast<size_t>(argc));
    const auto done =
        ratios ? gueway::bench::run_ratios(argv[1], all.subspan(3)) : gueway::bench::run(argv[1]);
    if (!done) fmt::print(stderr, "exact_paths: {}\n", done.error().text());
    return done ? *done : 2;
}
