// SPDX-License-Identifier: GPL-2.0-only
// From a row of the table to a parsed command line that runs.
#include "commands.h"
#include "util/text.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

namespace {

bool has_two_words(std::string_view name)
{
    return name.find(' ') != std::string_view::npos;
}

// The row of these words, and how many of them it takes; nullptr when there is none.
const Subcommand* find_subcommand(int argc, char** argv)
{
    const std::string one = argv[0], two = argc > 1 ? one + " " + argv[1] : one;
    const auto rows = subcommands();
    const auto found = std::ranges::find_if(
        rows, [&](const Subcommand& row) { return row.name == one || row.name == two; });
    return found == rows.end() ? nullptr : &*found;
}

// No command begins with that word.
void complain_of_first(std::string_view word)
{
    std::vector<std::string_view> known;
    for (const auto& row : subcommands()) known.push_back(row.name.substr(0, row.name.find(' ')));
    const auto meant = closest(word, known);
    complain(fmt::format("no command {:?}: {}", word,
                         meant.empty() ? "see directorctl --help"
                                       : fmt::format("did you mean {}?", meant)));
}

// "worker" alone, or with a second word that is none.
void complain_of(int argc, char** argv)
{
    std::string known;
    for (const auto& row : subcommands())
        if (row.name.starts_with(std::string(argv[0]) + " "))
            known += (known.empty() ? "" : ", ") + std::string(row.name);
    if (known.empty())
        complain_of_first(argv[0]);
    else if (argc == 1)
        complain(fmt::format("{}: what of it? {}", argv[0], known));
    else
        complain(fmt::format("no command \"{} {}\": {}", argv[0], argv[1], known));
}

void add_option(CLI::App& app, const OptionRow& row, Options& options)
{
    const std::string help(row.help);
    if (const auto* flag = std::get_if<bool Options::*>(&row.member)) {
        app.add_flag(std::string(row.spelling), options.*(*flag), help);
        return;
    }
    if (const auto* list = std::get_if<std::vector<std::string> Options::*>(&row.member)) {
        app.add_option(std::string(row.spelling), options.*(*list), help)
            ->type_name(std::string(row.argument))
            ->delimiter(',')
            ->allow_extra_args(false);
        return;
    }
    auto& text = options.*std::get<std::string Options::*>(row.member);
    if (row.spelling.empty())
        app.add_option(std::string(row.argument), text, help)->required();
    else
        app.add_option(std::string(row.spelling), text, help)->type_name(std::string(row.argument));
}

int run(const Subcommand& subcommand, const Options& options)
{
    if (!options.netns.empty())
        if (const auto entered = enter_netns(options.netns); !entered) {
            complain(entered.error());
            return subcommand.failed;
        }
    const auto status = subcommand.run(options);
    if (status) return *status;
    complain(status.error());
    return subcommand.failed;
}

} // namespace

int run_subcommand(int argc, char** argv, const std::string& netns)
{
    const auto* subcommand = find_subcommand(argc, argv);
    if (!subcommand) {
        complain_of(argc, argv);
        return exit_usage;
    }
    Options options{.netns = netns};
    const std::string full_name = "directorctl " + std::string(subcommand->name);
    CLI::App app(std::string(subcommand->about.empty() ? subcommand->summary : subcommand->about),
                 full_name);
    const auto rows = option_rows();
    for (size_t i = 0; i < rows.size(); ++i)
        if ((subcommand->options >> i) & 1U) add_option(app, rows[i], options);
    const int used = has_two_words(subcommand->name) ? 1 : 0;
    try {
        app.parse(argc - used, argv + used);
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& wrong) {
        complain(fmt::format("{}: see {} --help", wrong.what(), full_name));
        return subcommand->usage;
    }
    return run(*subcommand, options);
}

} // namespace gueway
