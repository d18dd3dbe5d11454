// SPDX-License-Identifier: GPL-2.0-only
// gsobench matrix: cells on kernels, and what came of them.
#include "commands.h"
#include "here.h"
#include "kernel_run.h"
#include "lab/interrupt.h"
#include "lab/progress.h"
#include "matrix/json.h"
#include "results.h"
#include "selection_options.h"
#include "util/file.h"
#include "util/json.h"
#include "util/process.h"
#include "util/text.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

namespace gueway {

namespace {

struct Options {
    SelectionOptions selection;
    std::vector<std::string> kernels, kernel_words;
    unsigned guests = 2;
    std::string resume;
    ResultOptions results;
    bool here = false, verbose = false;
    LackOptions lacks;
    std::string pcapng;
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
    return matrix::MatrixResult{.seed = options.selection.seed,
                                .selection = selection.text,
                                .kernels = {TRY(run_here(selection, options.pcapng))}};
}

struct Planned {
    KernelRun run;
    matrix::Selection selection;
};

// One file for a kernel; of several, a file for each in a directory.
Result<std::string> capture_path(const Options& options, const KernelChoice& choice)
{
    if (options.pcapng.empty() || options.kernels.size() == 1) return options.pcapng;
    TRY(make_directories(options.pcapng));
    std::string file = fmt::format("{}-{}.pcapng", choice.kernel, text(choice.ip_vs));
    std::ranges::replace(file, '/', '_'); // a kernel may be a path
    return (fs::path(options.pcapng) / file).string();
}

Result<Planned> plan(const Options& options, const std::string& kernel)
{
    const auto choice = TRY(parse_choice(kernel));
    const auto abilities = options.lacks.without(TRY(abilities_of(choice)));
    const auto wanted = TRY(options.selection.wanted(abilities));
    return Planned{{.choice = choice,
                    .wanted = wanted,
                    .words = options.selection.words(abilities),
                    .kernel_words = options.kernel_words,
                    .guests = options.guests,
                    .resume = options.resume,
                    .pcapng = TRY(capture_path(options, choice)),
                    .verbose = options.verbose},
                   TRY(select(wanted))};
}

matrix::KernelResult not_run(const Planned& planned, const Error& why)
{
    return {.kernel = planned.run.choice.kernel,
            .ip_vs = std::string(text(planned.run.choice.ip_vs)),
            .excluded = planned.selection.excluded.excluded,
            .stopped = why.text()};
}

Result<matrix::MatrixResult> in_the_lab(const Options& options)
{
    std::vector<Planned> planned;
    planned.reserve(options.kernels.size());
    for (const auto& kernel : options.kernels) planned.push_back(TRY(plan(options, kernel)));
    const auto& first = planned.front().selection;
    if (options.selection.full) complain(estimate(first.cells.size(), planned.size()));
    matrix::MatrixResult result{.seed = options.selection.seed, .selection = first.text};
    for (const auto& one : planned) {
        if (interrupted()) break;
        auto ran = run_kernel(one.run, one.selection);
        result.kernels.push_back(ran ? *std::move(ran) : not_run(one, ran.error()));
    }
    return result;
}

// What was done is told before why it was not all.
Result<int> tell_all(const matrix::MatrixResult& result,
                     const std::optional<matrix::MatrixResult>& baseline,
                     const ResultOptions& options)
{
    const bool nothing = std::ranges::all_of(result.kernels, [](const auto& kernel) {
        return kernel.cells.empty() && !kernel.stopped.empty();
    });
    const int status = nothing ? exit_failed : TRY(tell(result, baseline, options));
    for (const auto& kernel : result.kernels)
        if (!kernel.stopped.empty()) complain(kernel.stopped);
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

Result<int> run_matrix(Options& options)
{
    if (options.lines) return speak_to_host(options);
    options.results.command = command_of(options);
    progress().set_verbose(options.verbose);
    const auto baseline = TRY(read_baseline(options.results)); // before an hour is spent
    const auto result = TRY(options.here ? on_this_kernel(options) : in_the_lab(options));
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
    command.add_option("--guests", options.guests, "at once")->check(CLI::Range(1U, 16U));
    options.results.declare(command);
    command
        .add_option("--pcapng", options.pcapng,
                    "FILE: all packets, for Wireshark; with more than one kernel a directory")
        ->excludes(command.get_option("--resume"));
    command.add_flag("-v,--verbose", options.verbose, "show the kernel logs as they come");
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
    command->footer("Exit status: 0 all passed, or nothing changed since the baseline; 1 something "
                    "did not;\n2 bad usage, or the lab failed: the results are of what was done.");
    command->callback([options, &status] {
        if (options->kernels.empty()) options->kernels = {"6.1"};
        const auto done = run_matrix(*options);
        if (!done) complain(done.error());
        status = done ? *done : exit_failed;
    });
}

} // namespace gueway
