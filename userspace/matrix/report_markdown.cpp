// SPDX-License-Identifier: GPL-2.0-only
// The matrix as tables for a document.
#include "matrix/axes.h"
#include "matrix/report.h"
#include "matrix/troubles.h"
#include "report/markdown.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

using Row = std::vector<std::string>;

std::string table(const Row& head, const std::vector<Row>& rows)
{
    Table table;
    for (const auto& title : head) table.columns.push_back({.title = title});
    for (const auto& row : rows) {
        auto& cells = table.rows.emplace_back();
        for (const auto& text : row) cells.push_back({text});
    }
    return table_markdown(table);
}

void add_titles(Row& head, const MatrixResult& result)
{
    for (const auto& kernel : result.kernels) head.push_back(title(kernel));
}

std::string kernels_table(const MatrixResult& result)
{
    std::vector<Row> rows;
    for (const auto& kernel : result.kernels) {
        const auto counts = count(kernel.cells);
        Row row = {title(kernel), kernel.release, kernel.version, std::to_string(counts.all())};
        for (const auto outcome : {Outcome::passed, Outcome::known, Outcome::failed, Outcome::lost})
            row.push_back(std::to_string(counts[outcome]));
        rows.push_back(row);
    }
    return table({"kernel", "release", "version", "cells", "passed", "known", "failed", "lost"},
                 rows);
}

std::string bugs_table(const MatrixResult& result, std::span<const KnownBug> bugs)
{
    Row head = {"bug", "what it is"};
    add_titles(head, result);
    head.insert(head.end(), {"fix", "first good"});
    std::vector<Row> rows;
    for (const auto& one : bug_counts(result, bugs)) {
        Row row = {one.id, std::string(one.bug ? one.bug->title : "nothing is known of it")};
        for (const auto cells : one.cells) row.push_back(std::to_string(cells));
        const bool fixed = one.bug && !one.bug->fix.empty();
        row.emplace_back(fixed ? one.bug->fix : "none is known");
        row.emplace_back(fixed ? one.bug->fixed_in : "");
        rows.push_back(row);
    }
    return rows.empty() ? "None was seen.\n\n" : table(head, rows);
}

std::string unexplained(const MatrixResult& result)
{
    std::vector<Row> rows;
    for (const auto& kernel : result.kernels)
        for (const auto& cell : kernel.cells)
            if (cell.outcome == Outcome::failed || cell.outcome == Outcome::lost)
                rows.push_back({title(kernel), fmt::format("`{}`", name(cell.cell)),
                                std::string(name(cell.outcome)),
                                cell.complaints.empty() ? "" : cell.complaints.front()});
    return rows.empty() ? "None.\n\n" : table({"kernel", "cell", "outcome", "first word"}, rows);
}

// Nothing when all lived, and all cells were run.
std::string guests(const MatrixResult& result)
{
    std::vector<Row> rows;
    for (const auto& kernel : result.kernels)
        for (const auto& trouble : troubles(kernel)) rows.push_back({title(kernel), trouble.text});
    return rows.empty() ? "" : "### Guests\n\n" + table({"kernel", "what happened"}, rows);
}

std::string left_out_table(const MatrixResult& result)
{
    Row head = {"rule"};
    add_titles(head, result);
    std::vector<Row> rows;
    for (const auto& [rule, combinations] : excluded(result)) {
        Row row = {rule};
        for (const auto& number : combinations)
            row.push_back(number ? std::to_string(*number) : "");
        rows.push_back(row);
    }
    return table(head, rows);
}

std::string events(const MatrixResult& result)
{
    Row head = {"something happens beside the packet"};
    add_titles(head, result);
    std::vector<Row> rows = {{"cells"}};
    for (const auto& counts : event_counts(result)) rows[0].push_back(std::to_string(counts.all()));
    for (const auto outcome : {Outcome::passed, Outcome::known, Outcome::failed, Outcome::lost}) {
        Row row = {std::string(name(outcome))};
        for (const auto& counts : event_counts(result))
            row.push_back(std::to_string(counts[outcome]));
        rows.push_back(std::move(row));
    }
    return table(head, rows);
}

} // namespace

std::string report_markdown(const MatrixResult& result, std::span<const KnownBug> bugs,
                            const std::string& command)
{
    auto out = fmt::format("Made by `{}`: {} selection, seed {}.\n\n", command, result.selection,
                           result.seed);
    out += "### The kernels\n\n" + kernels_table(result);
    out += "### Cells that look like a bug with a name\n\n" + bugs_table(result, bugs);
    out += "### Unexplained\n\n" + unexplained(result);
    out += guests(result);
    out += "### Cells with an event\n\n" + events(result);
    return out + "### Combinations that a rule leaves out\n\n" + left_out_table(result);
}

} // namespace gueway::matrix
