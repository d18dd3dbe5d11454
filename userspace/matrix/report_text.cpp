// SPDX-License-Identifier: GPL-2.0-only
// The matrix on a terminal.
#include "matrix/axes.h"
#include "matrix/report.h"
#include "report/table.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

constexpr size_t most_failures = 20;
constexpr std::string_view indent = "    ";

// "184", or "172 9k 3F 1L".
std::string brief(const Counts& counts)
{
    if (counts.all() == 0) return "-";
    std::string text = std::to_string(counts[Outcome::passed]);
    if (counts[Outcome::known]) text += fmt::format(" {}k", counts[Outcome::known]);
    if (counts[Outcome::failed]) text += fmt::format(" {}F", counts[Outcome::failed]);
    if (counts[Outcome::lost]) text += fmt::format(" {}L", counts[Outcome::lost]);
    return text;
}

std::string indented(std::string_view text, size_t width)
{
    std::string out;
    const auto lines = wrapped(text, width - indent.size());
    for (size_t begin = 0; begin < lines.size();) {
        const size_t end = lines.find('\n', begin) + 1;
        out.append(indent).append(lines, begin, end - begin);
        begin = end;
    }
    return out;
}

// What table_text() puts between columns.
constexpr size_t gap = 2;

size_t widest(std::span<const Shape> shapes, const std::string& heading, auto text)
{
    size_t most = display_width(heading);
    for (const auto& shape : shapes) most = std::max(most, display_width(text(shape)));
    return most;
}

// Kernels `begin` to `end`.
std::string shapes_part(const MatrixResult& result, std::span<const Shape> shapes, size_t begin,
                        size_t end, size_t width)
{
    Table table{.columns = {{"tunnel"}, {"underlay"}, {"l4"}}};
    for (size_t i = begin; i < end; ++i)
        table.columns.push_back({title(result.kernels[i]), Align::Right});
    for (const auto& shape : shapes) {
        std::vector<TableCell> row = {{shape.tunnel}, {shape.underlay}, {shape.l4}};
        for (size_t i = begin; i < end; ++i) row.push_back({brief(shape.counts[i])});
        table.rows.push_back(std::move(row));
    }
    return table_text(table, width);
}

// As many kernels beside each other as fit, and the others below them.
std::string shapes_table(const MatrixResult& result, size_t width)
{
    const auto all = shapes(result, Detail::brief);
    const size_t names = widest(all, "tunnel", [](const Shape& s) { return s.tunnel; }) + gap +
                         widest(all, "underlay", [](const Shape& s) { return s.underlay; }) + gap +
                         widest(all, "l4", [](const Shape& s) { return s.l4; });
    std::string out;
    for (size_t begin = 0; begin < result.kernels.size();) {
        size_t end = begin, used = names;
        for (; end < result.kernels.size(); ++end) {
            used += gap + widest(all, title(result.kernels[end]),
                                 [&](const Shape& s) { return brief(s.counts[end]); });
            if (end > begin && used > width) break;
        }
        if (begin) out += '\n';
        out += shapes_part(result, all, begin, end, width);
        begin = end;
    }
    return out;
}

std::string kernel_line(const KernelResult& kernel)
{
    const auto counts = count(kernel.cells);
    std::string line =
        fmt::format("{} ({}): {} cells:", title(kernel), kernel.release, counts.all());
    for (const auto outcome : {Outcome::passed, Outcome::known, Outcome::failed, Outcome::lost})
        line += fmt::format("{}{} {}", outcome == Outcome::passed ? " " : ", ", counts[outcome],
                            name(outcome));
    const auto now = counts.all() - std::min(counts.all(), kernel.earlier);
    if (kernel.earlier) line += fmt::format("; {} were there from earlier runs", kernel.earlier);
    if (kernel.seconds > 0 && now > 0)
        line += fmt::format("; {}{:.0f} s, {:.1f} cells a second",
                            kernel.earlier ? fmt::format("{} now: ", now) : "", kernel.seconds,
                            static_cast<double>(now) / kernel.seconds);
    return line;
}

std::string bugs_text(const MatrixResult& result, std::span<const KnownBug> bugs, size_t width)
{
    std::string out;
    for (const auto& one : bug_counts(result, bugs)) {
        if (out.empty()) out = "\nKnown bugs (k):\n";
        out += one.id + "\n";
        out += indented(one.bug ? one.bug->title : "nothing is known of it", width);
        std::string where = "cells: ";
        for (size_t i = 0; i < one.cells.size(); ++i)
            where +=
                fmt::format("{}{} on {}", i ? ", " : "", one.cells[i], title(result.kernels[i]));
        out += indented(where, width);
        if (!one.bug) continue;
        out += indented(
            one.bug->fix.empty() ? "no fix is known" : fmt::format("fix: {}", one.bug->fix), width);
        if (!one.bug->fixed_in.empty())
            out += indented(fmt::format("first good: {}", one.bug->fixed_in), width);
    }
    return out;
}

