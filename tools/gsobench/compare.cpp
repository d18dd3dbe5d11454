// SPDX-License-Identifier: GPL-2.0-only
// gsobench compare: two results of gsobench exact.
#include "exact/compare.h"

#include "commands.h"
#include "util/json.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gueway {

namespace {

struct Options {
    std::string before, after, band, first;
    bool common = false;
};

Result<double> read_band(const std::string& option, const std::string& text)
{
    if (const auto band = exact::parse_band(text)) return *band;
    return error(option, "read", fmt::format("no percentage: {}", text), "as 0.5%");
}

Result<exact::Limits> limits_of(const Options& options)
{
    exact::Limits limits{.band = TRY(read_band("--band", options.band)), .common = options.common};
    if (!options.first.empty()) limits.first = TRY(read_band("--first-band", options.first));
    return limits;
}

void print(const exact::Comparison& comparison, const Options& options, double band)
{
    fmt::print("{}", table_text(exact::to_table(comparison), 120));
    for (const auto& line : comparison.artefacts) fmt::print("differs: {}\n", line);
    if (comparison.artefacts.empty()) fmt::print("same artefacts\n");
    if (comparison.only_before + comparison.only_after > 0)
        fmt::print("{} in both, {} only in {}, {} only in {}{}\n", comparison.common,
                   comparison.only_before, options.before, comparison.only_after, options.after,
                   options.common ? ": those are left out" : "; --common compares what is in both");
    fmt::print("{} of {} outside a band of {:g} %\n", comparison.outside(),
               comparison.changes.size(), 100 * band);
}

Result<int> run(const Options& options)
{
    const auto limits = TRY(limits_of(options));
    const auto before = TRY(exact::parse(TRY(read_json(options.before)), options.before));
    const auto after = TRY(exact::parse(TRY(read_json(options.after)), options.after));
    const auto comparison = exact::compare(before, after, limits);
    if (comparison.common == 0)
        return error(options.before, "compare",
                     fmt::format("{} has none of its figures", options.after),
                     "give two results of gsobench exact --json");
    print(comparison, options, limits.band);
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
    command->add_option("--first-band", options->first,
                        "the same for what a connection's first packet takes more; without it that "
                        "has to be there, and with --band 0% to be the same");
    command->add_flag("--common", options->common, "compare only figures that both have");
    command->footer("Exit status: 0 all within the band; 1 some are not, fail or are gone; 2 bad "
                    "usage, or nothing to compare.");
    command->callback([options, &status] {
        const auto done = run(*options);
        if (!done) complain(done.error());
        status = done ? *done : exit_failed;
    });
}

} // namespace gueway
