// SPDX-License-Identifier: GPL-2.0-only
// netlab demo: the incident on a kernel with and without the fix, as a table and a page.
#include "demo/model.h"
#include "demo_guest.h"
#include "demo_options.h"
#include "util/json.h"

#include <chrono>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

namespace {

// `seconds`: in which the requests of a cell begin.
struct Options : DemoOptions {
    uint64_t requests = 0; // of a cell, instead; neither: what the lane needs for steady medians
};

// Fewer requests than these move the median of responses by 3 % in the exact lane. In the smp lane
// time counts, not number: a busy moment of the machine must not cover a whole cell.
constexpr uint64_t exact_requests = 24;
constexpr double smp_seconds = 2.5;

Argv extent(const Options& options)
{
    if (options.requests) return {"--requests", std::to_string(options.requests)};
    if (options.seconds > 0) return {"--seconds", fmt::format("{}", options.seconds)};
    if (options.lane == "exact") return {"--requests", std::to_string(exact_requests)};
    return {"--seconds", fmt::format("{}", smp_seconds)};
}

// A result with that one variant.
Result<DemoResult> measure(const Options& options, Variant variant)
{
    const std::string name(text(variant));
    DemoGuest guest{.kernel = options.kernel,
                    .ip_vs = variant,
                    .lane = options.lane,
                    .program = "incident",
                    .words = {"--name", name},
                    .doing = "replaying the incident",
                    .verbose = options.verbose};
    for (auto& word : extent(options)) guest.words.push_back(std::move(word));
    auto result = TRY(demo_from_json(TRY(run_demo_guest(guest)), name));
    if (result.variants.size() != 1) return error(name, "read", "it has not one variant");
    return result;
}

Result<int> demo(const Options& options)
{
    const auto begin = std::chrono::steady_clock::now();
    DemoResult result;
    result.command = options.command;
    result.lane = options.lane;
    result.finished = finished_now(options.lane);
    for (const auto variant : {Variant::vulnerable, Variant::patched}) {
        auto one = TRY(measure(options, variant));
        result.underlay_mtu = one.underlay_mtu;
        result.mss = one.mss;
        result.variants.push_back(std::move(one.variants.front()));
    }
    TRY(make_directories(options.out));
    TRY(write_json(fs::path(options.out) / "demo.json", demo_to_json(result)));
    TRY(write_file(fs::path(options.out) / "demo.html", demo_page(result)));
    fmt::print("{}\n", demo_text(result));
    print_time(begin, options.out + "/demo.html");
    return demo_verdict(result).clean ? 0 : 1;
}

} // namespace

void add_demo(CLI::App& app, int& status)
{
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("demo", "replay the incident, unfixed and fixed");
    declare(*command, *options, "demo", "in which the requests of a cell begin");
    command->add_option("--requests", options->requests, "of a cell, one after the other")
        ->excludes("--seconds")
        ->check(CLI::PositiveNumber);
    command->callback([options, &status] { run_demo(*options, demo, status); });
}

} // namespace gueway
