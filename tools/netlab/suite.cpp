// SPDX-License-Identifier: GPL-2.0-only
// netlab suite: runs the lab tests of a table inside guests.
#include "lab/suite.h"

#include "commands.h"
#include "util/text.h"

#include <algorithm>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

namespace {

struct Options {
    std::string table;
    std::string programs = "build/tests/lab";
    std::vector<std::string> kernels, only;
    std::string filter = "*";
    double timeout = 60;
};

struct Tally {
    int passed = 0, failed = 0, skipped = 0;
};

void print(const TestResult& result, Tally& tally)
{
    switch (result.kind) {
    case TestResult::Kind::passed:
        ++tally.passed;
        fmt::print("  ok      {}, {}\n", result.name, result.words);
        break;
    case TestResult::Kind::skipped:
        ++tally.skipped;
        fmt::print("  skipped {}: {}\n", result.name, result.words);
        break;
    case TestResult::Kind::failed:
        ++tally.failed;
        fmt::print("  FAILED  {}\n{}\n", result.name, result.words);
        break;
    }
    std::fflush(stdout);
}

// A table row for all kernels, asked for on one, is that one's row and no more.
bool same_run(const SuiteRow& a, const SuiteRow& b)
{
    return a.program == b.program && a.kernel == b.kernel && a.ip_vs == b.ip_vs &&
           a.lane == b.lane && a.filter == b.filter;
}

// The table's rows as the command line wants them.
std::vector<SuiteRow> choose(std::vector<SuiteRow> rows, const Options& options)
{
    std::vector<SuiteRow> chosen;
    for (auto& row : rows) {
        const auto& only = options.only;
        if (!only.empty() && std::find(only.begin(), only.end(), row.program) == only.end())
            continue;
        auto kernels = options.kernels;
        if (kernels.empty()) kernels.push_back(row.kernel);
        for (const auto& kernel : kernels) {
            row.kernel = kernel;
            if (std::none_of(chosen.begin(), chosen.end(),
                             [&](const SuiteRow& other) { return same_run(row, other); }))
                chosen.push_back(row);
        }
    }
    return chosen;
}

Result<int> suite(const Options& options)
{
    const auto text = TRY(read_file(options.table));
    const auto rows = choose(TRY(parse_suite(text, options.table)), options);
    SuiteOptions how{.programs = options.programs, .filter = options.filter};
    how.timeout = std::chrono::milliseconds(static_cast<int64_t>(options.timeout * 1000));
    Tally tally;
    for (const auto& rows_of_guest : group(rows))
        if (const auto ran =
                run_group(rows_of_guest, how, [&](const TestResult& r) { print(r, tally); });
            !ran)
            print({rows_of_guest.front().program + " and others on " + rows_of_guest.front().kernel,
                   TestResult::Kind::failed, ran.error().text()},
                  tally);
    fmt::print("{} passed, {} failed, {} skipped\n", tally.passed, tally.failed, tally.skipped);
    if (tally.passed + tally.failed + tally.skipped == 0)
        return error(options.table, "run tests", "none was chosen", "see --only and --filter");
    return tally.failed == 0 ? 0 : 1;
}

} // namespace

void add_suite(CLI::App& app, int& status)
{
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("suite", "run the lab tests of a table inside guests");
    command->add_option("TABLE", options->table, "e.g. tests/lab/suite")->required();
    command->add_option("--programs", options->programs, "where the test programs are");
    command->add_option("--kernel", options->kernels, "these kernels instead of the table's");
    command->add_option("--only", options->only, "these programs only");
    command->add_option("--filter", options->filter,
                        "of test names, as GoogleTest takes it, where a row has none");
    command->add_option("--timeout", options->timeout, "seconds for each boot, and each test");
    command->callback([options, &status] {
        const auto done = suite(*options);
        if (!done) complain(done.error());
        status = done ? *done : exit_code(LabStatus::failed);
    });
}

} // namespace gueway
