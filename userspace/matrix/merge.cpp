// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/merge.h"

#include "matrix/axes.h"
#include "matrix/report.h"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

Error wrong(const std::string& detail)
{
    return error("results", "put together", detail, "give the parts of one run, each once");
}

KernelResult* find(MatrixResult& into, const KernelResult& kernel)
{
    const auto same = std::ranges::find_if(into.kernels, [&](const KernelResult& other) {
        return other.kernel == kernel.kernel && other.ip_vs == kernel.ip_vs;
    });
    return same == into.kernels.end() ? nullptr : &*same;
}

Result<void> add(MatrixResult& into, KernelResult kernel)
{
    auto* same = find(into, kernel);
    std::set<Cell> there;
    if (same)
        for (const auto& cell : same->cells) there.insert(cell.cell);
    for (const auto& cell : kernel.cells)
        if (!there.insert(cell.cell).second)
            return wrong(fmt::format("{} has {} twice", title(kernel), name(cell.cell)));
    if (!same) {
        into.kernels.push_back(std::move(kernel));
        return {};
    }
    if (same->release != kernel.release || same->version != kernel.version)
        return wrong(fmt::format("{} is {} {} and {} {}", title(kernel), same->release,
                                 same->version, kernel.release, kernel.version));
    same->seconds += kernel.seconds;
    same->earlier += kernel.earlier;
    std::ranges::move(kernel.deaths, std::back_inserter(same->deaths));
    if (!kernel.stopped.empty())
        same->stopped += (same->stopped.empty() ? "" : "; ") + kernel.stopped;
    std::ranges::move(kernel.cells, std::back_inserter(same->cells));
    return {};
}

} // namespace

Result<MatrixResult> merged(std::vector<MatrixResult> results)
{
    MatrixResult all{.seed = results.front().seed, .selection = results.front().selection};
    for (auto& one : results) {
        if (one.seed != all.seed) return wrong(fmt::format("seeds {} and {}", all.seed, one.seed));
        if (!(all.selection + "; ").contains(one.selection + "; "))
            all.selection += "; " + one.selection;
        for (auto& kernel : one.kernels) TRY(add(all, std::move(kernel)));
    }
    return all;
}

} // namespace gueway::matrix
