// SPDX-License-Identifier: GPL-2.0-only
#include "director/execute.h"

#include "director/wanted.h"
#include "ipvs/meaning.h"
#include "link/address.h"
#include "link/device.h"
#include "link/sysctl.h"
#include "util/module.h"

#include <algorithm>
#include <cerrno>

namespace gueway {

namespace {

using Action = ipvs::Step::Action;
using plan::Operation;

bool removes(const ipvs::Step& step)
{
    return step.action == Action::remove_worker || step.action == Action::remove_service;
}

// The steps that remove. They point into the Difference.
struct Removals {
    std::vector<ipvs::Step> workers, services;
};
Removals removals(const ipvs::Difference& difference)
{
    Removals made;
    for (const auto& step : ipvs::steps(difference))
        if (removes(step)) (step.worker ? made.workers : made.services).push_back(step);
    return made;
}

// Whether the refusal says no more than that the object is not as the plan found it
// (ip_vs_genl_set_cmd and what it calls). ENOENT of a service is its scheduler's.
bool is_conflict(const ipvs::Step& step, int code)
{
    switch (step.action) {
    case Action::add_service:
    case Action::add_idle_service:
        return code == EEXIST;
    case Action::add_worker:
        return code == EEXIST || code == ESRCH;
    case Action::start_service:
    case Action::set_service:
    case Action::remove_service:
        return code == ESRCH;
    case Action::set_worker:
    case Action::remove_worker:
        return code == ENOENT || code == ESRCH;
    }
    return false;
}

} // namespace

Result<Execution::Outcome> Execution::commit(const std::vector<ipvs::Step>& steps)
{
    if (steps.empty()) return Outcome::done;
    auto changes = client_.changes();
    for (const auto& step : steps) put(changes, step);
    const auto refusals = TRY(client_.commit(changes));
    for (const auto& refusal : refusals) {
        const auto& step = steps.at(refusal.index);
        if (is_conflict(step, refusal.code)) continue;
        auto meaning = ipvs::meaning(refusal.code, *step.service, step.worker != nullptr);
        return Error{step.object(), step.operation(), refusal.code,
                     refusal.words.empty() ? meaning.detail : refusal.words,
                     std::move(meaning.remedy)};
    }
    return refusals.empty() ? Outcome::done : Outcome::conflict;
}

// Workers are read again right before they are edited, service by service: a drain that comes
// between this reading and the edit is lost, since the kernel wants a weight with each edit.
Result<Execution::Outcome> Execution::add_and_edit(ipvs::Difference services)
{
    std::vector<ipvs::Step> first;
    for (const auto& step : ipvs::steps(services))
        if (!removes(step) && step.action != Action::set_worker) first.push_back(step);
    if (TRY(commit(first)) == Outcome::conflict) return Outcome::conflict;
    for (auto& service : services.services) {
        if (service.set.empty()) continue;
        rebase(service.set, TRY(client_.destinations(service.key())));
        std::vector<ipvs::Step> edits;
        edits.reserve(service.set.size());
        for (const auto& edit : service.set)
            edits.push_back({Action::set_worker, &service.after, &edit.after});
        if (TRY(commit(edits)) == Outcome::conflict) return Outcome::conflict;
    }
    return Outcome::done;
}

Result<Execution::Outcome> Execution::carry_out(const DirectorPlan& plan, const State& before)
{
    TRY(prepare(plan));
    const auto [last_workers, last_services] = removals(plan.services);
    if (!plan.services.empty())
        undo_.emplace_back([this, difference = plan.services, services = before.services] {
            return restore(difference, services);
        });
    // A conflict is no reason to remove: the next plan knows what is there.
    if (TRY(add_and_edit(plan.services)) == Outcome::conflict) return Outcome::conflict;
    TRY(set_up_vips(plan));
    if (TRY(commit(last_workers)) == Outcome::conflict) return Outcome::conflict;
    TRY(remove_vips(plan));
    if (TRY(commit(last_services)) == Outcome::conflict) return Outcome::conflict;
    TRY(remove_fou_interfaces(plan));
    return Outcome::done;
}

Result<void> Execution::prepare(const DirectorPlan& plan)
{
    for (const auto& module : plan.modules) TRY(load_module(module));
    for (const auto& change : plan.sysctls) TRY(change_sysctl(change));
    for (const auto& step : plan.fou_interfaces)
        if (step.operation != Operation::remove) TRY(change_fou_interface(step));
    return {};
}

Result<void> Execution::change_sysctl(const SysctlChange& change)
{
    TRY(set_sysctl(where_, change.name, change.to));
    undo_.emplace_back([this, change] { return set_sysctl(where_, change.name, change.from); });
    return {};
}

Result<void> Execution::change_fou_interface(const FouInterfaceStep& step)
{
    // Before the step, which may fail half-way: a device of another kind is removed first.
    if (step.operation != Operation::add)
        undo_.emplace_back(
            [this, before = step.present] { return gueway::restore(where_, before); });
    TRY(apply(where_, step));
    if (step.operation == Operation::add)
        undo_.emplace_back(
            [this, name = step.wanted.device.name] { return remove_device(where_, name); });
    return {};
}

Result<void> Execution::remove_fou_interfaces(const DirectorPlan& plan)
{
    for (const auto& step : plan.fou_interfaces) {
        if (step.operation == Operation::remove) TRY(change_fou_interface(step));
        if (step.operation != Operation::change) continue;
        // IPVS goes back to the old addresses before the new ones go: this is undone earlier than
        // what prepare() did.
        undo_.emplace_back([this, back = step.present] {
            return apply(where_, {Operation::change, back, {"", back.device, {}}});
        });
        TRY(remove_old_addresses(where_, step));
    }
    return {};
}

Result<void> Execution::set_up_vips(const DirectorPlan& plan)
{
    const auto& name = plan.vip_device;
    if (plan.add_vip_device) {
        TRY(add_device(where_, name, "dummy"));
        undo_.emplace_back([this, name] { return remove_device(where_, name); });
    }
    if (plan.set_up) {
        TRY(gueway::set_up(where_, name));
        undo_.emplace_back([this, name] { return set_down(where_, name); });
    }
    for (const auto& vip : plan.add_vips) {
        // Every director and worker has it: nobody is to object to that.
        const auto added = add_address(where_, name, vip, {.nodad = true});
        if (!added && added.error().code == EEXIST) continue; // somebody else's, and stays
        if (!added) return added;
        undo_.emplace_back([this, name, vip] { return remove_address(where_, name, vip); });
    }
    return {};
}

Result<void> Execution::remove_vips(const DirectorPlan& plan)
{
    const auto& name = plan.vip_device;
    for (const auto& vip : plan.remove_vips) {
        const auto removed = remove_address(where_, name, vip);
        if (!removed && removed.error().code == EADDRNOTAVAIL) continue; // somebody else did it
        if (!removed) return removed;
        undo_.emplace_back(
            [this, name, vip] { return add_address(where_, name, vip, {.nodad = true}); });
    }
    return {};
}

Result<void> Execution::restore(const ipvs::Difference& difference,
                                const std::vector<ipvs::ServiceState>& before)
{
    const auto [wanted, present] = restoration(difference, before, TRY(client_.snapshot()));
    const auto back = ipvs::difference(wanted, present);
    const auto [workers, services] = removals(back);
    bool conflict = false;
    conflict |= TRY(add_and_edit(back)) == Outcome::conflict;
    conflict |= TRY(commit(workers)) == Outcome::conflict;
    conflict |= TRY(commit(services)) == Outcome::conflict;
    if (conflict)
        return error("IPVS", "take back", "another program is changing the same objects",
                     "plan again");
    return {};
}

std::vector<Error> Execution::take_back()
{
    std::vector<Error> failures;
    for (auto undo = undo_.rbegin(); undo != undo_.rend(); ++undo)
        if (auto undone = (*undo)(); !undone) failures.push_back(std::move(undone).error());
    undo_.clear();
    return failures;
}

} // namespace gueway
