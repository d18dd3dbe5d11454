// SPDX-License-Identifier: GPL-2.0-only
#include "report/markdown.h"

#include "util/text.h"

#include <vector>

#include <fmt/format.h>

namespace gueway {

namespace {

std::string line(const std::vector<std::string>& row)
{
    std::string out = "|";
    for (const auto& text : row) {
        out += ' ';
        for (const char c : text) out += c == '|' ? "\\|" : std::string(1, c); // no new column
        out += " |";
    }
    return out + "\n";
}

} // namespace

std::string table_markdown(const Table& table)
{
    if (table.rows.empty()) return {};
    std::vector<std::string> titles, rules;
    for (const auto& column : table.columns) {
        titles.push_back(column.title);
        rules.emplace_back(column.align == Align::Right ? "---:" : "---");
    }
    std::string out = line(titles) + line(rules);
    for (const auto& row : table.rows) {
        std::vector<std::string> texts(table.columns.size());
        for (size_t i = 0; i < row.size(); ++i) texts[i] = row[i].text;
        out += line(texts);
    }
    return out + "\n";
}

Result<std::string> between_marks(std::string_view document, std::string_view tables)
{
    const auto begin = document.find(markdown_begin), end = document.find(markdown_end);
    if (begin == document.npos || end == document.npos || end < begin)
        return error(
            "document", "put tables into", "it has not both marks",
            fmt::format("add \"{}\" and \"{}\", a line each", markdown_begin, markdown_end));
    const auto after = begin + markdown_begin.size();
    return fmt::format("{}\n\n{}{}", document.substr(0, after), tables, document.substr(end));
}

Result<std::string> document_with(const fs::path& file, std::string_view tables)
{
    auto document = between_marks(TRY(read_file(file)), tables);
    if (document) return document;
    auto wrong = document.error();
    wrong.object = file;
    return wrong;
}

} // namespace gueway
