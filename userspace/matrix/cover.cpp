// SPDX-License-Identifier: GPL-2.0-only
// Greedy: a triple that is not covered yet, then one axis after the other at the value that covers
// most, as long as the rules leave a way to set the rest; of a few such cells the best.
#include "matrix/cover.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <optional>
#include <random>
#include <utility>

namespace gueway::matrix {

namespace {

constexpr int attempts = 8; // cells of which the best is taken

size_t count(size_t axis)
{
    return value_names(static_cast<Axis>(axis)).size();
}

// std::shuffle may be another in another library; the kernel's side must find the same cells.
class Random {
public:
    explicit Random(uint64_t seed) : engine_(seed) {}
    size_t below(size_t limit) { return engine_() % limit; }
    template <class Container>
    void shuffle(Container& items)
    {
        for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
    }

private:
    std::mt19937_64 engine_;
};

// A cell of which some axes are set.
struct Partial {
    Values values{};
    AxisSet set = 0;
    bool has(size_t axis) const { return (set >> axis) & 1U; }
    Partial with(size_t axis, size_t value) const
    {
        auto other = *this;
        other.values[axis] = static_cast<uint8_t>(value);
        other.set |= bit(static_cast<Axis>(axis));
        return other;
    }
};

struct Triple {
    std::array<size_t, 3> axes, values;
};

// The triples that nothing covers yet.
class Uncovered {
public:
    Uncovered()
    {
        for_each_axes([this](size_t a, size_t b, size_t c) {
            begin_[a][b][c] = bits_.size();
            bits_.resize(bits_.size() + count(a) * count(b) * count(c), true);
        });
    }

    std::vector<Triple> list() const
    {
        std::vector<Triple> found;
        for_each_axes([&](size_t a, size_t b, size_t c) {
            for (size_t i = 0; i < count(a); ++i)
                for (size_t j = 0; j < count(b); ++j)
                    for (size_t k = 0; k < count(c); ++k)
                        if (has({{a, b, c}, {i, j, k}})) found.push_back({{a, b, c}, {i, j, k}});
        });
        return found;
    }

    bool has(const Triple& t) const { return bits_[index(t)]; }

    void cover(const Values& v)
    {
        for_each_axes([&](size_t a, size_t b, size_t c) {
            bits_[index({{a, b, c}, {v[a], v[b], v[c]}})] = false;
        });
    }

    // Triples of that axis at that value with two axes that are set.
    unsigned gain(const Partial& partial, size_t axis, size_t value) const
    {
        const auto all = partial.with(axis, value);
        unsigned found = 0;
        for (size_t a = 0; a < axis_count; ++a) {
            if (a == axis || !partial.has(a)) continue;
            for (size_t b = a + 1; b < axis_count; ++b) {
                if (b == axis || !partial.has(b)) continue;
                found += has(sorted(all.values, axis, a, b));
            }
        }
        return found;
    }

private:
    // Axes of a triple in rising order, at least the last of which is not core.
    template <class Visit>
    static void for_each_axes(const Visit& visit)
    {
        for (size_t a = 0; a < axis_count; ++a)
            for (size_t b = a + 1; b < axis_count; ++b)
                for (size_t c = std::max(b + 1, core_axes); c < axis_count; ++c) visit(a, b, c);
    }

    static Triple sorted(const Values& v, size_t a, size_t b, size_t c)
    {
        if (a > b) std::swap(a, b);
        if (b > c) std::swap(b, c);
        if (a > b) std::swap(a, b);
        return {{a, b, c}, {v[a], v[b], v[c]}};
    }

    // Those of core axes alone share a place that is never set.
    size_t index(const Triple& t) const
    {
        const auto& [a, b, c] = t.axes;
        if (c < core_axes) return 0;
        return begin_[a][b][c] + (t.values[0] * count(b) + t.values[1]) * count(c) + t.values[2];
    }

