// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/report_cell.h"

#include "matrix/header_name.h"
#include "matrix/pairs.h"
#include "report/html.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

std::string list(const std::vector<std::string>& lines)
{
    std::string items;
    for (const auto& line : lines) items += element("li", {}, escape(line));
    return items.empty() ? "" : element("ul", {}, items) + "\n";
}

std::string side(std::string_view heading, const Packet* packet)
{
    const auto quiet = [](const std::string& text) {
        return element("span", {{"class", "quiet"}}, escape(text));
    };
    if (!packet) return element("div", {}, quiet(fmt::format("{}: nothing", heading)));
    return element("div", {},
                   quiet(fmt::format("{} at the {}:", heading, packet->where)) + " " +
                       escape(packet->text));
}

// Where the two part, for readers who do not count bytes.
std::string first_difference(const Cell& cell, const Pair& pair)
{
    if (!pair.expected || !pair.seen || pair.expected->bytes.empty()) return {};
    const auto count = pair.differs.size();
    auto text = count == 0   ? "no byte differs of those that were kept"
                : count == 1 ? "1 byte differs"
                             : fmt::format("{} bytes differ", count);
    if (count > 0)
        text += fmt::format(", the first at {:04x}: {}", pair.differs.front(),
                            header_name(cell, *pair.expected, pair.differs.front()));
    return element("p", {{"class", "quiet"}}, escape(text));
}

std::string dump(const Packet* packet, const Marks& marks)
{
    if (!packet || packet->bytes.empty()) return element("div", {});
    return element("div", {}, element("pre", {}, hex_dump(packet->bytes, marks)));
}

std::string dumps(const Pair& pair)
{
    Marks marks{.differs = pair.differs, .any = {}, .hide_any = !pair.seen};
    if (pair.expected) marks.any = pair.expected->any;
    return dump(pair.expected, marks) + dump(pair.seen, marks);
}

std::string item(const Cell& cell, const Pair& pair, bool dumped)
{
    auto content = element("div", {{"class", "pair"}},
                           side("expected", pair.expected) + side("captured", pair.seen) +
                               (dumped ? dumps(pair) : ""));
    if (dumped) content += first_difference(cell, pair);
    return element("li", {}, content) + "\n";
}

std::string packets(const CellResult& result)
{
    const auto all = pairs(result);
    const auto dumped = telling(all, most_dumped);
    std::string items;
    for (size_t i = 0; i < all.size(); ++i)
        items += item(result.cell, all[i], std::ranges::find(dumped, i) != dumped.end());
    return items.empty() ? "" : element("ol", {{"class", "packets"}}, "\n" + items) + "\n";
}

enum class Kind : uint8_t { plain, any, differs };

Kind kind(size_t at, const Marks& marks)
{
    if (std::ranges::binary_search(marks.differs, at)) return Kind::differs;
    return within(marks.any, at) ? Kind::any : Kind::plain;
}

std::string marked(Kind kind, const std::string& text)
{
    if (kind == Kind::differs) return element("mark", {}, text);
    return kind == Kind::any ? element("span", {{"class", "any"}}, text) : text;
}

// Neighbours of a kind are marked as one.
std::string row_text(std::span<const uint8_t> row, size_t at, const Marks& marks)
{
    std::string out, run;
    Kind of_run = kind(at, marks);
    for (size_t i = 0; i < row.size(); ++i) {
        const auto now = kind(at + i, marks);
        if (now != of_run) out += marked(std::exchange(of_run, now), std::exchange(run, {})) + " ";
        const bool unknown = marks.hide_any && now == Kind::any;
        run += run.empty() ? "" : " ";
        run += unknown ? "\u00b7\u00b7" : fmt::format("{:02x}", row[i]);
    }
    return out + marked(of_run, run);
}

} // namespace

const std::string_view cell_style = R"css(
:root { --mark: #ffd9c4; }
@media (prefers-color-scheme: dark) { :root { --mark: #7a3210; } }
mark { background: var(--mark); color: var(--ink); font-weight: 700; border-radius: 2px; }
pre .any, .quiet .any { color: var(--soft); font-style: italic; }
.packets > li { padding: 0.15rem 0; }
details p { margin: 0.25rem 0; }
.packets p { margin: 0 0 0.75rem; }
.pair { display: grid; gap: 0 2rem; }
@media (min-width: 60rem) { .pair { grid-template-columns: 1fr 1fr; } }
@media (max-width: 60rem) {
  .pair > :nth-child(2) { order: 1; }
  .pair > :nth-child(4) { order: 2; }
}
.pair pre { font-size: 0.75rem; white-space: pre; overflow-x: auto; margin: 0.1rem 0 0.4rem;
  padding: 0.2rem 0.75rem 0; }
)css";

std::string cell_legend()
{
    return element("p", {{"class", "quiet"}},
                   "Bytes are from the IP header on. Those that " + element("mark", {}, "differ") +
                       " are marked. What " + element("span", {{"class", "any"}}, "may be any") +
                       " is pale: it is expected to be as it came, or \u00b7\u00b7 where nothing "
                       "came, and the checksums are of that.") +
           "\n";
}

std::string hex_dump(std::span<const uint8_t> bytes, const Marks& marks)
{
    constexpr size_t bytes_in_row = 16;
    std::string out;
    for (size_t at = 0; at < bytes.size(); at += bytes_in_row) {
        const auto row = bytes.subspan(at, std::min(bytes_in_row, bytes.size() - at));
        out += fmt::format("{:04x}  {}\n", at, row_text(row, at, marks));
    }
    return out;
}

std::string cell_html(const CellResult& result)
{
    auto out = list(result.complaints) + packets(result);
    if (!result.accounts.empty())
        out += element("p", {{"class", "quiet"}}, "Counted") + list(result.accounts);
    return out;
}

} // namespace gueway::matrix
