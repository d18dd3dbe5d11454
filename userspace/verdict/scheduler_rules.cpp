// SPDX-License-Identifier: GPL-2.0-only
// A new connection for which the scheduler of IPVS had no worker.
#include "verdict/finding.h"
#include "verdict/rule.h"

#include <algorithm>

#include <fmt/format.h>
#include <linux/ip_vs.h>

namespace gueway {

namespace {

// The service that IPVS asked for a worker, and its workers now; nothing when it is gone.
std::optional<ipvs::ServiceState> service(const Case& dropped, const IpvsFacts& facts)
{
    if (!dropped.state()) return {};
    const auto all = dropped.state()->services();
    if (!all) return {};
    for (const auto& one : *all) {
        const auto& key = one.service.key;
        const bool same = facts.fwmark
                              ? key.fwmark == facts.fwmark
                              : key.protocol == facts.protocol &&
                                    key.address == facts.vip.address && key.port == facts.vip.port;
        if (same) return one;
    }
    return {};
}

bool takes_connections(const ipvs::Destination& worker)
{
    const bool full =
        worker.upper_threshold && worker.active + worker.inactive >= worker.upper_threshold;
    return worker.weight > 0 && !full;
}

struct Unscheduled {
    const IpvsFacts& facts;
    std::optional<ipvs::ServiceState> service;
    long willing = 0;
};

// A new connection for which the scheduler had no worker.
std::optional<Unscheduled> unscheduled(const Case& dropped)
{
    if (!dropped.last_is({"ip_vs_leave"}) || !dropped.facts()) return {};
    Unscheduled found{*dropped.facts(), {}};
    found.service = service(dropped, found.facts);
    if (found.service)
        found.willing = std::ranges::count_if(found.service->destinations, takes_connections);
    return found;
}

Finding no_destination(const Case& dropped, const Unscheduled& found, std::string_view name,
                       std::string sentence)
{
    Finding finding(name, std::move(sentence));
    finding.seen("IPVS had no worker for a new connection: " + found.facts.text(), *dropped.ipvs());
    if (found.service)
        for (const auto& worker : found.service->destinations)
            finding.seen(fmt::format("worker {}: weight {}, {} connections{}", worker.text(),
                                     worker.weight, worker.active + worker.inactive,
                                     worker.upper_threshold
                                         ? fmt::format(" of at most {}", worker.upper_threshold)
                                         : ""),
                         "IPVS");
    else
        finding.not_seen("the workers: the service could not be read");
    finding.drop(dropped);
    return finding;
}

std::optional<Verdict> no_worker(const Case& dropped)
{
    const auto found = unscheduled(dropped);
    if (!found || !found->service || found->willing) return {};
    const auto workers = found->service->destinations.size();
    auto finding = no_destination(dropped, *found, "no-worker",
                                  fmt::format("none of the {} workers of {} takes new connections",
                                              workers, found->service->service.key.text()));
    finding.remedy("give a worker a weight: ipvsadm -e ... -w 1, or directorctl apply");
    return finding.take();
}

std::optional<Verdict> mh_without_fallback(const Case& dropped)
{
    const auto found = unscheduled(dropped);
    const bool fallback = found && (found->facts.service_flags & ipvs::scheduler_flag_1);
    if (!found || found->facts.scheduler != "mh" || fallback) return {};
    if (found->service && !found->willing) return {};
    const auto vip = found->facts.vip.text();
    auto finding = no_destination(
        dropped, *found, "mh-without-fallback",
        fmt::format("mh gave the connection to a worker that takes none, and {} has no mh-fallback",
                    vip));
    finding.remedy(
        "let mh go on to the next worker: flags: [mh-fallback] and directorctl apply, or "
        "ipvsadm -E ... -s mh -b mh-fallback");
    return finding.take();
}

constexpr std::string_view needs = "the service in ip_vs_leave, and its workers by netlink";

constexpr Rule table[] = {
    {"no-worker", "no worker of the service takes new connections", needs, no_worker},
    {"mh-without-fallback", "mh chose a worker that takes none, and may not go on to the next",
     needs, mh_without_fallback},
};

} // namespace

std::span<const Rule> scheduler_rules()
{
    return table;
}

} // namespace gueway