    std::array<std::array<std::array<size_t, axis_count>, axis_count>, axis_count> begin_{};
    std::vector<bool> bits_ = {false};
};

class Completer {
public:
    explicit Completer(const std::vector<Rule>& rules) : rules_(rules)
    {
        std::iota(order_.begin(), order_.end(), size_t{0});
        // What most rules ask for first, so that a contradiction shows early.
        std::ranges::stable_sort(order_, std::greater{}, [&](size_t axis) {
            return std::ranges::count_if(
                rules, [&](const Rule& rule) { return (rule.axes >> axis) & 1U; });
        });
    }

    // Whether the rules leave a way to set the axes that are not set.
    bool possible(const Partial& partial) const { return allowed(partial) && rest(partial, 0); }

private:
    bool allowed(const Partial& partial) const
    {
        const auto cell = cell_of(partial.values);
        return std::ranges::none_of(rules_, [&](const Rule& rule) {
            return (rule.axes & ~partial.set) == 0 && rule.excludes(cell);
        });
    }

    bool rest(const Partial& partial, size_t at) const // NOLINT(misc-no-recursion): 11 deep
    {
        if (at == axis_count) return true;
        const size_t axis = order_[at];
        if (partial.has(axis)) return rest(partial, at + 1);
        for (size_t value = 0; value < count(axis); ++value) {
            const auto next = partial.with(axis, value);
            if (allowed(next) && rest(next, at + 1)) return true;
        }
        return false;
    }

    const std::vector<Rule>& rules_;
    std::array<size_t, axis_count> order_{};
};

Partial start(const Triple& triple)
{
    Partial partial;
    for (size_t i = 0; i < 3; ++i) partial = partial.with(triple.axes[i], triple.values[i]);
    return partial;
}

struct Candidate {
    Values values;
    unsigned gain = 0;
};

// The value of one axis that covers most, among equals a random one.
std::pair<Partial, unsigned> extended(const Partial& partial, size_t axis,
                                      const Uncovered& uncovered, const Completer& completer,
                                      Random& random)
{
    std::vector<std::pair<unsigned, size_t>> order; // gain, value
    order.reserve(count(axis));
    for (size_t value = 0; value < count(axis); ++value)
        order.emplace_back(uncovered.gain(partial, axis, value), value);
    random.shuffle(order);
    std::ranges::stable_sort(order, std::greater{}, &std::pair<unsigned, size_t>::first);
    for (const auto& [gain, value] : order)
        if (const auto next = partial.with(axis, value); completer.possible(next))
            return {next, gain};
    return {partial, 0}; // not reached: `partial` was possible
}

Candidate make_candidate(const Triple& triple, const Uncovered& uncovered,
                         const Completer& completer, Random& random)
{
    auto partial = start(triple);
    Candidate candidate{.gain = 1};
    std::vector<size_t> axes;
    for (size_t axis = 0; axis < axis_count; ++axis)
        if (!partial.has(axis)) axes.push_back(axis);
    random.shuffle(axes);
    for (const size_t axis : axes) {
        const auto [next, gain] = extended(partial, axis, uncovered, completer, random);
        partial = next;
        candidate.gain += gain;
    }
    candidate.values = partial.values;
    return candidate;
}

} // namespace

std::vector<Cell> cover_triples(const std::vector<Rule>& rules, const std::vector<Cell>& already,
                                uint64_t seed)
{
    Uncovered uncovered;
    const Completer completer(rules);
    Random random(seed);
    for (const auto& cell : already) uncovered.cover(values(cell));
    auto todo = uncovered.list();
    random.shuffle(todo);
    std::vector<Cell> found;
    for (const auto& triple : todo) {
        if (!uncovered.has(triple) || !completer.possible(start(triple))) continue;
        Candidate best;
        for (int i = 0; i < attempts; ++i) {
            const auto candidate = make_candidate(triple, uncovered, completer, random);
            if (candidate.gain > best.gain) best = candidate;
        }
        uncovered.cover(best.values);
        found.push_back(cell_of(best.values));
    }
    return found;
}

} // namespace gueway::matrix
