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

// Taken back in `now` is what still is as the change left it; what somebody else has set since
// then, a drain, stays. How a worker is reached goes back as a whole.
ipvs::Destination taken_back(const ipvs::WorkerEdit& edit, const ipvs::Destination& now)
{
    auto back = edit.before;
    const auto keep = [&](auto setting) {
        if (now.*setting != edit.after.*setting) back.*setting = now.*setting;
    };
    keep(&ipvs::Destination::weight);
    keep(&ipvs::Destination::upper_threshold);
    keep(&ipvs::Destination::lower_threshold);
    return back;
}

ipvs::ServiceState taken_back(const ipvs::ServiceDifference& change, const ipvs::ServiceState& now)
{
    auto state = now;
    if (change.kind == Kind::set) state.service = change.before;
    auto& workers = state.destinations;
    for (const auto& worker : change.add)
        if (const auto at = find_worker(workers, worker); at != workers.end()) workers.erase(at);
    for (const auto& edit : change.set)
        if (const auto at = find_worker(workers, edit.before); at != workers.end())
            *at = taken_back(edit, *at);
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
