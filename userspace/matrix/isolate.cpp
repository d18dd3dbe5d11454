// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/isolate.h"

#include "matrix/alike.h"
#include "matrix/axes.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

constexpr size_t most_listed = 20;

std::string asked_as(const KernelResult& kernel)
{
    return kernel.ip_vs == "stock" ? kernel.kernel
                                   : fmt::format("{}:{}", kernel.kernel, kernel.ip_vs);
}

Result<const KernelResult*> find(const MatrixResult& result, const std::string& name)
{
    std::string names;
    for (const auto& kernel : result.kernels) {
        if (asked_as(kernel) == name) return &kernel;
        names += (names.empty() ? "" : ", ") + asked_as(kernel);
    }
    return error("kernel " + name, "find", "the results have none of that name", "one of " + names);
}

Result<const KernelResult*> find_whole(const MatrixResult& result, const std::string& name)
{
    const auto* kernel = TRY(find(result, name));
    if (kernel->stopped.empty()) return kernel;
    return error("kernel " + name, "isolate", "not all of its cells were run: " + kernel->stopped,
                 "give results of a run that went to its end");
}

bool strikes(const Bugs& bugs, const Cell& cell)
{
    return std::ranges::any_of(bugs, [&](const KnownBug* bug) { return bug->strikes(cell); });
}

bool died_of(const KernelResult& kernel, const Cell& cell)
{
    return std::ranges::find(kernel.deaths, cell, &Death::cell) != kernel.deaths.end();
}

bool has(const CellResult& result, const Bugs& bugs)
{
    return std::ranges::any_of(bugs, [&](const KnownBug* bug) {
        return std::ranges::find(result.bugs, bug->id) != result.bugs.end();
    });
}

std::string ids(const Bugs& bugs)
{
    std::string all;
    for (const auto* bug : bugs) all += (all.empty() ? "" : ", ") + std::string(bug->id);
    return all;
}

std::string listed(std::string_view heading, const std::vector<Cell>& cells)
{
    std::string out = fmt::format("  {:>5}  {}\n", cells.size(), heading);
    for (size_t i = 0; i < cells.size() && i < most_listed; ++i)
        out += fmt::format("           {}\n", name(cells[i]));
    if (cells.size() > most_listed) out += "           ...\n";
    return out;
}

} // namespace

Result<Isolation> isolate(const MatrixResult& result, const Question& question)
{
    const auto& [bugs, aside, kernels] = question;
    const auto* with = TRY(find_whole(result, kernels.with));
    const auto* without = TRY(find_whole(result, kernels.without));
    std::map<Cell, const CellResult*> good;
    for (const auto& cell : without->cells) good[cell.cell] = &cell;
    Isolation found;
    for (const auto& bad : with->cells) {
        const auto at = good.find(bad.cell);
        if (at == good.end()) {
            found.one_sided.push_back(bad.cell);
            continue;
        }
        const auto& other = *at->second;
        good.erase(at);
        const bool touched = strikes(bugs, bad.cell);
        const bool set_aside = !touched && strikes(aside, bad.cell);
        const bool differs =
            !alike(bad, other) || died_of(*with, bad.cell) != died_of(*without, bad.cell);
        ++found.compared;
        if (touched) ++found.touched;
        if (set_aside) ++found.aside;
        if (differs && !touched && !set_aside) found.untouched.push_back(bad.cell);
        if (touched && !differs) found.same.push_back(bad.cell);
        if (touched && (bad.outcome != Outcome::known || !has(bad, bugs)))
            found.missed.push_back(bad.cell);
        if (has(other, bugs)) found.mistaken.push_back(bad.cell);
        if (touched && other.outcome >= Outcome::failed) found.unwell.push_back(bad.cell);
    }
    for (const auto& [cell, left] : good) found.one_sided.push_back(cell);
    return found;
}

std::string isolation_text(const Isolation& found, const Question& question)
{
    const auto& [bugs, aside, kernels] = question;
    auto out = fmt::format("{}: on {}, not on {}\n", ids(bugs), kernels.with, kernels.without);
    out += fmt::format("  {:>5}  cells that both have\n  {:>5}  of them are touched\n",
                       found.compared, found.touched);
    if (!aside.empty())
        out += fmt::format("  {:>5}  others are touched by {}, and may differ\n", found.aside,
                           ids(aside));
    out += listed("differ without being touched", found.untouched);
    out += listed("are touched and do not differ", found.same);
    out += listed(fmt::format("are touched and do not look so, or not only, on {}", kernels.with),
                  found.missed);
    out += listed(fmt::format("look so on {}", kernels.without), found.mistaken);
    out += listed(fmt::format("are touched and failed or were lost on {}", kernels.without),
                  found.unwell);
    out += listed("cells that only one of them has", found.one_sided);
    out += found.exact() ? "Exactly the cells that are touched differ.\n"
                         : "These are not exactly the cells that are touched.\n";
    return out;
}

} // namespace gueway::matrix
