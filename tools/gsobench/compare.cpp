// SPDX-License-Identifier: GPL-2.0-only
// gsobench compare: two results of gsobench exact.
#include "exact/compare.h"

#include "commands.h"
#include "util/json.h"

#include <memory>

#include <fmt/format.h>

namespace gueway {

namespace {

struct Options {
    std::string before, after, band;
};

Result<int> run(const Options& options)
{
    const auto band = exact::parse_band(options.band);
    if (!band)
        return error("--band", "read", fmt::format("no percentage: {}", options.band), "as 0.5%");
    const auto before = TRY(exact::parse(TRY(read_json(options.before)), options.before));
    const auto after = TRY(exact::parse(TRY(read_json(options.after)), options.after));
    const auto comparison = exact::compare(before, after, *band);
    fmt::print("{}", table_text(exact::to_table(comparison), 120));
    for (const auto& line : comparison.artefacts) fmt::print("differs: {}\n", line);
    if (comparison.artefacts.empty()) fmt::print("same artefacts\n");
    fmt::print("{} of {} outside a band of {:g} %\n", comparison.outside(),
               comparison.changes.size(), 100 * *band);
    return comparison.outside() == 0 ? exit_good : exit_different;
}

} // namespace

void add_compare(CLI::App& app, int& status)
{
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("compare", "two results of gsobench exact");
    command->add_option("OLD", options->before, "JSON of gsobench exact")->required();
    command->add_option("NEW", options->after, "JSON of gsobench exact")->required();
    command
        ->add_option("--band", options->band,
                     "per cent that a figure may move: 0% for the same artefacts")
        ->required();
    command->footer("Exit status: 0 all within the band; 1 some are not; 2 bad usage.");
    command->callback([options, &status] {
        const auto done = run(*options);
        if (!done) complain(done.error());
        status = done ? *done : exit_failed;
    });
}

} // namespace gueway
