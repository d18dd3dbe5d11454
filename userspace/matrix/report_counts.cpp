// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/axes.h"
#include "matrix/report.h"

#include <algorithm>
#include <map>
#include <set>

namespace gueway::matrix {

namespace {

// One value of each of the three axes that shapes are told by.
using Key = std::array<uint8_t, 3>;
using Table = std::map<Key, std::vector<Counts>>;

std::string word(Axis axis, uint8_t value)
{
    return std::string(value_names(axis)[value]);
}

Table counted(const MatrixResult& result)
{
    Table table;
    for (size_t i = 0; i < result.kernels.size(); ++i) {
        for (const auto& cell : result.kernels[i].cells) {
            const auto v = values(cell.cell);
            auto& counts =
                table[{v[static_cast<size_t>(Axis::tunnel)], v[static_cast<size_t>(Axis::underlay)],
                       v[static_cast<size_t>(Axis::l4)]}];
            counts.resize(result.kernels.size());
            counts[i].add(cell.outcome);
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

// Those of one tunnel and underlay: what is not well by itself, the rest together.
void add_underlay(std::vector<Shape>& shapes, const Table& table, Key key)
{
    const auto tunnel = word(Axis::tunnel, key[0]), underlay = word(Axis::underlay, key[1]);
    Shape rest{tunnel, underlay, "all", {}};
    for (const auto& [k, counts] : table) {
        if (k[0] != key[0] || k[1] != key[1]) continue;
        if (good(counts)) {
            add(rest, counts);
            continue;
        }
        shapes.push_back({tunnel, underlay, word(Axis::l4, k[2]), counts});
        rest.l4 = "the rest";
    }
    if (!rest.counts.empty()) shapes.push_back(std::move(rest));
}

void add_tunnel(std::vector<Shape>& shapes, const Table& table, uint8_t tunnel)
{
    Shape all{word(Axis::tunnel, tunnel), "all", "all", {}};
    std::set<uint8_t> underlays;
    for (const auto& [k, counts] : table) {
        if (k[0] != tunnel) continue;
        add(all, counts);
        underlays.insert(k[1]);
    }
    if (all.counts.empty()) return;
    if (good(all.counts)) return shapes.push_back(std::move(all));
    for (const auto underlay : underlays) add_underlay(shapes, table, {tunnel, underlay, 0});
}

} // namespace

void Counts::add(const Counts& other)
{
    for (size_t i = 0; i < of.size(); ++i) of[i] += other.of[i];
}

Counts count(const std::vector<CellResult>& cells)
{
    Counts counts;
    for (const auto& cell : cells) counts.add(cell.outcome);
    return counts;
}

std::string title(const KernelResult& kernel)
{
    return kernel.kernel.substr(kernel.kernel.rfind('/') + 1) + " " + kernel.ip_vs;
}

std::vector<Shape> shapes(const MatrixResult& result)
{
    const auto table = counted(result);
    std::vector<Shape> found;
    for (size_t i = 0; i < value_names(Axis::tunnel).size(); ++i)
        add_tunnel(found, table, static_cast<uint8_t>(i));
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

} // namespace gueway::matrix
