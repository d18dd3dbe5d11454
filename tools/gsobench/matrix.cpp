// SPDX-License-Identifier: GPL-2.0-only
// gsobench matrix: cells on kernels, and what came of them.
#include "commands.h"
#include "here.h"
#include "image.h"
#include "kernel_run.h"
#include "lab/interrupt.h"
#include "lab/progress.h"
#include "matrix/json.h"
#include "matrix/title.h"
#include "plan.h"
#include "results.h"
#include "selection_options.h"
#include "util/file.h"
#include "util/json.h"
#include "util/process.h"
#include "util/text.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

namespace {

struct Options : PlanOptions {
    ResultOptions results;
    bool here = false;
    bool lines = false, packets = false; // what a gsobench says to the one in its guest
    std::string only;
};

Result<int> speak_to_host(const Options& options)
{
    const auto selection = TRY(select(TRY(options.selection.wanted(options.lacks.without({})))));
    TRY(print_lines_here(selection, options.only, options.packets));
    return exit_good;
}

Result<matrix::MatrixResult> on_this_kernel(const Options& options)
{
    const auto abilities = options.lacks.without(TRY(abilities_here()));
    const auto selection = TRY(select(TRY(options.selection.wanted(abilities))));
    if (options.selection.full) complain(estimate_here(selection.cells.size()));
    return matrix::MatrixResult{.seed = options.selection.seed,
                                .selection = selection.text,
                                .kernels = {TRY(run_here(selection, options.pcapng))}};
}

matrix::KernelResult not_run(const Planned& planned, const std::string& why)
{
    return {.kernel = planned.run.choice.kernel,
            .ip_vs = std::string(text(planned.run.choice.ip_vs)),
            .excluded = planned.selection.excluded.excluded,
            .stopped = why};
}

matrix::KernelResult run_one(const Planned& planned)
{
    if (!planned.refused.empty()) return not_run(planned, planned.refused);
    if (interrupted()) return not_run(planned, "interrupted before it began");
    if (planned.selection.cells.empty()) return not_run(planned, "");
    auto ran = run_kernel(planned.run, planned.selection);
    return ran ? *std::move(ran) : not_run(planned, ran.error().text());
}

std::vector<KernelName> names_of(const std::vector<KernelChoice>& choices)
{
    std::vector<KernelName> names;
    names.reserve(choices.size());
    for (const auto& [kernel, ip_vs] : choices) names.push_back({kernel, std::string(text(ip_vs))});
    return names;
}

Result<matrix::MatrixResult> in_the_lab(const Options& options,
                                        const std::vector<KernelChoice>& choices)
{
    // What is wrong with the selection itself is known before any kernel is looked at.
    const auto asked = TRY(select(TRY(options.selection.wanted(options.lacks.without({})))));
    if (options.selection.full) complain(estimate(asked.cells.size(), choices.size()));
    std::vector<Planned> planned;
    planned.reserve(choices.size());
    for (const auto& choice : choices) planned.push_back(plan(options, choice));
    matrix::MatrixResult result{.seed = options.selection.seed, .selection = asked.text};
    for (const auto& one : planned) result.kernels.push_back(run_one(one));
    return result;
}

// What was done is told before why it was not all.
Result<int> tell_all(const matrix::MatrixResult& result,
                     const std::optional<matrix::MatrixResult>& baseline,
                     const ResultOptions& options)
{
    const bool nothing = std::ranges::all_of(
        result.kernels, [](const auto& kernel) { return kernel.cells.empty(); });
    const int status = nothing ? exit_failed : TRY(tell(result, baseline, options));
    for (const auto& kernel : result.kernels)
        if (!kernel.stopped.empty())
            complain(fmt::format("{}: {}", matrix::title(kernel), kernel.stopped));
    if (nothing)
        complain("no cell was run: no results are written");
    else if (status == exit_failed)
        complain("the results are of what was done");
    return status;
}

// Without the files that it writes.
std::string command_of(const Options& options)
{
    Argv words = {"gsobench", "matrix"};
    if (options.here) words.emplace_back("--here");
    for (const auto& kernel : options.kernels)
        if (!options.here) words.insert(words.end(), {"--kernel", kernel});
    for (const auto& word : options.kernel_words) words.insert(words.end(), {"--cmdline", word});
    const auto selection = options.selection.words(options.lacks.without({}));
    words.insert(words.end(), selection.begin(), selection.end());
    return quoted(words);
}

Result<void> prepare_all(const Options& options)
{
    if (one_capture(options)) return prepare(options.results, options.pcapng);
    if (!options.pcapng.empty()) TRY(make_directories(options.pcapng));
    return prepare(options.results);
}

// What is put together later (show) must be of one build.
void sign(matrix::MatrixResult& result, const std::string& gsobench)
{
    for (auto& kernel : result.kernels) kernel.gsobench = gsobench;
}

Result<int> run_matrix(Options& options)
{
    if (options.lines) return speak_to_host(options);
    options.results.command = command_of(options);
    progress().set_verbose(options.verbose);
    TRY(prepare_all(options)); // before an hour is spent
    const auto own = TRY(own_digest());
    const auto baseline = TRY(read_baseline(options.results));
    if (options.here) {
        TRY(check_baseline(baseline, options.results, {{"here", "stock"}}));
        auto result = TRY(on_this_kernel(options));
        sign(result, own);
        return tell_all(result, baseline, options.results);
    }
    const auto kernels = TRY(choices(options.kernels));
    TRY(check_baseline(baseline, options.results, names_of(kernels)));
    auto result = TRY(in_the_lab(options, kernels));
    sign(result, own);
    return tell_all(result, baseline, options.results);
}

void declare(CLI::App& command, Options& options)
{
    auto* here = command.add_flag("--here", options.here, "on the kernel that runs, as root");
    command
        .add_option("--kernel", options.kernels,
                    "NAME or PATH as netlab has them, perhaps with :vulnerable or :patched (again "
                    "for more)")
        ->expected(1)
        ->allow_extra_args(false)
        ->excludes(here)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command
        .add_option("--cmdline", options.kernel_words,
                    "WORD: for the kernel's command line, as netlab has it")
        ->expected(1)
        ->allow_extra_args(false)
        ->excludes(here)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    options.selection.declare(command);
    command
        .add_option("--resume", options.resume, "DIR: what was done is kept there, and not again")
        ->excludes(here);
    command.add_option("--guests", options.guests, "at once")
        ->check(CLI::Range(1U, 16U))
        ->excludes(here);
    options.results.declare(command);
    command
        .add_option("--pcapng", options.pcapng,
                    "FILE: all packets, for Wireshark; with more than one kernel a directory")
        ->excludes(command.get_option("--resume"));
    command.add_flag("-v,--verbose", options.verbose, "show the kernel logs as they come")
        ->excludes(here);
    options.lacks.declare(command);
    command.add_flag("--lines", options.lines)->group("");
    command.add_flag(packets_option, options.packets)->group("");
    command.add_option("--only", options.only)->group("");
}

} // namespace

void add_matrix(CLI::App& app, int& status)
{
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("matrix", "run cells on kernels");
    declare(*command, *options);
    command->footer(result_statuses);
    command->callback([options, &status] {
        if (options->kernels.empty()) options->kernels = {"6.1"};
        const auto done = run_matrix(*options);
        if (!done) complain(done.error());
        status = done ? *done : exit_failed;
    });
}

} // namespace gueway
