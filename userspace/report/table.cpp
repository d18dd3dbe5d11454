// SPDX-License-Identifier: GPL-2.0-only
#include "report/table.h"

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

std::string classes(const Column& column, Tone tone, bool opens_group)
{
    std::string out;
    const auto add = [&out](std::string_view name) {
        if (!name.empty()) out.append(out.empty() ? "" : " ").append(name);
    };
    if (column.align == Align::Right) add("num");
    if (opens_group) add("first");
    add(css_class(tone));
    return out;
}

bool opens_group(const Table& table, size_t column)
{
    const auto& group = table.columns[column].group;
    return !group.empty() && (column == 0 || table.columns[column - 1].group != group);
}

std::string group_row(const Table& table)
{
    std::string out;
    for (size_t i = 0; i < table.columns.size(); i = group_end(table, i)) {
        const auto& column = table.columns[i];
        if (column.group.empty())
            out += element("th",
                           {{"scope", "col"},
                            {"rowspan", "2"},
                            {"class", classes(column, Tone::Plain, false)}},
                           escape(column.title));
        else
            out += element("th",
                           {{"scope", "colgroup"},
                            {"class", "group first"},
                            {"colspan", fmt::format("{}", group_end(table, i) - i)}},
                           escape(column.group));
    }
    return element("tr", {}, out);
}

std::string title_row(const Table& table, bool grouped)
{
    std::string out;
    for (size_t i = 0; i < table.columns.size(); ++i) {
        const auto& column = table.columns[i];
        if (grouped && column.group.empty()) continue; // it spans both rows of the heading
        out += element(
            "th",
            {{"scope", "col"}, {"class", classes(column, Tone::Plain, opens_group(table, i))}},
            escape(column.title));
    }
    return element("tr", {}, out);
}

std::string body_row(const Table& table, const std::vector<TableCell>& row)
{
    std::string out;
    for (size_t i = 0; i < table.columns.size(); ++i) {
        const TableCell cell = i < row.size() ? row[i] : TableCell{};
        const auto names = classes(table.columns[i], cell.tone, opens_group(table, i));
        const auto text = escape(cell.text);
        out += i == 0 ? element("th", {{"scope", "row"}, {"class", names}}, text)
                      : element("td", {{"class", names}}, text);
    }
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
    const bool grouped =
        std::ranges::any_of(table.columns, [](auto& c) { return !c.group.empty(); });
    std::string out;
    if (!table.caption.empty()) out += element("caption", {}, escape(table.caption));
    out += element("thead", {}, (grouped ? group_row(table) : "") + title_row(table, grouped));
    std::string body = "\n";
    for (const auto& row : table.rows) body += body_row(table, row);
    return element("table", {}, out + element("tbody", {}, body));
}

} // namespace gueway
