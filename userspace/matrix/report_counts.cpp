// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/axes.h"
#include "matrix/report.h"

#include <algorithm>
#include <map>
#include <utility>

namespace gueway::matrix {

namespace {

// One value of each of the axes that shapes are told by: tunnel, underlay, L4 and event.
using Key = std::array<uint8_t, 4>;
using L4Event = std::pair<uint8_t, uint8_t>;
using Table = std::map<Key, std::vector<Counts>>;

std::string word(Axis axis, uint8_t value)
{
    return std::string(value_names(axis)[value]);
}

std::string words(L4Event both)
{
    const auto l4 = word(Axis::l4, both.first);
    return both.second ? l4 + "+" + word(Axis::event, both.second) : l4;
}

Table counted(const MatrixResult& result)
{
    Table table;
    for (size_t i = 0; i < result.kernels.size(); ++i) {
        for (const auto& cell : result.kernels[i].cells) {
            const auto v = values(cell.cell);
            auto& counts =
                table[{v[static_cast<size_t>(Axis::tunnel)], v[static_cast<size_t>(Axis::underlay)],
                       v[static_cast<size_t>(Axis::l4)], v[static_cast<size_t>(Axis::event)]}];
            counts.resize(result.kernels.size());
            counts[i].add(cell);
        }
    }
    return table;
}

bool good(const std::vector<Counts>& counts)
{
    return std::ranges::all_of(counts, &Counts::good);
}

void add(Shape& shape, const std::vector<Counts>& counts)
{
    shape.counts.resize(counts.size());
    for (size_t i = 0; i < counts.size(); ++i) shape.counts[i].add(counts[i]);
}

// Tells of one tunnel.
class Teller {
public:
    Teller(const Table& table, uint8_t tunnel) : rest_{word(Axis::tunnel, tunnel), "all", "all", {}}
    {
        for (const auto& [key, counts] : table)
            if (key[0] == tunnel) of_l4_[{key[2], key[3]}][key[1]] = &counts;
    }

    void tell(std::vector<Shape>& shapes, Detail detail)
    {
        const auto before = shapes.size();
        for (const auto& [l4, underlays] : of_l4_) tell_l4(shapes, l4, underlays, detail);
        if (rest_.counts.empty()) return;
        if (shapes.size() != before) rest_.l4 = "the rest";
        shapes.push_back(std::move(rest_));
    }

private:
    using Underlays = std::map<uint8_t, const std::vector<Counts>*>;

    void tell_l4(std::vector<Shape>& shapes, L4Event l4, const Underlays& underlays, Detail detail)
    {
        const bool nowhere_good =
            std::ranges::none_of(underlays, [](const auto& one) { return good(*one.second); });
        Shape all{rest_.tunnel, "all", words(l4), {}};
        for (const auto& [underlay, counts] : underlays) {
            if (good(*counts))
                add(rest_, *counts);
            else if (nowhere_good && underlays.size() > 1 && detail == Detail::brief)
                add(all, *counts);
            else
                shapes.push_back({rest_.tunnel, word(Axis::underlay, underlay), all.l4, *counts});
        }
        if (!all.counts.empty()) shapes.push_back(std::move(all));
    }

    Shape rest_;
    std::map<L4Event, Underlays> of_l4_;
};

} // namespace

void Counts::add(const CellResult& cell)
{
    ++of[static_cast<size_t>(cell.outcome)];
    bugs.insert(cell.bugs.begin(), cell.bugs.end());
}

void Counts::add(const Counts& other)
{
    for (size_t i = 0; i < of.size(); ++i) of[i] += other.of[i];
    bugs.insert(other.bugs.begin(), other.bugs.end());
}

Counts count(const std::vector<CellResult>& cells)
{
    Counts counts;
    for (const auto& cell : cells) counts.add(cell);
    return counts;
}

std::string l4_and_event(const Cell& cell)
{
    return words({static_cast<uint8_t>(cell.l4), static_cast<uint8_t>(cell.event)});
}

std::vector<Counts> event_counts(const MatrixResult& result)
{
    std::vector<Counts> counts(result.kernels.size());
    for (size_t i = 0; i < counts.size(); ++i)
        for (const auto& cell : result.kernels[i].cells)
            if (cell.cell.event != Event::none) counts[i].add(cell);
    return counts;
}

std::vector<Shape> shapes(const MatrixResult& result, Detail detail)
{
    const auto table = counted(result);
    std::vector<Shape> found;
    for (size_t i = 0; i < value_names(Axis::tunnel).size(); ++i)
        Teller(table, static_cast<uint8_t>(i)).tell(found, detail);
    return found;
}

std::vector<BugCount> bug_counts(const MatrixResult& result, std::span<const KnownBug> bugs)
{
    std::map<std::string, std::vector<uint64_t>> cells;
    for (size_t i = 0; i < result.kernels.size(); ++i)
        for (const auto& cell : result.kernels[i].cells)
            for (const auto& id : cell.bugs) {
                auto& counts = cells[id];
                counts.resize(result.kernels.size());
                ++counts[i];
            }
    std::vector<BugCount> found;
    for (auto& [id, counts] : cells) {
        const auto bug = std::ranges::find(bugs, id, &KnownBug::id);
        found.push_back({id, bug == bugs.end() ? nullptr : &*bug, std::move(counts)});
    }
    return found;
}

std::vector<Excluded> excluded(const MatrixResult& result)
{
    std::map<std::string, Excluded> found;
    for (size_t i = 0; i < result.kernels.size(); ++i)
        for (const auto& [rule, combinations] : result.kernels[i].excluded) {
            auto& row = found.try_emplace(rule, Excluded{rule, {}}).first->second;
            row.combinations.resize(result.kernels.size());
            row.combinations[i] = combinations;
        }
    std::vector<Excluded> rows;
    for (auto& [rule, row] : found) rows.push_back(std::move(row));
    return rows;
}

} // namespace gueway::matrix
