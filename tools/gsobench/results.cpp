// SPDX-License-Identifier: GPL-2.0-only
#include "results.h"

#include "commands.h"
#include "matrix/baseline.h"
#include "matrix/json.h"
#include "matrix/known_bugs.h"
#include "matrix/report.h"
#include "util/file.h"
#include "util/json.h"

#include <algorithm>

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

Result<void> write_tables(const std::string& file, const std::string& tables)
{
    const auto document = matrix::with_tables(TRY(read_file(file)), tables);
    if (!document) {
        auto wrong = document.error();
        wrong.object = file;
        return wrong;
    }
    return write_file(file, *document);
}

Result<void> write_files(const matrix::MatrixResult& result, const ResultOptions& options)
{
    const auto bugs = matrix::known_bugs();
    if (!options.json.empty()) TRY(write_json(options.json, to_json(result)));
    if (!options.junit.empty())
        TRY(write_file(options.junit, junit_xml(result, bugs, options.allow_known)));
    if (!options.html.empty())
        TRY(write_file(options.html, report_page(result, bugs, options.command)));
    if (!options.markdown.empty())
        TRY(write_tables(options.markdown, report_markdown(result, bugs, options.command)));
    return {};
}

bool stopped(const matrix::MatrixResult& result)
{
    return std::ranges::any_of(result.kernels,
                               [](const auto& kernel) { return !kernel.stopped.empty(); });
}

bool any_death(const matrix::MatrixResult& result)
{
    return std::ranges::any_of(result.kernels,
                               [](const auto& kernel) { return !kernel.deaths.empty(); });
}

bool good(const matrix::MatrixResult& result, bool allow_known)
{
    using matrix::Outcome;
    return !any_death(result) && std::ranges::all_of(result.kernels, [&](const auto& kernel) {
        const auto counts = count(kernel.cells);
        const auto fine = counts[Outcome::passed] + (allow_known ? counts[Outcome::known] : 0);
        return counts.all() > 0 && fine == counts.all();
    });
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

Result<std::optional<matrix::MatrixResult>> read_baseline(const ResultOptions& options)
{
    if (options.baseline.empty()) return std::optional<matrix::MatrixResult>();
    return std::optional(
        TRY(matrix::matrix_from_json(TRY(read_json(options.baseline)), options.baseline)));
}

Result<int> tell(const matrix::MatrixResult& result,
                 const std::optional<matrix::MatrixResult>& baseline, const ResultOptions& options)
{
    const auto width = terminal_width();
    fmt::print("{}", report_text(result, matrix::known_bugs(), width));
    TRY(write_files(result, options));
    if (!baseline) {
        if (stopped(result)) return exit_failed;
        return good(result, options.allow_known) ? exit_good : exit_different;
    }
    const auto changed = changes(*baseline, result);
    fmt::print("\n{}", changes_text(changed, width));
    if (changed.compared == 0)
        return error(options.baseline, "compare", "it has none of these cells on these kernels",
                     "give the --json of the same run");
    if (stopped(result)) return exit_failed;
    return changed.none() && !any_death(result) ? exit_good : exit_different;
}

} // namespace gueway
