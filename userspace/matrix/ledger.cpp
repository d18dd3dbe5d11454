// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/ledger.h"

#include "util/text.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace gueway::matrix {

std::string ranges_text(const std::vector<size_t>& places)
{
    std::string text;
    for (size_t i = 0; i < places.size();) {
        size_t end = i + 1;
        while (end < places.size() && places[end] == places[end - 1] + 1) ++end;
        if (!text.empty()) text += ',';
        text += std::to_string(places[i]);
        if (end - i > 1) text += fmt::format("-{}", places[end - 1]);
        i = end;
    }
    return text;
}

Result<std::vector<size_t>> parse_ranges(std::string_view text, size_t limit)
{
    std::vector<size_t> places;
    if (text.empty()) return places;
    for (const auto part : split(text, ',')) {
        const auto ends = split(part, '-');
        const auto first = parse_number<size_t>(ends.front());
        const auto last = parse_number<size_t>(ends.back());
        const bool rising = first && last && *first <= *last && *last < limit &&
                            (places.empty() || places.back() < *first);
        if (ends.size() > 2 || !rising)
            return error("places of cells", "read", fmt::format("\"{}\"", part),
                         fmt::format("rising ranges such as 0-99,200, all below {}", limit));
        for (size_t place = *first; place <= *last; ++place) places.push_back(place);
    }
    return places;
}

void Ledger::take(size_t place, CellResult result)
{
    if (!results_[place]) ++done_;
    results_[place] = std::move(result);
}

void Ledger::blame(size_t place, const std::string& complaint)
{
    auto& result = results_[place];
    if (!result) return;
    if (result->outcome != Outcome::lost) result->outcome = Outcome::failed;
    result->complaints.insert(result->complaints.begin(), complaint);
}

size_t Ledger::count(Outcome outcome) const
{
    return static_cast<size_t>(std::ranges::count_if(
        results_, [&](const auto& result) { return result && result->outcome == outcome; }));
}

std::vector<size_t> Ledger::undone() const
{
    std::vector<size_t> all(results_.size());
    std::iota(all.begin(), all.end(), size_t{0});
    return undone(all);
}

std::vector<size_t> Ledger::undone(const std::vector<size_t>& places) const
{
    std::vector<size_t> found;
    for (const size_t place : places)
        if (!results_[place]) found.push_back(place);
    return found;
}

std::vector<std::vector<size_t>> Ledger::shares(size_t count) const
{
    const auto todo = undone();
    std::vector<std::vector<size_t>> found;
    const auto edge = [&](size_t i) {
        return todo.begin() + static_cast<std::ptrdiff_t>(todo.size() * i / count);
    };
    for (size_t i = 0; i < count; ++i)
        if (edge(i) != edge(i + 1)) found.emplace_back(edge(i), edge(i + 1));
    return found;
}

bool Ledger::died(const std::vector<size_t>& places, const std::string& why)
{
    if (places.empty() || results_[places.front()]) return false;
    lose(places.front(), why);
    return true;
}

void Ledger::give_up(const std::vector<size_t>& places, const std::string& why)
{
    for (const size_t place : undone(places)) lose(place, why);
}

void Ledger::lose(size_t place, const std::string& why)
{
    take(place, {.cell = selection_[place], .outcome = Outcome::lost, .complaints = {why}});
}

std::vector<CellResult> Ledger::results() const
{
    std::vector<CellResult> found;
    for (const auto& result : results_)
        if (result) found.push_back(*result);
    return found;
}

} // namespace gueway::matrix
