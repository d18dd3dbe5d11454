// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/isolate.h"

#include "matrix/axes.h"
#include "matrix/report.h"

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

bool has(const CellResult& result, const Bugs& bugs)
{
    return std::ranges::any_of(bugs, [&](const KnownBug* bug) {
        return std::ranges::find(result.bugs, bug->id) != result.bugs.end();
    });
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

Result<Isolation> isolate(const MatrixResult& result, const Bugs& bugs, const KernelPair& kernels)
{
    std::map<Cell, const CellResult*> good;
    for (const auto& cell : TRY(find(result, kernels.without))->cells) good[cell.cell] = &cell;
    Isolation found;
    for (const auto& bad : TRY(find(result, kernels.with))->cells) {
        const auto at = good.find(bad.cell);
        if (at == good.end()) continue;
        const auto& other = *at->second;
        const bool touched =
            std::ranges::any_of(bugs, [&](const KnownBug* bug) { return bug->strikes(bad.cell); });
        const bool differs = bad.outcome != other.outcome || bad.bugs != other.bugs;
        ++found.compared;
        if (touched) ++found.touched;
        if (differs && !touched) found.untouched.push_back(bad.cell);
        if (touched && !differs) found.same.push_back(bad.cell);
        if (touched && !has(bad, bugs)) found.missed.push_back(bad.cell);
        if (has(other, bugs)) found.mistaken.push_back(bad.cell);
    }
    return found;
}

std::string isolation_text(const Isolation& found, const Bugs& bugs, const KernelPair& kernels)
{
    std::string ids;
    for (const auto* bug : bugs) ids += (ids.empty() ? "" : ", ") + std::string(bug->id);
    auto out = fmt::format("{}: on {}, not on {}\n", ids, kernels.with, kernels.without);
    out += fmt::format("  {:>5}  cells that both have\n  {:>5}  of them are touched\n",
                       found.compared, found.touched);
    out += listed("differ without being touched", found.untouched);
    out += listed("are touched and do not differ", found.same);
    out += listed(fmt::format("are touched and do not look so on {}", kernels.with), found.missed);
    out += listed(fmt::format("look so on {}", kernels.without), found.mistaken);
    out += found.exact() ? "Exactly the cells that are touched differ.\n"
                         : "These are not exactly the cells that are touched.\n";
    return out;
}

} // namespace gueway::matrix
