// SPDX-License-Identifier: GPL-2.0-only
// gsobench isolate: two kernels differ by one bug, and in exactly the cells that it touches.
#include "matrix/isolate.h"

#include "commands.h"
#include "matrix/json.h"
#include "util/json.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

namespace {

struct Options {
    std::string file;
    std::vector<std::string> bugs = {"inner-mac"}, aside;
    matrix::KernelPair kernels = {"6.1:vulnerable", "6.1:patched"};
};

Result<matrix::Bugs> find(const std::vector<std::string>& ids)
{
    matrix::Bugs bugs;
    for (const auto& id : ids) {
        bugs.push_back(matrix::known_bug(id));
        if (!bugs.back())
            return error("bug " + id, "find", "there is none of that name",
                         "userspace/matrix/known_bugs.cpp has them");
    }
    return bugs;
}

Result<int> isolate(const Options& options)
{
    const matrix::Question question{TRY(find(options.bugs)), TRY(find(options.aside)),
                                    options.kernels};
    const auto result = TRY(matrix::matrix_from_json(TRY(read_json(options.file)), options.file));
    const auto found = TRY(matrix::isolate(result, question));
    fmt::print("{}", isolation_text(found, question));
    return found.exact() ? exit_good : exit_different;
}

} // namespace

void add_isolate(CLI::App& app, int& status)
{
    auto options = std::make_shared<Options>();
    auto* command =
        app.add_subcommand("isolate", "whether two kernels differ where a bug touches, and only "
                                      "there");
    command->add_option("FILE", options->file, "from matrix --json")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("--bug", options->bugs, "its id (again for more)")
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->capture_default_str();
    command
        ->add_option("--aside", options->aside,
                     "a bug of which nothing is asked: the cells that it touches, and --bug does "
                     "not, may differ (again for more)")
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_option("--with", options->kernels.with, "the kernel that has them")
        ->capture_default_str();
    command->add_option("--without", options->kernels.without, "the one that does not")
        ->capture_default_str();
    command->footer(
        "Exit status: 0 exactly there; 1 not; 2 bad usage, or a kernel's run was stopped.");
    command->callback([options, &status] {
        const auto done = isolate(*options);
        if (!done) complain(done.error());
        status = done ? *done : exit_failed;
    });
}

} // namespace gueway
