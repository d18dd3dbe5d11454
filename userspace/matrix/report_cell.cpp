// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/report_cell.h"

#include "report/html.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

constexpr size_t bytes_in_row = 16;
constexpr size_t most_dumps = 3; // the others have their line of text: a page is read by people

std::string list(const std::vector<std::string>& lines)
{
    std::string items;
    for (const auto& line : lines) items += element("li", {}, escape(line));
    return items.empty() ? "" : element("ul", {}, items) + "\n";
}

std::string packets(std::string_view heading, const std::vector<Packet>& list)
{
    std::string items;
    size_t dumps = 0;
    for (const auto& packet : list) {
        auto item = escape(fmt::format("{}: {}", packet.where, packet.text));
        if (!packet.bytes.empty() && ++dumps <= most_dumps)
            item += element("pre", {}, hex_dump(packet.bytes));
        items += element("li", {}, item) + "\n";
    }
    if (items.empty()) items = element("li", {{"class", "quiet"}}, "nothing");
    return element("div", {},
                   element("p", {{"class", "quiet"}}, heading) + element("ol", {}, items));
}

} // namespace

std::string hex_dump(std::span<const uint8_t> bytes)
{
    std::string out;
    for (size_t at = 0; at < bytes.size(); at += bytes_in_row) {
        out += fmt::format("{:04x} ", at);
        for (size_t i = at; i < std::min(at + bytes_in_row, bytes.size()); ++i)
            out += fmt::format(" {:02x}", bytes[i]);
        out += '\n';
    }
    return out;
}

std::string cell_html(const CellResult& result)
{
    auto out = list(result.complaints);
    if (!result.expected.empty() || !result.seen.empty())
        out += element("div", {{"class", "pair"}},
                       packets("Expected", result.expected) + packets("Captured", result.seen)) +
               "\n";
    if (!result.accounts.empty())
        out += element("p", {{"class", "quiet"}}, "Counted") + list(result.accounts);
    return out;
}

} // namespace gueway::matrix
