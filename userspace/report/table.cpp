// SPDX-License-Identifier: GPL-2.0-only
#include "report/table.h"

#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway {

namespace {

const std::string& joint(const Table& table, size_t column)
{
    static const std::string gap = "  ";
    const auto& own = table.columns[column].joint;
    return own.empty() ? gap : own;
}

// One past the last column of the group that begins at `first`.
size_t group_end(const Table& table, size_t first)
{
    const auto& group = table.columns[first].group;
    size_t end = first + 1;
    if (group.empty()) return end;
    while (end < table.columns.size() && table.columns[end].group == group) ++end;
    return end;
}

using Widths = std::vector<size_t>;

size_t span(const Table& table, const Widths& widths, size_t first, size_t end)
{
    size_t sum = 0;
    for (size_t i = first; i < end; ++i)
        sum += widths[i] + (i > first ? display_width(joint(table, i)) : 0);
    return sum;
}

// What text writes above the columns [first, group_end).
const std::string& heading(const Table& table, size_t first)
{
    const auto& column = table.columns[first];
    return column.group.empty() ? column.title : column.group;
}

Widths natural_widths(const Table& table)
{
    Widths widths(table.columns.size());
    for (const auto& row : table.rows)
        for (size_t i = 0; i < std::min(row.size(), widths.size()); ++i)
            widths[i] = std::max(widths[i], display_width(row[i].text));
    for (size_t i = 0; i < widths.size(); i = group_end(table, i)) {
        const size_t wanted = display_width(heading(table, i));
        const size_t have = span(table, widths, i, group_end(table, i));
        if (wanted > have) widths[i] += wanted - have;
    }
    return widths;
}

void narrow(const Table& table, Widths& widths, size_t limit)
{
    constexpr size_t least = 8;
    const size_t total = span(table, widths, 0, widths.size());
    if (total <= limit) return;
    size_t widest = widths.size();
    for (size_t i = 0; i < widths.size(); ++i)
        if (table.columns[i].align == Align::Left && widths[i] > least &&
            (widest == widths.size() || widths[i] > widths[widest]))
            widest = i;
    if (widest == widths.size()) return;
    widths[widest] -= std::min(total - limit, widths[widest] - least);
    narrow(table, widths, limit);
}

std::string finished_line(std::string line)
{
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

std::string heading_line(const Table& table, const Widths& widths)
{
    std::string line;
    for (size_t i = 0; i < widths.size(); i = group_end(table, i)) {
        if (i) line += std::string(display_width(joint(table, i)), ' ');
        const auto width = span(table, widths, i, group_end(table, i));
        line += padded(cut(heading(table, i), width), width, table.columns[i].align);
    }
    return finished_line(std::move(line));
}

std::string row_line(const Table& table, const Widths& widths, const std::vector<TableCell>& row)
{
    std::string line;
    for (size_t i = 0; i < widths.size(); ++i) {
        const std::string text = i < row.size() ? row[i].text : std::string{};
        // A joint such as an arrow joins two values; beside an empty one it would dangle.
        if (i)
            line +=
                text.empty() ? std::string(display_width(joint(table, i)), ' ') : joint(table, i);
        line += padded(cut(text, widths[i]), widths[i], table.columns[i].align);
    }
    return finished_line(std::move(line));
}

bool opens_group(const Table& table, size_t column)
{
    const auto& group = table.columns[column].group;
    return !group.empty() && (column == 0 || table.columns[column - 1].group != group);
}

std::string classes(const Table& table, size_t column, Tone tone)
{
    std::vector<std::string> names;
    if (table.columns[column].align == Align::Right) names.emplace_back("num");
    if (opens_group(table, column)) names.emplace_back("first");
    if (tone != Tone::Plain) names.emplace_back(css_class(tone));
    return join(names, " ");
}

std::string html_heading(const Table& table)
{
    std::string out;
    for (size_t i = 0; i < table.columns.size(); i = group_end(table, i)) {
        const auto columns = group_end(table, i) - i;
        out += element("th",
                       {{"scope", columns > 1 ? "colgroup" : "col"},
                        {"colspan", columns > 1 ? fmt::format("{}", columns) : ""},
                        {"class", classes(table, i, Tone::Plain)}},
                       escape(heading(table, i)));
    }
    return element("thead", {}, element("tr", {}, out));
}

// What stands after a cell: the joint of the next column, which so keeps its place in every row.
std::string html_joint(const Table& table, size_t column, const TableCell& next)
{
    if (column + 1 == table.columns.size() || next.text.empty()) return {};
    const auto joint = trim(table.columns[column + 1].joint);
    return joint.empty() ? "" : element("span", {{"class", "joint"}}, escape(joint));
}

std::string html_cell(const Table& table, size_t column, const TableCell& cell,
                      const TableCell& next)
{
    const auto& own = table.columns[column];
    const auto content = escape(cell.text) + html_joint(table, column, next);
    const auto names = classes(table, column, cell.tone);
    if (column == 0) return element("th", {{"scope", "row"}, {"class", names}}, content);
    return element("td", {{"class", names}, {"title", own.group.empty() ? "" : own.title}},
                   content);
}

std::string html_row(const Table& table, const std::vector<TableCell>& row)
{
    const auto cell = [&row](size_t i) { return i < row.size() ? row[i] : TableCell{}; };
    std::string out;
    for (size_t i = 0; i < table.columns.size(); ++i)
        out += html_cell(table, i, cell(i), cell(i + 1));
    return element("tr", {}, out) + "\n";
}

} // namespace

std::string table_text(const Table& table, size_t width)
{
    auto widths = natural_widths(table);
    narrow(table, widths, width);
    std::string out = heading_line(table, widths);
    if (out == "\n") out.clear();
    for (const auto& row : table.rows) out += row_line(table, widths, row);
    return out;
}

std::string table_html(const Table& table)
{
    std::string out;
    if (!table.caption.empty()) out += element("caption", {}, escape(table.caption));
    std::string body = "\n";
    for (const auto& row : table.rows) body += html_row(table, row);
    return element("table", {}, out + html_heading(table) + element("tbody", {}, body));
}

} // namespace gueway
