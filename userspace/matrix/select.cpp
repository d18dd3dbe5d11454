// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/select.h"

#include "matrix/cover.h"
#include "matrix/events.h"
#include "matrix/struck.h"
#include "util/text.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gueway::matrix {

namespace {

// The most expensive to change first. The family of the underlay before all others: the halves of
// a selection are alike, so that two guests end at the same time.
auto place(const Cell& c)
{
    return std::make_tuple(c.outer, c.underlay, path(c).mtu, c.vlan, c.origin, c.tunnel,
                           c.fragmenting, c.ingress, c);
}

// Of a full selection there are hundreds of thousands: the place of each is found once.
void sort(std::vector<Cell>& cells)
{
    std::vector<decltype(place(Cell()))> places(cells.size());
    std::ranges::transform(cells, places.begin(), place);
    std::ranges::sort(places);
    const auto rest = std::ranges::unique(places);
    places.erase(rest.begin(), rest.end());
    cells.resize(places.size());
    std::ranges::transform(places, cells.begin(),
                           [](const auto& at) { return std::get<Cell>(at); });
}

std::vector<Cell> full_cells(const std::vector<Rule>& rules)
{
    std::vector<Cell> cells;
    enumerate(rules, [&](const Cell& cell) { cells.push_back(cell); });
    return cells;
}

std::vector<Cell> core_cells(const std::vector<Rule>& rules)
{
    std::vector<Cell> cells;
    enumerate(rules, [&](const Cell& cell) {
        if (cell == with_defaults(cell)) cells.push_back(cell);
    });
    return cells;
}

Result<std::vector<Cell>> named_cells(const std::vector<Rule>& rules,
                                      const std::vector<std::string>& names)
{
    std::vector<Cell> cells;
    for (const auto& text : names) {
        const auto cell = TRY(parse_cell(text));
        const auto events = event_cells();
        const bool named = std::ranges::find(events, cell) != events.end();
        if (const auto* rule = excluding(rules, cell); rule && !named)
            return error(fmt::format("cell {}", text), "select",
                         fmt::format("excluded by rule {}: {}", rule->name, rule->reason),
                         "gsobench cells lists the rules");
        cells.push_back(cell);
    }
    return cells;
}

// Those of cells with a name that there are on such a kernel.
Result<std::vector<Cell>> always(const std::vector<Rule>& rules)
{
    auto cells = event_cells();
    for (const auto& struck : struck_cells()) {
        const auto cell = TRY(parse_cell(struck.cell));
        if (!excluding(rules, cell)) cells.push_back(cell);
    }
    return cells;
}

bool has_event(const Cell& cell)
{
    return cell.event != Event::none;
}

// A rule leaves out what is named all the same: that is no less a cell.
void take_back(Enumeration& counts, const std::vector<Rule>& rules, const std::vector<Cell>& named)
{
    for (const auto& cell : named)
        if (const auto* rule = excluding(rules, cell)) {
            --counts.excluded.at(std::string(rule->name));
            ++counts.cells;
        }
}

void keep(std::vector<Cell>& cells, const Shard& shard)
{
    const auto edge = [&](unsigned i) {
        return static_cast<std::ptrdiff_t>(cells.size() * i / shard.count);
    };
    cells = {cells.begin() + edge(shard.index - 1), cells.begin() + edge(shard.index)};
}

std::string text_of(const Wanted& wanted)
{
    if (!wanted.named.empty()) return fmt::format("{}", fmt::join(wanted.named, ", "));
    std::string text = wanted.full ? "full" : "default";
    if (wanted.shard.count > 1)
        text += fmt::format(", shard {}/{}", wanted.shard.index, wanted.shard.count);
    return text;
}

} // namespace

Result<Shard> parse_shard(std::string_view text)
{
    const auto parts = split(text, '/');
    if (parts.size() == 2) {
        const auto index = parse_number<unsigned>(parts[0]),
                   count = parse_number<unsigned>(parts[1]);
        if (index && count && *index >= 1 && *index <= *count) return Shard{*index, *count};
    }
    return error("shard", "read", fmt::format("\"{}\"", text), "I/N, as 2/8, I from 1 to N");
}

Result<Selection> select(const Wanted& wanted)
{
    const auto all = rules(wanted.abilities);
    Selection selection{.text = text_of(wanted), .cells = {}, .excluded = enumerate(all)};
    auto& cells = selection.cells;
    if (!wanted.named.empty()) {
        cells = TRY(named_cells(all, wanted.named));
    } else if (wanted.full) {
        cells = full_cells(all);
    } else {
        cells = core_cells(all);
        selection.core = cells.size();
        const auto more = cover_triples(all, cells, wanted.seed);
        cells.insert(cells.end(), more.begin(), more.end());
    }
    if (wanted.named.empty()) {
        const auto more = TRY(always(all));
        take_back(selection.excluded, all, more);
        cells.insert(cells.end(), more.begin(), more.end());
    }
    sort(cells);
    keep(cells, wanted.shard);
    selection.events = static_cast<uint64_t>(std::ranges::count_if(cells, has_event));
    return selection;
}

} // namespace gueway::matrix
