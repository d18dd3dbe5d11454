// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/merge.h"

#include "matrix/axes.h"
#include "matrix/select.h"
#include "matrix/title.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

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

void add_reason(KernelResult& kernel, const std::string& reason)
{
    if (!reason.empty()) kernel.stopped += (kernel.stopped.empty() ? "" : "; ") + reason;
}

std::string text(const std::map<std::string, uint64_t>& excluded)
{
    std::string all;
    for (const auto& [rule, count] : excluded)
        all += fmt::format("{}{} {}", all.empty() ? "" : ", ", rule, count);
    return all.empty() ? "nothing" : all;
}

// What they say of the kernel itself. Where no cell was run nobody may have asked it.
Result<void> become_one(KernelResult& into, const KernelResult& other)
{
    if (other.cells.empty()) return {};
    if (into.cells.empty()) {
        into.release = other.release;
        into.version = other.version;
        into.gsobench = other.gsobench;
        into.excluded = other.excluded;
        return {};
    }
    if (into.release != other.release || into.version != other.version)
        return wrong(fmt::format("{} is {} {} and {} {}", title(other), into.release, into.version,
                                 other.release, other.version));
    if (into.gsobench != other.gsobench)
        return wrong(fmt::format("{} was judged by two builds of gsobench", title(other)));
    return {};
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
    TRY(become_one(*same, kernel));
    same->seconds += kernel.seconds;
    same->earlier += kernel.earlier;
    for (auto& splat : kernel.boot)
        if (std::ranges::find(same->boot, splat) == same->boot.end())
            same->boot.push_back(std::move(splat));
    std::ranges::move(kernel.deaths, std::back_inserter(same->deaths));
    add_reason(*same, kernel.stopped);
    std::ranges::move(kernel.cells, std::back_inserter(same->cells));
    return {};
}

// Of "full, shard 1/8; full, shard 2/8".
std::vector<Shard> shards_in(const std::string& selection)
{
    constexpr std::string_view mark = ", shard ";
    std::vector<Shard> found;
    for (size_t at = 0; (at = selection.find(mark, at)) != selection.npos;) {
        at += mark.size();
        const auto text = std::string_view(selection).substr(at, selection.find(';', at) - at);
        if (const auto shard = parse_shard(text)) found.push_back(*shard);
    }
    return found;
}

using KernelName = std::pair<std::string, std::string>; // and ip_vs

// Of shards that rules have made of other cells some cells would be nobody's.
Result<void> check_shards(const std::vector<MatrixResult>& results)
{
    std::map<KernelName, const KernelResult*> firsts;
    for (const auto& result : results) {
        if (shards_in(result.selection).empty()) continue;
        for (const auto& kernel : result.kernels) {
            if (kernel.cells.empty()) continue;
            const auto* first =
                firsts.try_emplace({kernel.kernel, kernel.ip_vs}, &kernel).first->second;
            if (first->excluded != kernel.excluded)
                return wrong(fmt::format("{} has shards of two selections: the rules leave out {}, "
                                         "and {}",
                                         title(kernel), text(first->excluded),
                                         text(kernel.excluded)));
        }
    }
    return {};
}

// "shard 2/8, shard 5/8" of each kernel that has others of eight.
std::map<KernelName, std::string> missing_shards(const std::vector<MatrixResult>& results)
{
    std::map<std::pair<KernelName, unsigned>, std::set<unsigned>> there; // and count
    for (const auto& result : results)
        for (const auto& shard : shards_in(result.selection))
            for (const auto& kernel : result.kernels)
                there[{{kernel.kernel, kernel.ip_vs}, shard.count}].insert(shard.index);
    std::map<KernelName, std::string> missing;
    for (const auto& [key, indices] : there)
        for (unsigned i = 1; i <= key.second; ++i) {
            if (indices.contains(i)) continue;
            auto& text = missing[key.first];
            text += fmt::format("{}shard {}/{}", text.empty() ? "" : ", ", i, key.second);
        }
    return missing;
}

} // namespace

Result<MatrixResult> merged(std::vector<MatrixResult> results, Parts parts)
{
    TRY(check_shards(results));
    std::map<KernelName, std::string> missing;
    if (parts == Parts::whole) missing = missing_shards(results);
    MatrixResult all{.seed = results.front().seed, .selection = results.front().selection};
    for (auto& one : results) {
        if (one.seed != all.seed) return wrong(fmt::format("seeds {} and {}", all.seed, one.seed));
        if (!(all.selection + "; ").contains(one.selection + "; "))
            all.selection += "; " + one.selection;
        for (auto& kernel : one.kernels) TRY(add(all, std::move(kernel)));
    }
    for (auto& kernel : all.kernels)
        if (const auto at = missing.find({kernel.kernel, kernel.ip_vs}); at != missing.end())
            add_reason(kernel, at->second + ": not among the results");
    return all;
}

} // namespace gueway::matrix
