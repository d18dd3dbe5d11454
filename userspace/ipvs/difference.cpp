// SPDX-License-Identifier: GPL-2.0-only
#include "ipvs/difference.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

namespace gueway::ipvs {

namespace {

using Kind = ServiceDifference::Kind;
using Action = Step::Action;

// Workers by address and port. Not owned.
struct WorkerHash {
    size_t operator()(const Destination* worker) const
    {
        const auto& bytes = worker->address.bytes;
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return std::hash<std::string_view>()(text) ^ (size_t{worker->port} << 16U);
    }
};
struct SameWorker {
    bool operator()(const Destination* one, const Destination* other) const
    {
        return one->same_worker(*other);
    }
};
using Workers = std::unordered_set<const Destination*, WorkerHash, SameWorker>;

Workers by_worker(const std::vector<Destination>& destinations)
{
    Workers workers(destinations.size());
    for (const auto& destination : destinations) workers.insert(&destination);
    return workers;
}

// What becomes of a worker that stays.
void compare(const Destination& before, const Destination& wanted, bool weights,
             ServiceDifference& found)
{
    Destination after = wanted;
    if (!weights) after.weight = before.weight;
    if (!before.same_settings(after)) found.set.push_back({before, after});
    if (before.weight != wanted.weight && !weights) found.drifted.push_back({before, wanted});
}

ServiceDifference compare(const ServiceState& wanted, const ServiceState& present, bool weights)
{
    ServiceDifference found{.before = present.service, .after = wanted.service};
    if (!present.service.same_settings(wanted.service)) found.kind = Kind::set;
    const auto there = by_worker(present.destinations);
    for (const auto& destination : wanted.destinations) {
        const auto same = there.find(&destination);
        if (same == there.end())
            found.add.push_back(destination);
        else
            compare(**same, destination, weights, found);
    }
    std::ranges::reverse(found.add); // the kernel puts each new worker at the head of its list
    const auto stays = by_worker(wanted.destinations);
    for (const auto& destination : present.destinations)
        if (!stays.contains(&destination)) found.remove.push_back(destination);
    return found;
}

ServiceDifference added(const ServiceState& wanted)
{
    return {.kind = Kind::add,
            .after = wanted.service,
            .add = {wanted.destinations.rbegin(), wanted.destinations.rend()}};
}

struct KeyHash {
    size_t operator()(const ServiceKey& key) const
    {
        const auto& bytes = key.address.bytes;
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return std::hash<std::string_view>()(text) ^ (size_t{key.port} << 16U) ^ key.protocol ^
               key.fwmark;
    }
};
using Services = std::unordered_map<ServiceKey, const ServiceState*, KeyHash>;

Services by_key(const std::vector<ServiceState>& states)
{
    Services services(states.size());
    for (const auto& state : states) services.emplace(state.service.key, &state);
    return services;
}

void put_additions(const ServiceDifference& service, std::vector<Step>& out)
{
    const bool idle = service.kind == Kind::add && !service.add.empty() &&
                      counts_all_workers(service.after.scheduler);
    if (service.kind == Kind::add)
        out.push_back({idle ? Action::add_idle_service : Action::add_service, &service.after});
    for (const auto& worker : service.add)
        out.push_back({Action::add_worker, &service.after, &worker});
    if (idle) out.push_back({Action::start_service, &service.after});
}

void put_edits(const ServiceDifference& service, std::vector<Step>& out)
{
    if (service.kind == Kind::set) out.push_back({Action::set_service, &service.after});
    for (const auto& edit : service.set)
        out.push_back({Action::set_worker, &service.after, &edit.after});
}

void put_removals(const ServiceDifference& service, std::vector<Step>& out)
{
    for (const auto& worker : service.remove)
        out.push_back({Action::remove_worker, &service.after, &worker});
}

} // namespace

void rebase(std::vector<WorkerEdit>& edits, const std::vector<Destination>& now)
{
    const auto there = by_worker(now);
    for (auto& [before, after] : edits) {
        const auto same = there.find(&after);
        if (same == there.end()) continue; // the kernel will say that it is gone
        const auto keep = [&](auto setting) {
            if (before.*setting == after.*setting) after.*setting = (**same).*setting;
        };
        keep(&Destination::weight);
        keep(&Destination::upper_threshold);
        keep(&Destination::lower_threshold);
    }
}

bool counts_all_workers(std::string_view scheduler)
{
    return scheduler == "mh" || scheduler == "sh" || scheduler == "dh" || scheduler == "wrr";
}

bool Difference::empty() const
{
    return std::ranges::all_of(services, &ServiceDifference::empty);
}

Difference difference(const std::vector<ServiceState>& wanted,
                      const std::vector<ServiceState>& present, const DifferenceOptions& options)
{
    Difference found;
    const auto there = by_key(present);
    for (const auto& state : wanted) {
        const auto same = there.find(state.service.key);
        found.services.push_back(
            same == there.end() ? added(state) : compare(state, *same->second, options.weights));
    }
    if (!options.remove_services) return found;
    const auto stays = by_key(wanted);
    for (const auto& state : present)
        if (!stays.contains(state.service.key))
            found.services.push_back({.kind = Kind::remove, .before = state.service});
    return found;
}

std::vector<Step> steps(const Difference& difference)
{
    std::vector<Step> out;
    for (const auto& service : difference.services) put_additions(service, out);
    for (const auto& service : difference.services) put_edits(service, out);
    for (const auto& service : difference.services) put_removals(service, out);
    for (const auto& service : difference.services)
        if (service.kind == Kind::remove) out.push_back({Action::remove_service, &service.before});
    return out;
}

std::string Step::object() const
{
    if (!worker) return "service " + service->key.text();
    return fmt::format("service {}: worker {}", service->key.text(), worker->text());
}

std::string Step::operation() const
{
    switch (action) {
    case Action::add_service:
    case Action::add_idle_service:
    case Action::add_worker:
        return "add";
    case Action::start_service:
        return "set its scheduler";
    case Action::set_service:
    case Action::set_worker:
        return "edit";
    case Action::remove_worker:
    case Action::remove_service:
        break;
    }
    return "remove";
}

void put(Changes& changes, const Step& step)
{
    switch (step.action) {
    case Action::add_service:
        return changes.add(*step.service);
    case Action::add_idle_service: {
        auto idle = *step.service;
        idle.scheduler = no_scheduler;
        return changes.add(idle);
    }
    case Action::start_service:
    case Action::set_service:
        return changes.set(*step.service);
    case Action::add_worker:
        return changes.add(step.service->key, *step.worker);
    case Action::set_worker:
        return changes.set(step.service->key, *step.worker);
    case Action::remove_worker:
        return changes.remove(step.service->key, *step.worker);
    case Action::remove_service:
        return changes.remove(step.service->key);
    }
}

} // namespace gueway::ipvs
