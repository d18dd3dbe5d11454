// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/baseline.h"

#include "matrix/alike.h"
#include "matrix/rules.h"
#include "matrix/title.h"
#include "report/columns.h"
#include "util/json.h"

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

// What a kernel said of each goes with it, as far as there is room.
std::string listed(const std::vector<Beside>& beside, size_t width)
{
    if (beside.empty()) return {};
    auto out = fmt::format("\nBeside the cells, and not in the baseline: {}\n", beside.size());
    for (size_t i = 0; i < std::min(beside.size(), most_listed); ++i)
        out += "  " + cut(text(beside[i]), width - 2) + "\n";
    if (beside.size() > most_listed)
        out += fmt::format("  and {} more: --json has them all\n", beside.size() - most_listed);
    return out;
}

Json list_json(const std::vector<Beside>& beside)
{
    Json list = Json::array();
    for (const auto& [kernel, trouble] : beside)
        list.push_back({{"kernel", kernel->kernel},
                        {"ip_vs", kernel->ip_vs},
                        {"type", trouble.type},
                        {"text", trouble.text},
                        {"lines", trouble.details}});
    return list;
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

Json left_out_json(const std::vector<LeftOut>& left_out)
{
    Json list = Json::array();
    for (const auto& one : left_out)
        list.push_back({{"kernel", one.kernel->kernel},
                        {"ip_vs", one.kernel->ip_vs},
                        {"rule", one.rule},
                        {"cells", one.cells}});
    return list;
}

std::set<std::string> kinds(const std::vector<std::string>& lines)
{
    std::set<std::string> found;
    for (const auto& line : lines) found.insert(kind(line));
    return found;
}

// Less is wrong, or fewer bugs are seen and no other.
bool better(const CellResult& before, const CellResult& now)
{
    if (now.outcome != before.outcome) return now.outcome < before.outcome;
    const std::set<std::string> had(before.bugs.begin(), before.bugs.end());
    return std::ranges::all_of(now.bugs, [&](const auto& id) { return had.contains(id); }) &&
           (now.outcome != Outcome::failed || std::ranges::includes(kinds(before), kinds(now)));
}

} // namespace

Baseline::Baseline(const MatrixResult& before, bool allow_known)
    : before_(&before), allow_known_(allow_known)
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
    if (alike(*before, now)) return Against::same;
    return better(*before, now) ? Against::better : Against::worse;
}

const KernelResult* Baseline::same_kernel(const KernelResult& now) const
{
    const auto before = std::ranges::find_if(before_->kernels, [&](const KernelResult& other) {
        return other.kernel == now.kernel && other.ip_vs == now.ip_vs;
    });
    return before == before_->kernels.end() ? nullptr : &*before;
}

std::vector<Trouble> Baseline::troubles(const KernelResult& now) const
{
    const auto* before = same_kernel(now);
    if (!before) return matrix::troubles(now);
    auto rest = now;
    const auto said = kinds(before->boot);
    std::erase_if(rest.boot, [&](const auto& line) { return said.contains(kind(line)); });
    auto found = matrix::troubles(rest);
    std::erase_if(found, [&](const Trouble& trouble) {
        return trouble.cell && std::ranges::find(before->deaths, *trouble.cell, &Death::cell) !=
                                   before->deaths.end();
    });
    return found;
}

std::vector<LeftOut> Baseline::left_out(const MatrixResult& now) const
{
    std::vector<LeftOut> found;
    if (now.selection != before_->selection || now.seed != before_->seed) return found;
    for (const auto& kernel : now.kernels) {
        const auto* before = same_kernel(kernel);
        if (!before) continue;
        std::set<Cell> gone;
        for (const auto& cell : before->cells) gone.insert(cell.cell);
        for (const auto& cell : kernel.cells) gone.erase(cell.cell);
        for (const auto& rule : rules_of_abilities()) {
            const std::string rule_name(rule.name);
            if (!kernel.excluded.contains(rule_name) || before->excluded.contains(rule_name))
                continue;
            const auto cells = std::erase_if(gone, rule.excludes);
            if (cells > 0) found.push_back({&kernel, rule_name, cells});
        }
    }
    return found;
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
    found.left_out = before.left_out(now);
    for (const auto& kernel : now.kernels)
        for (auto& trouble : before.troubles(kernel))
            if (trouble.type != stopped_type) found.beside.push_back({&kernel, std::move(trouble)});
    return found;
}

std::string text(const Beside& beside)
{
    return title(*beside.kernel) + ": " + beside.trouble.text;
}

std::string text(const LeftOut& left_out)
{
    return fmt::format("{}: rule {} leaves out {} cells of the baseline, and left out none then",
                       title(*left_out.kernel), left_out.rule, left_out.cells);
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
    if (!changes.beside.empty())
        out += fmt::format(", {} not in it beside the cells", changes.beside.size());
    for (const auto& one : changes.left_out) out += "; " + text(one);
    return out;
}

std::string changes_text(const Changes& changes, size_t width)
{
    return wrapped("Against the baseline: " + summary(changes), width) +
           listed("Worse", changes.worse, width) +
           listed("Not in the baseline, and not well", changes.added_bad, width) +
           listed("Better", changes.better, width) + listed(changes.beside, width);
}

Json to_json(const Changes& changes)
{
    return {{"compared", changes.compared},
            {"added", changes.added},
            {"missing", changes.missing},
            {"worse", list_json(changes.worse)},
            {"better", list_json(changes.better)},
            {"added_bad", list_json(changes.added_bad)},
            {"left_out", left_out_json(changes.left_out)},
            {"beside", list_json(changes.beside)}};
}

} // namespace gueway::matrix
