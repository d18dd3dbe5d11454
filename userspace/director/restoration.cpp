// SPDX-License-Identifier: GPL-2.0-only
#include "director/execute.h"

#include <algorithm>

namespace gueway {

namespace {

using Kind = ipvs::ServiceDifference::Kind;

const ipvs::ServiceState* find(const std::vector<ipvs::ServiceState>& all,
                               const ipvs::ServiceKey& key)
{
    const auto found = std::ranges::find(
        all, key, [](const ipvs::ServiceState& each) { return each.service.key; });
    return found == all.end() ? nullptr : &*found;
}

auto find_worker(std::vector<ipvs::Destination>& all, const ipvs::Destination& worker)
{
    return std::ranges::find_if(all, [&](const auto& each) { return each.same_worker(worker); });
}

ipvs::ServiceState taken_back(const ipvs::ServiceDifference& change, const ipvs::ServiceState& now)
{
    auto state = now;
    if (change.kind == Kind::set) state.service = change.before;
    auto& workers = state.destinations;
    for (const auto& worker : change.add)
        if (const auto at = find_worker(workers, worker); at != workers.end()) workers.erase(at);
    for (const auto& [before, after] : change.set)
        if (const auto at = find_worker(workers, before); at != workers.end()) *at = before;
    for (const auto& worker : change.remove)
        if (find_worker(workers, worker) == workers.end()) workers.push_back(worker);
    return state;
}

} // namespace

Restoration restoration(const ipvs::Difference& difference,
                        const std::vector<ipvs::ServiceState>& before,
                        const std::vector<ipvs::ServiceState>& now)
{
    Restoration made;
    for (const auto& change : difference.services) {
        if (change.empty()) continue;
        const auto* present = find(now, change.key());
        if (present) made.present.push_back(*present);
        if (change.kind == Kind::add) continue;
        if (present && change.kind != Kind::remove)
            made.wanted.push_back(taken_back(change, *present));
        else
            made.wanted.push_back(*find(before, change.key()));
    }
    return made;
}

} // namespace gueway
