// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/baseline.h"

#include "matrix/axes.h"
#include "report/columns.h"
#include "util/json.h"
#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

constexpr size_t most_listed = 50;

std::string listed(std::string_view heading, const std::vector<Change>& changes, size_t width)
{
    if (changes.empty()) return {};
    auto out = fmt::format("\n{}: {}\n", heading, changes.size());
    for (size_t i = 0; i < std::min(changes.size(), most_listed); ++i) {
        const auto& change = changes[i];
        out += fmt::format("  {} on {} {}\n    {} -> {}\n", name(change.cell),
                           change.kernel->kernel, change.kernel->ip_vs,
                           change.before.empty() ? "not there" : change.before, change.now);
        if (!change.complaint.empty()) out += "    " + cut(change.complaint, width - 4) + "\n";
    }
    if (changes.size() > most_listed)
        out += fmt::format("  and {} more: --json and --html have them all\n",
                           changes.size() - most_listed);
    return out;
}

Json list_json(const std::vector<Change>& changes)
{
    Json list = Json::array();
    for (const auto& change : changes) {
        Json json = {{"kernel", change.kernel->kernel},
                     {"ip_vs", change.kernel->ip_vs},
                     {"cell", name(change.cell)}};
        if (!change.before.empty()) json["before"] = change.before;
        json["now"] = change.now;
        list.push_back(std::move(json));
    }
    return list;
}

} // namespace

Baseline::Baseline(const MatrixResult& before, bool allow_known) : allow_known_(allow_known)
{
    for (const auto& kernel : before.kernels) {
        if (!kernel.cells.empty()) kernels_.emplace(kernel.kernel, kernel.ip_vs);
        for (const auto& cell : kernel.cells)
            cells_[{kernel.kernel, kernel.ip_vs, cell.cell}] = &cell;
    }
}

bool Baseline::has(const std::string& kernel, const std::string& ip_vs) const
{
    return kernels_.contains({kernel, ip_vs});
}

const CellResult* Baseline::find(const KernelResult& kernel, const Cell& cell) const
{
    const auto at = cells_.find({kernel.kernel, kernel.ip_vs, cell});
    return at == cells_.end() ? nullptr : at->second;
}

Against Baseline::against(const KernelResult& kernel, const CellResult& now) const
{
    const auto* before = find(kernel, now.cell);
    if (!before) {
        const bool well =
            now.outcome == Outcome::passed || (now.outcome == Outcome::known && allow_known_);
        return well ? Against::added : Against::added_bad;
    }
    if (words(*before) == words(now)) return Against::same;
    return now.outcome < before->outcome ? Against::better : Against::worse;
}

Changes changes(const Baseline& before, const MatrixResult& now)
{
    Changes found;
    for (const auto& kernel : now.kernels)
        for (const auto& result : kernel.cells) {
            const auto* earlier = before.find(kernel, result.cell);
            ++(earlier ? found.compared : found.added);
            const auto against = before.against(kernel, result);
            if (against == Against::same || against == Against::added) continue;
            auto& list = against == Against::better  ? found.better
                         : against == Against::worse ? found.worse
                                                     : found.added_bad;
            list.push_back({&kernel, result.cell, earlier ? words(*earlier) : "", words(result),
                            result.complaints.empty() ? "" : result.complaints.front()});
        }
    found.missing = before.size() - found.compared;
    return found;
}

std::string words(const CellResult& result)
{
    auto text = std::string(name(result.outcome));
    if (!result.bugs.empty()) text += " " + join(result.bugs, ",");
    return text;
}

std::string summary(const Changes& changes)
{
    auto out = fmt::format("{} cells compared", changes.compared);
    if (changes.added) out += fmt::format(", {} not in it", changes.added);
    if (changes.missing) out += fmt::format(", {} only in it", changes.missing);
    if (changes.none()) return out + (changes.compared ? ": nothing changed" : "");
    out += fmt::format(": {} worse, {} better", changes.worse.size(), changes.better.size());
    if (!changes.added_bad.empty())
        out += fmt::format(", {} not in it and not well", changes.added_bad.size());
    return out;
}

std::string changes_text(const Changes& changes, size_t width)
{
    return wrapped("Against the baseline: " + summary(changes), width) +
           listed("Worse", changes.worse, width) +
           listed("Not in the baseline, and not well", changes.added_bad, width) +
           listed("Better", changes.better, width);
}

Json to_json(const Changes& changes)
{
    return {{"compared", changes.compared},        {"added", changes.added},
            {"missing", changes.missing},          {"worse", list_json(changes.worse)},
            {"better", list_json(changes.better)}, {"added_bad", list_json(changes.added_bad)}};
}

} // namespace gueway::matrix
