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

#include <fmt/format.h>

namespace gueway {

namespace {

PlanOptions plan_options(const Options& options)
{
    return {.prune = options.prune, .weights = options.weights};
}

void print(const Options& options, const plan::Plan& plan)
{
    fmt::print("{}", options.json ? dump_json(plan::json(plan)) : plan::text(plan));
}

double since(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
        .count();
}

} // namespace

// Several mistakes are told here, and counted in the Error.
Result<Config> read_checked(const std::string& file)
{
    Mistakes mistakes;
    auto config = read_config(file, &mistakes);
    if (config) {
        mistakes.add(wanted_fou_interfaces(*config));
        mistakes.add(worker::check(*config));
    }
    const auto& first = mistakes.first();
    if (mistakes.count() == 1) return first.front();
    if (mistakes.empty()) return config;
    for (const auto& each : first) complain(each);
    return error(file, "check",
                 fmt::format("{} mistakes{}", mistakes.count(),
                             mistakes.count() > first.size() ? ", the first of them above" : ""));
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

Result<int> plan_command(const Options& options)
{
    const auto begin = std::chrono::steady_clock::now();
    const auto config = TRY(read_checked(options.file));
    const double parsed = since(begin);
    const auto plan = TRY(plan_director(config, plan_options(options)));
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
    const auto applied = TRY(apply(config, plan_options(options), ask));
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

} // namespace gueway
