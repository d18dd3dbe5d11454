// SPDX-License-Identifier: GPL-2.0-only
#include "plan.h"

#include "commands.h"
#include "util/file.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace gueway {

namespace {

std::string capture_path(const PlanOptions& options, const KernelChoice& choice)
{
    if (options.pcapng.empty() || one_capture(options)) return options.pcapng;
    std::string file = fmt::format("{}-{}.pcapng", choice.kernel, text(choice.ip_vs));
    std::ranges::replace(file, '/', '_'); // a kernel may be a path
    return (fs::path(options.pcapng) / file).string();
}

// Cells by name that there are on such a kernel; of those that a rule leaves out for what it lacks,
// a line each.
std::vector<std::string> there_are(const std::vector<std::string>& names,
                                   const KernelChoice& choice, const matrix::Abilities& abilities)
{
    const auto every = matrix::rules(), here = matrix::rules(abilities);
    std::vector<std::string> kept;
    for (const auto& name : names) {
        const auto cell = matrix::parse_cell(name);
        const auto* rule = cell && !excluding(every, *cell) ? excluding(here, *cell) : nullptr;
        if (rule)
            complain(fmt::format("{}: without {}: rule {}: {}", title(choice), name, rule->name,
                                 rule->reason));
        else
            kept.push_back(name);
    }
    return kept;
}

Result<void> plan_cells(Planned& planned, SelectionOptions options,
                        const matrix::Abilities& abilities)
{
    const bool named = !options.cells.empty();
    options.cells = there_are(options.cells, planned.run.choice, abilities);
    if (named && options.cells.empty()) { // without names it would be the default selection
        planned.selection.excluded = enumerate(matrix::rules(abilities));
        return {};
    }
    planned.run.wanted = TRY(options.wanted(abilities));
    planned.run.words = options.words(abilities);
    planned.selection = TRY(select(planned.run.wanted));
    return {};
}

Result<void> plan_kernel(Planned& planned, const PlanOptions& options)
{
    const auto abilities = options.lacks.without(TRY(abilities_of(planned.run.choice)));
    planned.run.pcapng = capture_path(options, planned.run.choice);
    return plan_cells(planned, options.selection, abilities);
}

} // namespace

Result<std::vector<KernelChoice>> choices(const std::vector<std::string>& kernels)
{
    std::vector<KernelChoice> found;
    std::set<std::pair<std::string, Variant>> seen;
    for (const auto& kernel : kernels) {
        found.push_back(TRY(parse_choice(kernel)));
        const auto& [name, ip_vs] = found.back();
        std::error_code ec; // a name stays what it is
        const auto path = name.contains('/') ? fs::weakly_canonical(name, ec).string() : name;
        if (!seen.emplace(path, ip_vs).second)
            return error(fmt::format("kernel {}", kernel), "run cells on", "it is given twice",
                         "give each kernel once");
    }
    return found;
}

bool one_capture(const PlanOptions& options)
{
    return options.kernels.size() == 1;
}

Planned plan(const PlanOptions& options, const KernelChoice& choice)
{
    Planned planned{.run = {.choice = choice,
                            .wanted = {},
                            .words = {},
                            .kernel_words = options.kernel_words,
                            .guests = options.guests,
                            .resume = options.resume,
                            .pcapng = {},
                            .verbose = options.verbose},
                    .selection = {},
                    .refused = {}};
    if (const auto made = plan_kernel(planned, options); !made) {
        planned.refused = made.error().text();
        complain(planned.refused);
    }
    return planned;
}

} // namespace gueway
