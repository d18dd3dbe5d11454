// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/baseline.h"

#include "matrix/axes.h"
#include "matrix/report.h"
#include "report/columns.h"
#include "util/text.h"

#include <map>
#include <utility>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

constexpr size_t most_listed = 50;

using Cells = std::map<std::pair<std::string, Cell>, const CellResult*>;

Cells by_name(const MatrixResult& result)
{
    Cells cells;
    for (const auto& kernel : result.kernels)
        for (const auto& cell : kernel.cells) cells[{title(kernel), cell.cell}] = &cell;
    return cells;
}

std::string words(const CellResult& result)
{
    auto text = std::string(name(result.outcome));
    if (!result.bugs.empty()) text += " " + join(result.bugs, ",");
    return text;
}

std::string listed(std::string_view heading, const std::vector<Change>& changes, size_t width)
{
    if (changes.empty()) return {};
    auto out = fmt::format("\n{}: {}\n", heading, changes.size());
    for (size_t i = 0; i < changes.size() && i < most_listed; ++i) {
        const auto& change = changes[i];
        out += fmt::format("  {} on {}\n    {} -> {}\n", name(change.cell), change.kernel,
                           change.before, change.now);
        if (!change.complaint.empty()) out += "    " + cut(change.complaint, width - 4) + "\n";
    }
    if (changes.size() > most_listed) out += "  ...\n";
    return out;
}

} // namespace

Changes changes(const MatrixResult& before, const MatrixResult& now)
{
    Changes found;
    const auto old = by_name(before);
    for (const auto& [key, result] : by_name(now)) {
        const auto at = old.find(key);
        if (at == old.end()) {
            ++found.added;
            continue;
        }
        ++found.compared;
        const auto& earlier = *at->second;
        if (words(earlier) == words(*result)) continue;
        auto& list = result->outcome < earlier.outcome ? found.better : found.worse;
        list.push_back({key.first, key.second, words(earlier), words(*result),
                        result->complaints.empty() ? "" : result->complaints.front()});
    }
    found.missing = old.size() - found.compared;
    return found;
}

std::string changes_text(const Changes& changes, size_t width)
{
    auto out = fmt::format("Against the baseline: {} cells compared", changes.compared);
    if (changes.added) out += fmt::format(", {} not in it", changes.added);
    if (changes.missing) out += fmt::format(", {} only in it", changes.missing);
    out = wrapped(out + (changes.none() ? ": nothing changed" : ""), width);
    return out + listed("Worse", changes.worse, width) + listed("Better", changes.better, width);
}

} // namespace gueway::matrix
