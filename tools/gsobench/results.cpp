// SPDX-License-Identifier: GPL-2.0-only
#include "results.h"

#include "commands.h"
#include "files.h"
#include "matrix/baseline.h"
#include "matrix/json.h"
#include "matrix/known_bugs.h"
#include "matrix/merge.h"
#include "matrix/report.h"
#include "matrix/troubles.h"
#include "util/file.h"
#include "util/json.h"

#include <algorithm>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace gueway {

namespace {

constexpr size_t usual_width = 100;

size_t terminal_width()
{
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual_width;
    return std::max<size_t>(size.ws_col, 60);
}

// Whether all that was asked for was written.
bool write_files(const matrix::MatrixResult& result, const matrix::Baseline* baseline,
                 const matrix::Changes* changes, const ResultOptions& options)
{
    const auto bugs = matrix::known_bugs();
    bool all = true;
    const auto write = [&](const std::string& file, const auto& how) {
        all &= write_result(file, how);
    };
    write(options.json, [&] {
        auto json = to_json(result);
        if (changes) json["baseline"] = to_json(*changes);
        return write_json(options.json, json);
    });
    write(options.junit, [&] {
        return write_file(options.junit,
                          junit_xml(result, bugs, {options.allow_known, baseline, changes}));
    });
    write(options.html, [&] {
        return write_file(options.html, report_page(result, bugs, options.command, changes));
    });
    write(options.markdown, [&] {
        return write_tables(options.markdown, report_markdown(result, bugs, options.command));
    });
    return all;
}

bool stopped(const matrix::MatrixResult& result)
{
    return std::ranges::any_of(result.kernels,
                               [](const auto& kernel) { return !kernel.stopped.empty(); });
}

// Beside the cells; with a baseline they are among the changes.
bool any_trouble(const matrix::MatrixResult& result)
{
    return std::ranges::any_of(result.kernels,
                               [](const auto& kernel) { return !troubles(kernel).empty(); });
}

bool any_cell(const matrix::MatrixResult& result)
{
    return std::ranges::any_of(result.kernels,
                               [](const auto& kernel) { return !kernel.cells.empty(); });
}

bool good(const matrix::MatrixResult& result, bool allow_known)
{
    using matrix::Outcome;
    return std::ranges::all_of(result.kernels, [&](const auto& kernel) {
        const auto counts = count(kernel.cells);
        return counts[Outcome::passed] + (allow_known ? counts[Outcome::known] : 0) == counts.all();
    });
}

// Files that were not written are no part of it.
int status_of(const matrix::MatrixResult& result, const matrix::Changes* changes,
              const ResultOptions& options)
{
    if (stopped(result)) return exit_failed;
    const bool well =
        changes ? changes->none() : !any_trouble(result) && good(result, options.allow_known);
    return well ? exit_good : exit_different;
}

// An error is told once: main() looks too.
Result<void> flush_output()
{
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return {};
    auto failed = errno_error("standard output", "write");
    std::clearerr(stdout);
    return failed;
}

std::vector<KernelName> names_of(const matrix::MatrixResult& result)
{
    std::vector<KernelName> names;
    for (const auto& kernel : result.kernels)
        if (!kernel.cells.empty()) names.push_back({kernel.kernel, kernel.ip_vs});
    return names;
}

} // namespace

void ResultOptions::declare(CLI::App& command)
{
    command.add_option("--json", json, "FILE: the results (gueway.matrix/1)");
    command.add_option("--junit", junit, "FILE: the results for a CI system, as XML");
    command.add_option("--html", html, "FILE: the results as a page");
    command
        .add_option("--markdown", markdown,
                    "FILE: a document whose tables, between two marks, are made anew")
        ->check(CLI::ExistingFile);
    command
        .add_option("--baseline", baseline, "FILE: an earlier --json; only changes are failures")
        ->check(CLI::ExistingFile);
    command.add_flag("--allow-known", allow_known, "known bugs are no failures");
}

Result<void> prepare(const ResultOptions& options, const std::string& packets,
                     std::vector<std::string> read)
{
    read.push_back(options.baseline);
    return prepare_files({options.json, options.junit, options.html, packets}, options.markdown,
                         read);
}

// With the same cell in it twice it is refused.
Result<std::optional<matrix::MatrixResult>> read_baseline(const ResultOptions& options)
{
    if (options.baseline.empty()) return std::optional<matrix::MatrixResult>();
    auto read = TRY(matrix::matrix_from_json(TRY(read_json(options.baseline)), options.baseline));
    auto whole = matrix::merged({std::move(read)});
    if (whole) return std::optional(*std::move(whole));
    auto wrong = whole.error();
    wrong.object = options.baseline;
    return wrong;
}

Result<void> check_baseline(const std::optional<matrix::MatrixResult>& baseline,
                            const ResultOptions& options, const std::vector<KernelName>& kernels)
{
    if (!baseline) return {};
    const matrix::Baseline before(*baseline);
    for (const auto& [kernel, ip_vs] : kernels)
        if (!before.has(kernel, ip_vs))
            return error(
                options.baseline, "compare", fmt::format("it has no cell on {} {}", kernel, ip_vs),
                "give the --json of a run with the same kernels, paths as they were given");
    return {};
}

Result<int> tell(matrix::MatrixResult result, const std::optional<matrix::MatrixResult>& baseline,
                 const ResultOptions& options)
{
    if (!any_cell(result))
        return error("results", "tell", "no cell was run", "see what gsobench said of the kernels");
    TRY(check_baseline(baseline, options, names_of(result)));
    set_labels(result);
    const auto width = terminal_width();
    fmt::print("{}", report_text(result, matrix::known_bugs(), width));
    std::optional<matrix::Baseline> before;
    std::optional<matrix::Changes> changed;
    if (baseline) {
        before.emplace(*baseline, options.allow_known);
        changed = changes(*before, result);
        fmt::print("\n{}", changes_text(*changed, width));
    }
    const auto printed = flush_output();
    const auto* change = changed ? &*changed : nullptr;
    const bool written = write_files(result, before ? &*before : nullptr, change, options);
    TRY(printed);
    if (change && change->compared == 0)
        return error(options.baseline, "compare", "it has none of these cells",
                     "give the --json of the same selection");
    return written ? status_of(result, change, options) : exit_failed;
}

} // namespace gueway
