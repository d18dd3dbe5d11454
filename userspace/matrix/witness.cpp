// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/witness.h"

#include "matrix/kernel_log.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

std::multiset<std::string> splats_in(const std::vector<std::string>& lines)
{
    std::multiset<std::string> found;
    for (const auto& line : lines)
        if (line.starts_with(kernel_says)) found.insert(line.substr(kernel_says.size()));
    return found;
}

} // namespace

Witness::Witness(std::span<const Cell> selection, Ledger& ledger, std::vector<size_t> given)
    : selection_(selection), ledger_(&ledger), given_(std::move(given))
{}

void Witness::result(size_t place, CellResult result)
{
    // The accounts have what a bug explains too.
    const auto complained = splats_in(result.complaints), counted = splats_in(result.accounts);
    std::ranges::set_union(complained, counted, std::back_inserter(told_));
    ledger_->take(place, std::move(result));
    came_.push_back(place);
}

void Witness::splat(std::string text)
{
    if (up_)
        splats_.push_back({std::move(text), came_.size()});
    else
        boot_.push_back(std::move(text));
}

std::vector<Witness::Seen> Witness::untold() const
{
    std::multiset<std::string> told(told_.begin(), told_.end());
    std::vector<Seen> found;
    for (const auto& splat : splats_) {
        const auto at = told.find(splat.text);
        if (at == told.end())
            found.push_back(splat);
        else
            told.erase(at);
    }
    return found;
}

void Witness::blame(const Seen& splat, size_t place, End& end)
{
    ledger_->blame(place,
                   fmt::format("the kernel's log, which it did not read itself: {}", splat.text));
    end.changed.push_back(place);
}

// What its kernel said since the last result but one is of the death. When it began before the last
// one had come, it is that cell's: the other had not begun.
Death Witness::death(std::vector<Seen> splats, const std::string& why, End& end)
{
    const auto first = std::ranges::find_if(
        splats, [&](const Seen& splat) { return splat.results + 1 >= came_.size(); });
    for (auto splat = splats.begin(); splat != first; ++splat)
        blame(*splat, came_[splat->results], end);
    Death death{.cell = selection_[ledger_->undone(given_).front()], .why = why};
    for (auto splat = first; splat != splats.end(); ++splat) death.splats.push_back(splat->text);
    if (first == splats.end()) return death;
    death.why = first->text;
    if (first->results >= came_.size()) return death;
    death.cell = selection_[came_.back()];
    death.when = Death::When::after;
    blame(*first, came_.back(), end);
    return death;
}

Witness::End Witness::end(const std::string& why)
{
    End end;
    auto splats = untold();
    if (done()) {
        for (const auto& splat : splats)
            if (!came_.empty()) blame(splat, came_[std::min(splat.results, came_.size() - 1)], end);
        if (!why.empty() && !came_.empty())
            end.death = Death{.cell = selection_[came_.back()],
                              .when = Death::When::after,
                              .why = why,
                              .splats = {}};
        return end;
    }
    end.death = death(std::move(splats), why, end);
    end.lost = ledger_->died(given_, fmt::format("the guest died of it: {}", end.death->why));
    if (end.lost) end.changed.push_back(given_.front());
    return end;
}

} // namespace gueway::matrix
