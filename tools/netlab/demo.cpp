// SPDX-License-Identifier: GPL-2.0-only
// netlab demo: the incident on a kernel with and without the fix, as a table and a page.
#include "commands.h"
#include "demo/model.h"
#include "lab/progress.h"
#include "lab/share.h"
#include "machine_options.h"
#include "status_line.h"
#include "util/json.h"
#include "util/text.h"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace gueway {

namespace {

struct Options {
    std::string kernel = "6.1";
    std::string lane = "exact"; // the same figures on every machine, however busy
    std::string out = "out";
    double seconds = 0;    // in which the requests of a cell begin
    uint64_t requests = 0; // of a cell, instead; neither: what the lane needs for steady medians
    std::string command;   // that repeats this run
    bool verbose = false;
};

constexpr std::chrono::seconds patience{600}; // for one guest's whole replay

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

Result<RunSpec> make_spec(const Options& options, Variant variant, const fs::path& results)
{
    const std::string name(text(variant));
    RunSpec spec{.kernel = options.kernel, .ip_vs = variant};
    spec.lane = options.lane == "exact" ? Lane::exact : Lane::smp;
    spec.timeout = patience;
    spec.one_deadline = true;
    for (const char* program : {"incident", "gwflow", "directorctl"})
        spec.extras.push_back({TRY(sibling_program(program)), ""});
    Argv argv = {"incident", "--name", name, "--json", "/out/" + name + ".json"};
    for (auto& word : extent(options)) argv.push_back(std::move(word));
    spec.commands.push_back({name, argv});
    spec.out = results;
    return spec;
}

// A result with that one variant.
Result<DemoResult> measure(const Options& options, Variant variant)
{
    const auto results = TRY(TempDir::make("gueway-demo"));
    const auto spec = TRY(make_spec(options, variant, results.path()));
    StatusLine status(spec);
    RunListener listener;
    listener.progress = [&](const std::string& id, std::string_view state) {
        status.update(id, state == "start" ? "replaying the incident" : state);
    };
    if (options.verbose)
        listener.console = [](std::string_view bytes) { fmt::print(stderr, "{}", bytes); };
    const auto report = TRY(run_in_lab(spec, listener));
    if (report.exit_status() != 0) {
        const auto& errors = report.commands.front().errors;
        fmt::print(stderr, "{}", report.guests.back().console);
        return error(fmt::format("{} guest", text(variant)), "replay",
                     fmt::format("status {}: {} {}", report.exit_status(), trim(errors),
                                 report.explanation()));
    }
    const auto json = results.path() / (std::string(text(variant)) + ".json");
    auto result = TRY(demo_from_json(TRY(read_json(json)), json));
    if (result.variants.size() != 1) return error(json, "read", "it has not one variant");
    return result;
}

// What the result says of how it was made.
DemoResult describe(const Options& options)
{
    DemoResult result;
    result.command = options.command;
    result.lane = options.lane;
    // A run of the exact lane is the same whenever it is made.
    if (options.lane != "exact")
        result.finished = fmt::format("{:%Y-%m-%d %H:%M}", fmt::gmtime(std::time(nullptr)));
    return result;
}

Result<int> demo(const Options& options)
{
    const auto begin = std::chrono::steady_clock::now();
    auto result = describe(options);
    for (const auto variant : {Variant::vulnerable, Variant::patched}) {
        auto one = TRY(measure(options, variant));
        result.underlay_mtu = one.underlay_mtu;
        result.mss = one.mss;
        result.variants.push_back(std::move(one.variants.front()));
    }
    TRY(make_directories(options.out));
    TRY(write_json(fs::path(options.out) / "demo.json", demo_to_json(result)));
    TRY(write_file(fs::path(options.out) / "demo.html", demo_page(result)));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    fmt::print("{}\n", demo_text(result));
    fmt::print("{:.1f} s", (took - progress().total().time).count());
    if (progress().total().bytes) fmt::print(" plus {}", progress().total().text());
    fmt::print("; page: {}/demo.html\n", options.out);
    return demo_verdict(result).clean ? 0 : 1;
}

} // namespace

void add_demo(CLI::App& app, int& status)
{
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("demo", "replay the incident, unfixed and fixed");
    command->add_option("--kernel", options->kernel, "with headers and source in the archive");
    command->add_option("--lane", options->lane, "exact: the same figures everywhere; or smp")
        ->check(CLI::IsMember({"smp", "exact"}));
    command->add_option("--out", options->out, "directory for demo.html and demo.json");
    command->add_option("--seconds", options->seconds, "in which the requests of a cell begin")
        ->check(CLI::PositiveNumber);
    command->add_option("--requests", options->requests, "of a cell, one after the other")
        ->excludes("--seconds")
        ->check(CLI::PositiveNumber);
    command->add_flag("-v,--verbose", options->verbose, "show the kernel logs as they come");
    command->add_option("--command", options->command, "what the page says repeats this run")
        ->default_val("netlab demo");
    command->callback([options, &status] {
        progress().set_verbose(options->verbose);
        const auto done = demo(*options);
        if (!done) complain(done.error());
        status = done ? *done : exit_code(LabStatus::failed);
    });
}

} // namespace gueway
