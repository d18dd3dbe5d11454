// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/converge.h"

#include "ipvs/meaning.h"

#include <algorithm>
#include <cerrno>
#include <functional>
#include <optional>
#include <set>
#include <span>

namespace gueway::ipvsadm {

namespace {

using ipvs::Daemon;
using ipvs::Step;

// Who a message was about, for the kernel's refusal of it; nothing when it needs no telling.
using About = std::function<std::optional<Error>(const netlink::Refusal&)>;

// Sends the changes and tells what became of them.
Result<void> send(ipvs::Client& client, ipvs::Changes& changes, const About& about, Converged& done)
{
    const auto refusals = TRY(client.commit(changes));
    done.changes += changes.size() - refusals.size();
    for (const auto& refusal : refusals) {
        auto error = about(refusal);
        if (!error) continue;
        error->code = refusal.code;
        if (!refusal.words.empty()) error->detail = refusal.words;
        done.failures.push_back(error->text());
    }
    return {};
}

Result<void> take_steps(ipvs::Client& client, std::span<const Step> steps, Converged& done)
{
    auto changes = client.changes();
    for (const auto& step : steps) put(changes, step);
    std::set<ipvs::ServiceKey> refused; // their workers and their start go with them
    const auto about = [&](const netlink::Refusal& refusal) -> std::optional<Error> {
        const auto& step = steps[refusal.index];
        const auto& key = step.service->key;
        if (refusal.code == ESRCH && refused.contains(key)) return {};
        if (!step.worker) refused.insert(key);
        auto meaning = ipvs::meaning(refusal.code, *step.service, step.worker != nullptr);
        return Error{step.object(), step.operation(), 0, std::move(meaning.detail),
                     std::move(meaning.remedy)};
    };
    return send(client, changes, about, done);
}

bool removes(const Step& step)
{
    return step.action == Step::Action::remove_worker ||
           step.action == Step::Action::remove_service;
}

Result<void> converge_services(ipvs::Client& client, const Wanted& wanted, Converged& done)
{
    const auto present = TRY(client.snapshot());
    const auto difference = ipvs::difference(wanted.services, present);
    const auto steps = ipvs::steps(difference);
    const auto first_removal =
        std::ranges::find_if(steps, removes) - steps.begin(); // they are the last ones
    TRY(take_steps(client, std::span(steps).first(static_cast<size_t>(first_removal)), done));
    if (!done.failures.empty()) return {};
    return take_steps(client, std::span(steps).subspan(static_cast<size_t>(first_removal)), done);
}

bool same_where_named(const Daemon& wanted, const Daemon& present)
{
    const auto same = [](auto named, auto there) { return !named || named == there; };
    return wanted.role == present.role && wanted.interface == present.interface &&
           wanted.sync_id == present.sync_id && same(wanted.max_length, present.max_length) &&
           same(wanted.port, present.port) && same(wanted.ttl, present.ttl) &&
           (wanted.group.family == AF_UNSPEC || wanted.group == present.group);
}

Result<void> converge_rest(ipvs::Client& client, const Wanted& wanted, Converged& done)
{
    auto changes = client.changes();
    std::vector<std::string> objects;
    const auto& timeouts = wanted.timeouts;
    const auto present = TRY(client.timeouts());
    const auto differs = [](uint32_t named, uint32_t there) { return named && named != there; };
    if (differs(timeouts.tcp, present.tcp) || differs(timeouts.tcp_fin, present.tcp_fin) ||
        differs(timeouts.udp, present.udp)) {
        changes.set(timeouts);
        objects.emplace_back("IPVS timeouts");
    }
    const auto daemons = TRY(client.daemons());
    for (const auto& daemon : wanted.daemons) {
        const auto running = std::ranges::find(daemons, daemon.role, &Daemon::role);
        if (running != daemons.end() && same_where_named(daemon, *running)) continue;
        // The kernel cannot change one that runs.
        if (running != daemons.end()) {
            changes.stop(daemon.role);
            objects.emplace_back("sync daemon on " + running->interface);
        }
        changes.start(daemon);
        objects.emplace_back("sync daemon on " + daemon.interface);
    }
    const auto about = [&](const netlink::Refusal& refusal) {
        return std::optional(Error{objects[refusal.index], "set", 0, {}, {}});
    };
    return send(client, changes, about, done);
}

} // namespace

Result<Converged> converge(ipvs::Client& client, const Wanted& wanted)
{
    Converged done;
    TRY(converge_services(client, wanted, done));
    TRY(converge_rest(client, wanted, done));
    return done;
}

} // namespace gueway::ipvsadm
