// SPDX-License-Identifier: GPL-2.0-only
// directorctl worker plan|apply|show FILE: the worker's side of the file.
#include "commands.h"
#include "plan/writer.h"
#include "util/json.h"
#include "worker/plan.h"
#include "worker/show.h"

#include <cstdio>

#include <fmt/format.h>

namespace gueway {

namespace {

// All that a command starts from: the file, this host, and what is between them.
struct Situation {
    Namespace where;
    worker::Wanted wanted;
    worker::State state;
    worker::Plan plan;
};

Result<Situation> read_situation(const Options& options, const Config& config)
{
    auto where = TRY(Namespace::current(options.netns.empty() ? "this host" : options.netns));
    const auto host = TRY(worker::host_addresses(where));
    auto wanted = TRY(worker::wanted(config, TRY(worker::roles(config, host, options.name))));
    auto state = TRY(worker::read_state(where, wanted.modules));
    auto plan = worker::make_plan(wanted, state, {.prune = options.prune});
    return Situation{std::move(where), std::move(wanted), std::move(state), std::move(plan)};
}

void print_plan(const Options& options, const plan::Plan& plan)
{
    if (options.json)
        fmt::print("{}", dump_json(plan::json(plan)));
    else
        fmt::print("{}\n{}", plan.place, plan::text(plan));
}

} // namespace

Result<int> worker_plan_command(const Options& options)
{
    const auto config = TRY(read_checked(options.file));
    const auto plan = TRY(read_situation(options, config)).plan.shown();
    print_plan(options, plan);
    return options.detailed && !plan.empty() ? exit_changes : exit_done;
}

Result<int> worker_apply_command(const Options& options)
{
    const auto config = TRY(read_checked(options.file));
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

Result<int> worker_show_command(const Options& options)
{
    const auto config = TRY(read_checked(options.file));
    const auto found = TRY(read_situation(options, config));
    const auto shown = worker::show(found.wanted, found.state);
    fmt::print("{}", options.json ? dump_json(worker::json(shown)) : worker::text(shown));
    return exit_done;
}

} // namespace gueway
