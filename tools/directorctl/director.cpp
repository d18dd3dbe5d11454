// SPDX-License-Identifier: GPL-2.0-only
// directorctl check|plan|apply FILE, show, save: the director's side of the file.
#include "commands.h"
#include "director/apply.h"
#include "director/save.h"
#include "director/show.h"
#include "util/json.h"
#include "worker/wanted.h"

#include <chrono>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

namespace {

struct Options {
    std::string file, netns;
    PlanOptions plan;
    bool json = false, yes = false, detailed = false, timing = false, yaml = false;
};

// The plan's exit statuses with --detailed-exitcode, as terraform has them.
constexpr int exit_changes = 2;

void add_file(CLI::App& app, Options& options)
{
    app.add_option("FILE", options.file, "the director's file")->required();
}

void add_json(CLI::App& app, Options& options)
{
    app.add_flag("--json", options.json, "for programs");
}

void add_netns(CLI::App& app, Options& options)
{
    app.add_option("--netns", options.netns, "in this network namespace");
}

void add_ownership(CLI::App& app, Options& options)
{
    app.add_flag("--prune", options.plan.prune,
                 "remove services that the file does not have, and their VIPs");
    app.add_flag("--weights", options.plan.weights,
                 "set the file's weights; else those that differ are runtime state and stay");
}

// Parses the arguments that `add` has declared, enters the namespace and runs `command`.
int run(int argc, char** argv, const char* help, void (*add)(CLI::App&, Options&),
        Result<int> (*command)(const Options&))
{
    CLI::App app(help, std::string("directorctl ") + argv[0]);
    Options options;
    add(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& wrong) {
        return app.exit(wrong) == 0 ? exit_done : exit_usage;
    }
    if (!options.netns.empty())
        if (const auto entered = enter_netns(options.netns); !entered)
            return complain(entered.error()), exit_failed;
    const auto status = command(options);
    if (status) return *status;
    complain(status.error());
    return exit_failed;
}

void print(const Options& options, const plan::Plan& plan)
{
    fmt::print("{}", options.json ? dump_json(plan::json(plan)) : plan::text(plan));
}

// What does not need the kernel to be found wrong.
Result<Config> read_checked(const std::string& file)
{
    auto config = TRY(read_config(file));
    TRY(wanted_fou_interfaces(config));
    TRY(worker::check(config));
    return config;
}

Result<int> check_command(const Options& options)
{
    const auto config = TRY(read_checked(options.file));
    size_t workers = 0;
    for (const auto& pool : config.pools) workers += pool.workers.size();
    if (options.json)
        fmt::print("{}", dump_json({{"schema", "gueway.check/1"},
                                    {"file", config.source},
                                    {"services", config.services.size()},
                                    {"pools", config.pools.size()},
                                    {"workers", workers}}));
    else
        fmt::print("{}: {} services, {} pools, {} workers: nothing wrong\n", config.source,
                   config.services.size(), config.pools.size(), workers);
    return exit_done;
}

double since(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
        .count();
}

Result<int> plan_command(const Options& options)
{
    const auto begin = std::chrono::steady_clock::now();
    const auto config = TRY(read_checked(options.file));
    const double parsed = since(begin);
    const auto plan = TRY(plan_director(config, options.plan));
    const double planned = since(begin) - parsed;
    print(options, plan);
    if (options.timing)
        fmt::print(stderr, "parsing {:.1f} ms, reading and planning {:.1f} ms\n", parsed, planned);
    return options.detailed && !plan.empty() ? exit_changes : exit_done;
}

Result<int> apply_command(const Options& options)
{
    const auto config = TRY(read_checked(options.file));
    Approve ask;
    if (!options.yes)
        ask = [](const plan::Plan& plan) -> Result<bool> {
            fmt::print(stderr, "{}", plan::text(plan));
            return confirmed("Apply this?");
        };
    const auto applied = TRY(apply(config, options.plan, ask));
    if (!applied.approved) {
        complain("nothing was changed");
        return exit_failed;
    }
    print(options, applied.done);
    if (!options.json && !applied.done.empty()) fmt::print("done\n");
    return exit_done;
}

Result<int> show_command(const Options& options)
{
    const auto state = TRY(look_at_director());
    fmt::print("{}", options.json ? dump_json(show_json(state)) : show_text(state));
    return exit_done;
}

Result<int> save_command(const Options& options)
{
    const auto state = TRY(look_at_director());
    const auto yaml = TRY(saved_yaml(state));
    if (options.json)
        fmt::print("{}", dump_json({{"schema", "gueway.saved/1"}, {"yaml", yaml}}));
    else
        fmt::print("{}", yaml);
    return exit_done;
}

} // namespace

int run_check(int argc, char** argv)
{
    constexpr auto add = [](CLI::App& app, Options& options) {
        add_file(app, options);
        add_json(app, options);
        add_netns(app, options);
    };
    return run(argc, argv, "Looks for mistakes in a file.", add, check_command);
}

int run_plan(int argc, char** argv)
{
    constexpr auto add = [](CLI::App& app, Options& options) {
        add_file(app, options);
        add_ownership(app, options);
        add_json(app, options);
        add_netns(app, options);
        app.add_flag("--detailed-exitcode", options.detailed,
                     "0: nothing to do, 1: error, 2: something to do");
        app.add_flag("--timing", options.timing, "say how long it took");
    };
    return run(argc, argv, "Shows what apply would do.", add, plan_command);
}

int run_apply(int argc, char** argv)
{
    constexpr auto add = [](CLI::App& app, Options& options) {
        add_file(app, options);
        add_ownership(app, options);
        add_json(app, options);
        add_netns(app, options);
        app.add_flag("--yes", options.yes, "do not ask");
    };
    return run(argc, argv, "Makes this director what the file says.", add, apply_command);
}

int run_show(int argc, char** argv)
{
    constexpr auto add = [](CLI::App& app, Options& options) {
        add_json(app, options);
        add_netns(app, options);
    };
    return run(argc, argv, "Shows services and workers as they are.", add, show_command);
}

int run_save(int argc, char** argv)
{
    constexpr auto add = [](CLI::App& app, Options& options) {
        app.add_flag("--yaml", options.yaml, "the format; there is no other yet");
        add_json(app, options);
        add_netns(app, options);
    };
    return run(argc, argv, "Writes what is there as a file that apply finds nothing to do for.",
               add, save_command);
}

} // namespace gueway
