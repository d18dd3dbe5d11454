// SPDX-License-Identifier: GPL-2.0-only
// directorctl worker plan|apply|show FILE: the worker's side of the file.
#include "commands.h"
#include "plan/writer.h"
#include "util/json.h"
#include "worker/plan.h"
#include "worker/show.h"

#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

namespace {

struct Options {
    std::string file, name, netns;
    bool yes = false, json = false, detailed = false;
};

// All that a command starts from: the file, this host, and what is between them.
struct Situation {
    Namespace where;
    worker::Wanted wanted;
    worker::State state;
    worker::Plan plan;
};

// The plan's exit statuses with --detailed-exitcode, as terraform has them.
constexpr int exit_changes = 2;

Result<Situation> read_situation(const Options& options, const Config& config)
{
    auto where = TRY(Namespace::current(options.netns.empty() ? "this host" : options.netns));
    const auto host = TRY(worker::host_addresses(where));
    auto wanted = TRY(worker::wanted(config, TRY(worker::roles(config, host, options.name))));
    auto state = TRY(worker::read_state(where, wanted.modules));
    auto plan = worker::make_plan(wanted, state);
    return Situation{std::move(where), std::move(wanted), std::move(state), std::move(plan)};
}

void print_plan(const Options& options, const plan::Plan& plan)
{
    if (options.json)
        fmt::print("{}", dump_json(plan::json(plan)));
    else
        fmt::print("{}\n{}", plan.place, plan::text(plan));
}

Result<int> plan_command(const Options& options)
{
    const auto config = TRY(read_config(options.file));
    const auto plan = TRY(read_situation(options, config)).plan.shown();
    print_plan(options, plan);
    return options.detailed && !plan.empty() ? exit_changes : exit_done;
}

Result<int> apply_command(const Options& options)
{
    const auto config = TRY(read_config(options.file));
    const auto lock = TRY(plan::lock_writer());
    const auto found = TRY(read_situation(options, config));
    print_plan(options, found.plan.shown());
    if (found.plan.steps.empty()) return exit_done;
    if (!options.yes && !TRY(confirmed("Apply this?"))) {
        complain("nothing was changed");
        return exit_failed;
    }
    TRY(worker::apply(found.where, found.wanted, found.plan));
    if (!options.json) fmt::print("done\n");
    return exit_done;
}

Result<int> show_command(const Options& options)
{
    const auto config = TRY(read_config(options.file));
    const auto found = TRY(read_situation(options, config));
    const auto shown = worker::show(found.wanted, found.state);
    fmt::print("{}", options.json ? dump_json(worker::json(shown)) : worker::text(shown));
    return exit_done;
}

struct Action {
    const char* name;
    const char* help;
    Result<int> (*run)(const Options&);
};
constexpr Action actions[] = {
    {"plan", "what apply would do", plan_command},
    {"apply", "make this host the worker that the file says", apply_command},
    {"show", "each thing the file asks for, and whether it is there", show_command},
};

void add_options(CLI::App& app, const Action& action, Options& options)
{
    app.add_option("FILE", options.file, "the director's file")->required();
    app.add_option("--name", options.name, "which worker this host is (default: by its addresses)");
    app.add_option("--netns", options.netns, "in this network namespace");
    app.add_flag("--json", options.json, "for programs");
    if (action.run == apply_command) app.add_flag("--yes", options.yes, "do not ask");
    if (action.run == plan_command)
        app.add_flag("--detailed-exitcode", options.detailed,
                     "0: nothing to do, 1: error, 2: something to do");
}

int run(const Action& action, const Options& options)
{
    if (!options.netns.empty())
        if (const auto entered = enter_netns(options.netns); !entered)
            return complain(entered.error()), exit_failed;
    const auto status = action.run(options);
    if (status) return *status;
    complain(status.error());
    return exit_failed;
}

} // namespace

int run_worker(int argc, char** argv)
{
    CLI::App app("The worker's side of the file", "directorctl worker");
    app.require_subcommand(1);
    Options options;
    for (const auto& action : actions)
        add_options(*app.add_subcommand(action.name, action.help), action, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& wrong) {
        return app.exit(wrong) == 0 ? exit_done : exit_usage;
    }
    for (const auto& action : actions)
        if (app.got_subcommand(action.name)) return run(action, options);
    return exit_usage;
}

} // namespace gueway
