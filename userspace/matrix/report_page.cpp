// SPDX-License-Identifier: GPL-2.0-only
// The matrix as a page: kernels across, shapes down, and what did not pass to open.
#include "matrix/axes.h"
#include "matrix/report.h"
#include "matrix/report_cell.h"
#include "matrix/troubles.h"
#include "report/html.h"
#include "report/page.h"
#include "util/text.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

constexpr std::string_view style = R"css(
:root { --known: #7a5c00; }
@media (prefers-color-scheme: dark) { :root { --known: #dcb94a; } }
.known { color: var(--known); }
h3 { font-size: 1rem; font-weight: 600; margin: 2rem 0 0.25rem; }
h4 { font-size: 0.9rem; font-weight: 600; margin: 1rem 0 0.25rem; }
details { border-top: 1px solid var(--hair); padding: 0.3rem 0; }
summary { cursor: pointer; }
summary span { margin-left: 0.75rem; white-space: nowrap; }
details ul, details ol { margin: 0.25rem 0; padding-left: 1.5rem; font-size: 0.875rem; }
td.good, td.bad, td.known { font-variant-numeric: tabular-nums; }
td a { color: inherit; }
@media (min-width: 60rem) { td.free { white-space: normal; min-width: 14rem; } }
td small { display: block; font-size: 0.7rem; line-height: 1.2; color: var(--soft);
  white-space: normal; max-width: 11rem; }
td small span { white-space: nowrap; }
)css";

struct Sign {
    std::string_view css, mark, word;
};

Sign sign(Outcome outcome)
{
    switch (outcome) {
    case Outcome::passed:
        return {"good", "✓", "passed"};
    case Outcome::known:
        return {"known", "●", "known"};
    case Outcome::failed:
        return {"bad", "✗", "failed"};
    case Outcome::lost:
        return {"bad", "†", "lost"};
    }
    return {};
}

std::string heading(std::string_view level, std::string_view text, const std::string& id = {})
{
    return element(level, {{"id", id}}, escape(text)) + "\n";
}

std::string paragraph(std::string_view text, const std::string& css = {})
{
    return element("p", {{"class", css}}, escape(text)) + "\n";
}

std::string table(std::string_view head, std::string_view body)
{
    return element("div", {{"class", "wide"}, {"tabindex", "0"}},
                   element("table", {},
                           element("thead", {}, element("tr", {}, head)) +
                               element("tbody", {}, body))) +
           "\n";
}

std::string column(std::string_view text, const std::string& css = {})
{
    return element("th", {{"scope", "col"}, {"class", css}}, escape(text));
}

std::string cell(std::string_view text, const std::string& css = {})
{
    return element("td", {{"class", css}}, escape(text));
}

// Of what this run did.
std::string seconds_cell(const KernelResult& kernel)
{
    const auto seconds =
        kernel.earlier >= kernel.cells.size() ? "–" : fmt::format("{:.0f}", kernel.seconds);
    if (kernel.earlier == 0) return cell(seconds, "num");
    return element("td", {{"class", "num"}},
                   seconds +
                       element("small", {}, fmt::format("{} were there before", kernel.earlier)));
}

std::string kernels_table(const MatrixResult& result)
{
    std::string body;
    for (const auto& kernel : result.kernels) {
        const auto counts = count(kernel.cells);
        auto row = element("th", {{"scope", "row"}}, escape(title(kernel))) + cell(kernel.release) +
                   cell(std::to_string(counts.all()), "num");
        for (const auto outcome :
             {Outcome::passed, Outcome::known, Outcome::failed, Outcome::lost}) {
            const auto s = sign(outcome);
            const auto number = counts[outcome];
            row += cell(number ? fmt::format("{} {}", s.mark, number) : "0",
                        fmt::format("num {}", number ? s.css : "quiet"));
        }
        row += seconds_cell(kernel);
        row += cell(kernel.version, "free");
        body += element("tr", {}, row) + "\n";
    }
    return table(column("kernel") + column("release") + column("cells", "num") +
                     column("passed", "num") + column("known", "num") + column("failed", "num") +
                     column("lost", "num") + column("seconds", "num") + column("version"),
                 body);
}

// Ids of bugs, a few.
std::string reasons(const std::set<std::string>& bugs)
{
    constexpr size_t most = 3;
    std::string out;
    size_t shown = 0;
    for (const auto& id : bugs) {
        if (++shown > most) break;
        const bool more = shown < std::min(bugs.size(), most);
        out += element("span", {}, escape(id + (more ? "," : ""))) + (more ? " " : "");
    }
    if (bugs.size() > most) out += fmt::format(" and {} more", bugs.size() - most);
    return out.empty() ? out : element("small", {}, out);
}

// Words, the worst one's colour, and why.
std::string counts_cell(const Counts& counts, const std::string& anchor)
{
    if (counts.all() == 0) return cell("–", "quiet");
    std::string text;
    std::string_view css;
    for (const auto outcome : {Outcome::passed, Outcome::known, Outcome::failed, Outcome::lost}) {
        if (counts[outcome] == 0) continue;
        const auto s = sign(outcome);
        css = s.css;
        if (!text.empty()) text += ", ";
        text += fmt::format("{} {}", s.mark, counts[outcome]);
    }
    const auto shown =
        counts.good() ? escape(text) : element("a", {{"href", "#" + anchor}}, escape(text));
    return element("td", {{"class", std::string(css)}}, shown + reasons(counts.bugs));
}

std::string anchor_of(const Cell& cell)
{
    const auto v = values(cell);
    std::string out;
    for (const auto axis : {Axis::tunnel, Axis::underlay}) {
        out += value_names(axis)[v[static_cast<size_t>(axis)]];
        out += '.';
    }
    return out + l4_and_event(cell);
}

std::string shapes_table(const MatrixResult& result)
{
    auto head = column("tunnel") + column("underlay") + column("l4");
    for (const auto& kernel : result.kernels) head += column(title(kernel));
    std::string body;
    for (const auto& shape : shapes(result, Detail::each)) {
        auto row = element("th", {{"scope", "row"}}, escape(shape.tunnel)) + cell(shape.underlay) +
                   cell(shape.l4);
        for (const auto& counts : shape.counts)
            row += counts_cell(counts,
                               fmt::format("{}.{}.{}", shape.tunnel, shape.underlay, shape.l4));
        body += element("tr", {}, row) + "\n";
    }
    return table(head, body);
}

std::string bugs_table(const MatrixResult& result, std::span<const KnownBug> bugs)
{
    const auto found = bug_counts(result, bugs);
    if (found.empty()) return paragraph("None was seen.", "quiet");
    auto head = column("bug") + column("what it is");
    for (const auto& kernel : result.kernels) head += column(title(kernel), "num");
    head += column("fix") + column("first good");
    std::string body;
    for (const auto& one : found) {
        auto row =
            element("th", {{"scope", "row"}}, escape(one.id)) + cell(one.bug ? one.bug->title : "");
        for (const auto count : one.cells)
            row += cell(std::to_string(count), count ? "num known" : "num quiet");
        row += cell(one.bug && !one.bug->fix.empty() ? one.bug->fix : "none is known") +
               cell(one.bug ? one.bug->fixed_in : "");
        body += element("tr", {}, row) + "\n";
    }
    return table(head, body);
}

std::string left_out_table(const MatrixResult& result)
{
    std::string head = column("rule"), body;
    for (const auto& kernel : result.kernels) head += column(title(kernel), "num");
    for (const auto& [rule, combinations] : excluded(result)) {
        auto row = element("th", {{"scope", "row"}}, escape(rule));
        for (const auto& number : combinations)
            row += cell(number ? std::to_string(*number) : "", "num");
        body += element("tr", {}, row) + "\n";
    }
    return table(head, body);
}

std::string guests(const MatrixResult& result)
{
    std::string items;
    for (const auto& kernel : result.kernels)
        for (const auto& trouble : troubles(kernel)) {
            auto said = element("span", {{"class", "bad"}},
                                escape(fmt::format("✗ {}: {}", title(kernel), trouble.text)));
            if (!trouble.details.empty())
                said += element("pre", {}, escape(join(trouble.details, "\n")));
            items += element("li", {}, said) + "\n";
        }
    if (items.empty()) return {};
    return heading("h2", "Guests") + element("ul", {}, "\n" + items) + "\n";
}

using Failures = std::map<Cell, std::vector<std::pair<const KernelResult*, const CellResult*>>>;

std::string cell_details(const Cell& cell, const Failures::mapped_type& results)
{
    auto summary = element("code", {}, escape(name(cell)));
    std::string body;
    for (const auto& [kernel, result] : results) {
        const auto s = sign(result->outcome);
        auto text = fmt::format("{} {} {}", s.mark, title(*kernel), s.word);
        for (const auto& bug : result->bugs) text += " " + bug;
        summary += " " + element("span", {{"class", std::string(s.css)}}, escape(text));
        body += heading("h4", title(*kernel)) + cell_html(*result);
    }
    return element("details", {}, element("summary", {}, summary) + "\n" + body) + "\n";
}

// By shape, in the order of the table.
std::string failures(const MatrixResult& result)
{
    Failures found;
    for (const auto& kernel : result.kernels)
        for (const auto& one : kernel.cells)
            if (one.outcome != Outcome::passed) found[one.cell].emplace_back(&kernel, &one);
    if (found.empty()) return {};
    std::map<std::array<uint8_t, 4>, std::pair<std::string, std::string>> parts; // anchor, markup
    for (const auto& [cell, results] : found) {
        const auto v = values(cell);
        auto& [anchor, markup] =
            parts[{v[static_cast<size_t>(Axis::tunnel)], v[static_cast<size_t>(Axis::underlay)],
                   v[static_cast<size_t>(Axis::l4)], v[static_cast<size_t>(Axis::event)]}];
        anchor = anchor_of(cell);
        markup += cell_details(cell, results);
    }
    auto out = heading("h2", "What did not pass");
    out += paragraph("Open a cell for what was expected and what was captured.", "quiet");
    out += cell_legend();
    for (const auto& [key, part] : parts) {
        auto text = part.first;
        std::ranges::replace(text, '.', ' ');
        out += heading("h3", text, part.first) + part.second;
    }
    return out;
}

std::string change_rows(std::string_view what, const std::string& css,
                        const std::vector<Change>& changes)
{
    std::string rows;
    for (const auto& change : changes) {
        auto named = escape(name(change.cell));
        if (change.now != name(Outcome::passed)) // else it is nowhere below
            named = element("a", {{"href", "#" + anchor_of(change.cell)}}, named);
        rows += element("tr", {},
                        cell(what, css) + cell(title(*change.kernel)) + element("td", {}, named) +
                            cell(change.before.empty() ? "–" : change.before) + cell(change.now) +
                            cell(change.complaint, "free")) +
                "\n";
    }
    return rows;
}

std::string comparison(const Changes& changes)
{
    auto out = heading("h2", "Against the baseline") + paragraph(summary(changes) + ".");
    if (changes.worse.empty() && changes.added_bad.empty() && changes.better.empty()) return out;
    return out + table(column("") + column("kernel") + column("cell") + column("before") +
                           column("now") + column("first word"),
                       change_rows("worse", "bad", changes.worse) +
                           change_rows("new", "bad", changes.added_bad) +
                           change_rows("better", "good", changes.better));
}

std::string headline(const MatrixResult& result)
{
    Counts all;
    size_t boots = 0, deaths = 0, stopped = 0;
    for (const auto& kernel : result.kernels) {
        all.add(count(kernel.cells));
        boots += !kernel.boot.empty();
        deaths += kernel.deaths.size();
        stopped += !kernel.stopped.empty();
    }
    std::string rest = deaths ? fmt::format("; guests that died: {}", deaths) : "";
    if (boots) rest += fmt::format("; kernels that complained while they booted: {}", boots);
    if (stopped) rest += "; not all cells were run";
    if (all.good() && rest.empty()) return fmt::format("All {} cells passed", all.all());
    const auto unexplained = all[Outcome::failed] + all[Outcome::lost];
    return fmt::format("Of {} cells {} passed, {} look like known bugs, {} are unexplained{}",
                       all.all(), all[Outcome::passed], all[Outcome::known], unexplained, rest);
}

} // namespace

std::string report_page(const MatrixResult& result, std::span<const KnownBug> bugs,
                        const std::string& command, const Changes* changes)
{
    const auto said = headline(result);
    auto body = heading("h1", said);
    body += paragraph("A cell is one shape of packet on one way through a director's tunnel. What "
                      "must come out follows from the RFCs; what did was captured on both sides.",
                      "quiet");
    body += kernels_table(result) + guests(result);
    if (changes) body += comparison(*changes);
    body += heading("h2", "Shapes");
    body += paragraph("Cells of each shape: ✓ passed, ● as a known bug has it, ✗ failed and "
                      "nobody knows why, † lost with its kernel.",
                      "quiet");
    body += shapes_table(result);
    body += heading("h2", "Known bugs") + bugs_table(result, bugs);
    body += failures(result);
    body += heading("h2", "Left out");
    body += paragraph("Combinations that are no cell, by the rule that says so; gsobench cells "
                      "tells the reasons.",
                      "quiet");
    body += left_out_table(result);
    body += heading("h2", "Again");
    body += element("pre", {}, element("code", {}, escape(command))) + "\n";
    body +=
        paragraph(fmt::format("Selection: {}, seed {}.", result.selection, result.seed), "quiet");
    return page_html(
        {"gsobench matrix: " + said, std::string(style) + std::string(cell_style), body});
}

} // namespace gueway::matrix
