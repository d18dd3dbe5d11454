// SPDX-License-Identifier: GPL-2.0-only
// gsobench cells: what a run would have, and which combinations are no cells.
#include "commands.h"
#include "matrix/axes.h"
#include "report/table.h"
#include "selection_options.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gueway {

namespace {

struct Options {
    SelectionOptions selection;
    LackOptions lacks;
    bool list = false;
};

void print_axes()
{
    Table table{.columns = {{"axis"}, {"values"}}};
    for (size_t i = 0; i < matrix::axis_count; ++i) {
        const auto axis = static_cast<matrix::Axis>(i);
        table.rows.push_back(
            {{std::string(name(axis))}, {fmt::format("{}", fmt::join(value_names(axis), " "))}});
    }
    fmt::print("{}\n", table_text(table));
}

void print_rules(const matrix::Selection& selection, const matrix::Abilities& abilities)
{
    Table table{.columns = {{"rule"}, {"leaves out", Align::Right}, {"why"}}};
    const auto& counts = selection.excluded.excluded;
    for (const auto& rule : matrix::rules(abilities)) {
        const auto count = counts.find(std::string(rule.name));
        table.rows.push_back({{std::string(rule.name)},
                              {std::to_string(count == counts.end() ? 0 : count->second)},
                              {std::string(rule.reason)}});
    }
    fmt::print("{} of {} combinations are cells; the others:\n\n{}\n", selection.excluded.cells,
               selection.excluded.combinations, table_text(table));
}

Result<void> show(const Options& options)
{
    const auto wanted = TRY(options.selection.wanted(options.lacks.without({})));
    const auto selection = TRY(select(wanted));
    if (options.list) {
        for (const auto& cell : selection.cells) fmt::print("{}\n", name(cell));
        return {};
    }
    print_axes();
    print_rules(selection, wanted.abilities);
    fmt::print("{}: {}", selection.text, estimate(selection.cells.size(), 1));
    if (selection.core) fmt::print("; {} of them are the core", selection.core);
    if (selection.events)
        fmt::print("; in {} something happens beside the packet", selection.events);
    fmt::print("\n");
    return {};
}

} // namespace

void add_cells(CLI::App& app, int& status)
{
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("cells", "which cells a run has, and which it leaves out");
    options->selection.declare(*command);
    options->lacks.declare(*command);
    command->add_flag("--list", options->list, "their names, one a line");
    command->callback([options, &status] {
        const auto shown = show(*options);
        if (!shown) complain(shown.error());
        status = shown ? exit_good : exit_failed;
    });
}

} // namespace gueway