bool is_unexplained(const CellResult& cell)
{
    return cell.outcome == Outcome::failed || cell.outcome == Outcome::lost;
}

std::string failures_text(const MatrixResult& result, size_t width)
{
    std::string out;
    size_t number = 0;
    for (const auto& kernel : result.kernels)
        for (const auto& cell : kernel.cells) {
            if (!is_unexplained(cell) || ++number > most_failures) continue;
            out += fmt::format("{}\n", name(cell.cell));
            out += indented(fmt::format("{} on {}: {}", name(cell.outcome), title(kernel),
                                        cell.complaints.empty() ? "" : cell.complaints.front()),
                            width);
        }
    if (number == 0) return {};
    const auto heading =
        number > most_failures
            ? fmt::format("\nUnexplained (F, L), the first {} of {}:\n", most_failures, number)
            : std::string("\nUnexplained (F, L):\n");
    return heading + out;
}

std::string deaths_text(const MatrixResult& result, size_t width)
{
    std::string out;
    for (const auto& kernel : result.kernels)
        for (const auto& death : kernel.deaths)
            out += indented(fmt::format("{}, {}", title(kernel), text(death)), width);
    return out.empty() ? out : "\nGuests that died:\n" + out;
}

std::string boot_text(const MatrixResult& result, size_t width)
{
    std::string out;
    for (const auto& kernel : result.kernels)
        for (const auto& splat : kernel.boot)
            out += indented(fmt::format("{}: {}", title(kernel), splat), width);
    return out.empty() ? out : "\nComplaints of a kernel while it booted:\n" + out;
}

std::string stopped_text(const KernelResult& kernel)
{
    return fmt::format("{}: not all cells were run: {}", title(kernel), kernel.stopped);
}

std::string events_text(const KernelResult& kernel, const Counts& counts)
{
    return fmt::format("{}: in {} of the cells something happens beside the packet: {} passed, {} "
                       "known, {} failed, {} lost",
                       title(kernel), counts.all(), counts[Outcome::passed], counts[Outcome::known],
                       counts[Outcome::failed], counts[Outcome::lost]);
}

std::string excluded_text(const KernelResult& kernel)
{
    uint64_t all = 0;
    for (const auto& [rule, count] : kernel.excluded) all += count;
    return fmt::format("{} rules leave out {} combinations{}", kernel.excluded.size(), all,
                       kernel.excluded.contains("no-module") ? ", all on a wire among them" : "");
}

// Kernels of which the same is to be said, in one line.
std::string excluded_lines(const MatrixResult& result, size_t width)
{
    std::vector<std::pair<std::string, std::string>> said; // what, and of which
    for (const auto& kernel : result.kernels) {
        if (kernel.excluded.empty()) continue; // it was not found
        const auto text = excluded_text(kernel);
        const auto same =
            std::ranges::find(said, text, &std::pair<std::string, std::string>::first);
        if (same == said.end())
            said.emplace_back(text, title(kernel));
        else
            same->second += ", " + title(kernel);
    }
    std::string out;
    for (const auto& [text, kernels] : said)
        out += wrapped(fmt::format("{}: {}", kernels, text), width);
    return out;
}

} // namespace

std::string report_text(const MatrixResult& result, std::span<const KnownBug> bugs, size_t width)
{
    std::string out = fmt::format("{} selection, seed {}\n\n", result.selection, result.seed);
    out += shapes_table(result, width);
    out += "\nCells that passed; k known bug, F failed, L lost.\n";
    out += bugs_text(result, bugs, width);
    out +=
        failures_text(result, width) + deaths_text(result, width) + boot_text(result, width) + "\n";
    for (const auto& kernel : result.kernels) out += wrapped(kernel_line(kernel), width);
    for (const auto& kernel : result.kernels)
        if (!kernel.stopped.empty()) out += wrapped(stopped_text(kernel), width);
    const auto events = event_counts(result);
    for (size_t i = 0; i < events.size(); ++i)
        if (events[i].all()) out += wrapped(events_text(result.kernels[i], events[i]), width);
    return out + excluded_lines(result, width);
}

} // namespace gueway::matrix
