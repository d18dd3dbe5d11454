// SPDX-License-Identifier: GPL-2.0-only
// netlab demo-fixes: a director repaired and broken again under traffic, as tables and a page.
#include "demo/fixes.h"
#include "demo_guest.h"
#include "demo_options.h"
#include "lab/share.h"
#include "lab/suite.h"
#include "util/json.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

namespace {

// `seconds`: of each phase.
struct Options : DemoOptions {
    Options() { seconds = 3; }
};

// By default Debian's kernel clears the pages that it gives out. In the exact lane that is an
// instruction for each byte: 6 % of a request for the fresh 32 KiB that it needs or does not, by
// what the one before has left. Medians of the same ip_vs differed by that.
constexpr const char* pages_as_they_are = "init_on_alloc=0";

Result<FixesResult> measure(const Options& options, Variant variant)
{
    const std::string name(text(variant));
    DemoGuest guest{.kernel = options.kernel,
                    .ip_vs = variant,
                    .lane = options.lane,
                    .program = "repair",
                    .words = {"--ipvs", name, "--seconds", fmt::format("{}", options.seconds)},
                    .kernel_words = {pages_as_they_are},
                    .doing = "requests while it is repaired",
                    .verbose = options.verbose};
    for (const char* directory : {"kernel/mlx5ish", "kernel/hotfix"}) {
        const auto source = TRY(share_file(directory));
        guest.extras.push_back(TRY(extra_for(options.kernel, modules_mark + source.string())));
    }
    return fixes_from_json(TRY(run_demo_guest(guest)), name);
}

Result<int> demo_fixes(const Options& options)
{
    const auto begin = std::chrono::steady_clock::now();
    FixesResult result;
    for (const auto variant : {Variant::vulnerable, Variant::patched}) {
        auto one = TRY(measure(options, variant));
        std::ranges::move(one.tracks, std::back_inserter(result.tracks));
        one.tracks = std::move(result.tracks);
        result = std::move(one);
    }
    result.command = options.command;
    result.lane = options.lane;
    result.finished = finished_now(options.lane);
    TRY(make_directories(options.out));
    TRY(write_json(fs::path(options.out) / "demo-fixes.json", fixes_to_json(result)));
    TRY(write_file(fs::path(options.out) / "demo-fixes.html", fixes_page(result)));
    fmt::print("{}\n", fixes_text(result));
    print_time(begin, options.out + "/demo-fixes.html");
    return fixes_verdict(result).holds ? 0 : 1;
}

} // namespace

void add_demo_fixes(CLI::App& app, int& status)
{
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "demo-fixes", "the incident on an mlx5-class device, mended under traffic in three ways");
    declare(*command, *options, "demo-fixes", "of each phase");
    command->callback([options, &status] { run_demo(*options, demo_fixes, status); });
}

} // namespace gueway
