// SPDX-License-Identifier: GPL-2.0-only
// gsobench exact: instructions a packet, measured in guests of the exact lane.
#include "commands.h"
#include "exact/markdown.h"
#include "exact/page.h"
#include "exact/repaired.h"
#include "exact/tables.h"
#include "exact_run.h"
#include "files.h"
#include "lab/progress.h"
#include "util/file.h"
#include "util/json.h"
#include "util/process.h"
#include "util/text.h"

#include <memory>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

namespace {

struct Options {
    ExactRun run;
    std::string from, json, html, markdown;
    bool smp = false;
};

void print(const Table& table)
{
    if (!table.rows.empty()) fmt::print("{}\n", table_text(table, 120));
}

void print(const exact::Figures& figures)
{
    print(exact::ways_table(figures));
    for (const auto& column : exact::size_columns(figures))
        print(exact::stages_table(figures, column));
    print(exact::repairs_table(figures));
    print(exact::repaired_table(figures));
    print(exact::growth_table(figures));
    const auto against = exact::against_legacy(figures);
    if (!against.empty()) fmt::print("GUE in IPVS against the FOU interface\n");
    for (const auto& line : against) fmt::print("  {}\n", line.line);
    if (!figures.wall_time) return;
    print(exact::ratios_table(*figures.wall_time));
    fmt::print("{}\n", exact::ratios_note(*figures.wall_time));
}

std::string command(const Options& options)
{
    if (!options.from.empty()) return quoted({"gsobench", "exact", "--from", options.from});
    Argv words = {"gsobench", "exact", "--kernel", options.run.kernel};
    if (!options.run.filter.empty()) words.insert(words.end(), {"--filter", options.run.filter});
    if (options.smp) words.emplace_back("--smp");
    return quoted(words);
}

Result<exact::Figures> figures_of(const Options& options)
{
    if (!options.from.empty()) return exact::parse(TRY(read_json(options.from)), options.from);
    if (options.smp) TRY(check_ratios(options.run)); // before minutes go by
    auto figures = TRY(measure_exactly(options.run));
    if (!options.smp || !figures.stopped.empty()) return figures;
    if (auto ratios = measure_ratios(options.run))
        figures.wall_time = *std::move(ratios);
    else
        figures.stopped = "wall time: " + ratios.error().text();
    return figures;
}

// Whether all that was asked for was written.
bool write_files(const exact::Figures& figures, const Options& options)
{
    const auto made_by = command(options);
    const bool json = write_result(
        options.json, [&] { return write_json(options.json, exact::to_json(figures)); });
    const bool html = write_result(
        options.html, [&] { return write_file(options.html, exact::page(figures, made_by)); });
    const bool markdown = write_result(options.markdown, [&] {
        return write_tables(options.markdown, exact::markdown(figures, made_by));
    });
    return json && html && markdown;
}

// Files come first: standard output may be closed.
Result<int> run(const Options& options)
{
    progress().set_verbose(options.run.verbose);
    TRY(prepare_files({options.json, options.html}, options.markdown,
                      {options.from})); // before minutes go by
    const auto figures = TRY(figures_of(options));
    const bool written = write_files(figures, options);
    print(figures);
    const auto failed = exact::failures(figures);
    for (const auto& line : failed) complain(line);
    if (!written || !figures.stopped.empty()) return exit_failed;
    return failed.empty() ? exit_good : exit_different;
}

void declare(CLI::App& command, Options& options)
{
    auto* kernel = command.add_option("--kernel", options.run.kernel,
                                      "NAME or PATH as netlab has them, perhaps with :patched");
    auto* filter = command.add_option("--filter", options.run.filter,
                                      "only figures whose name matches this regular expression, as "
                                      "'way/gue-.*/64B'");
    auto* smp = command.add_flag("--smp", options.smp,
                                 "beside them, wall time against the FOU interface on two "
                                 "processors: advisory");
    command
        .add_option("--from", options.from,
                    "FILE: an earlier --json, of which to make tables and pages; nothing is "
                    "measured")
        ->check(CLI::ExistingFile)
        ->excludes(kernel)
        ->excludes(filter)
        ->excludes(smp);
    command.add_option("--json", options.json, "write the figures (gueway.exact/1)");
    command.add_option("--html", options.html, "write a page with charts");
    command
        .add_option("--markdown", options.markdown,
                    "FILE: a document whose tables, between two marks, are made anew")
        ->check(CLI::ExistingFile);
    command.add_flag("-v,--verbose", options.run.verbose, "show the kernel log as it comes");
}

} // namespace

void add_exact(CLI::App& app, int& status)
{
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("exact", "instructions a packet, counted without noise");
    declare(*command, *options);
    command->footer(
        "Exit status: 0 measured; 1 some figure could not be; 2 bad usage, the lab failed, "
        "or a file\ncould not be written: the figures are of what was measured.");
    command->callback([options, &status] {
        const auto done = run(*options);
        if (!done) complain(done.error());
        status = done ? *done : exit_failed;
    });
}

} // namespace gueway
