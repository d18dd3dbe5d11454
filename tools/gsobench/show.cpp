// SPDX-License-Identifier: GPL-2.0-only
// gsobench show: results of earlier runs, told again, or put together.
#include "commands.h"
#include "matrix/json.h"
#include "matrix/merge.h"
#include "results.h"
#include "util/json.h"
#include "util/process.h"
#include "util/text.h"

#include <memory>

#include <CLI/CLI.hpp>

namespace gueway {

namespace {

struct Options {
    std::vector<std::string> files;
    ResultOptions results;
    bool partial = false;
};

Result<int> show(Options& options)
{
    std::vector<matrix::MatrixResult> results;
    Argv words = {"gsobench", "show"};
    for (const auto& file : options.files) {
        results.push_back(TRY(matrix::matrix_from_json(TRY(read_json(file)), file)));
        words.push_back(file);
    }
    options.results.command = quoted(words);
    TRY(prepare(options.results, {}, options.files));
    const auto baseline = TRY(read_baseline(options.results));
    const auto parts = options.partial ? matrix::Parts::any : matrix::Parts::whole;
    return tell(TRY(matrix::merged(std::move(results), parts)), baseline, options.results);
}

} // namespace

void add_show(CLI::App& app, int& status)
{
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "show", "results of matrix --json again, shards and kernels put together");
    command->add_option("FILE", options->files, "from matrix --json")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_flag("--partial", options->partial,
                      "some shards of a selection, not all, will do");
    options->results.declare(*command);
    command->footer(result_statuses);
    command->callback([options, &status] {
        const auto done = show(*options);
        if (!done) complain(done.error());
        status = done ? *done : exit_failed;
    });
}

} // namespace gueway
