// SPDX-License-Identifier: GPL-2.0-only
#include "config/scheduler.h"
#include "doctor/rules.h"
#include "util/text.h"

#include <algorithm>
#include <cstring>
#include <map>

#include <fmt/format.h>

namespace gueway::doctor {

namespace {

// ip_vs_mh.c and ip_vs_sh.c: neither gives out a worker of weight 0, nor one at its threshold.
bool is_full(const ipvs::Destination& worker)
{
    return worker.upper_threshold && worker.active + worker.inactive >= worker.upper_threshold;
}

bool takes_connections(const ipvs::Destination& worker)
{
    return worker.weight > 0 && !is_full(worker);
}

Finding finding(Severity severity, std::string id, const ipvs::ServiceState& state,
                std::string found, std::string why)
{
    return {.severity = severity,
            .id = std::move(id),
            .subject = state.service.key.text(),
            .found = std::move(found),
            .why = std::move(why)};
}

// By cause: full ones that are not drained have room once their limit is off; else those that were
// drained may be well again, which is not seen from here.
void add_worker_commands(Finding& finding, const ipvs::ServiceState& state)
{
    const auto words = service_words(state.service.key);
    const auto edit = [&](const ipvs::Destination& worker, const char* option) {
        return fmt::format("directorctl -e {} -r {} {}", words, worker.text(), option);
    };
    const auto full = std::ranges::find_if(state.destinations,
                                           [](const auto& worker) { return worker.weight > 0; });
    if (full != state.destinations.end()) {
        finding.why += "; a worker at its threshold takes more once it is off";
        finding.commands.push_back(edit(*full, "-x 0"));
        finding.advice = "-x with a larger number instead, or more workers";
        return;
    }
    finding.why += "; once it is known to be well, a drained worker is to have its weight again";
    finding.commands.push_back(edit(state.destinations.front(), "-w 1"));
    finding.advice =
        "and so for each worker that is well, and for no other; directorctl apply FILE "
        "--weights sets those of the file";
}

void add_no_worker(Findings& found, const ipvs::ServiceState& state)
{
    const auto& workers = state.destinations;
    if (std::ranges::any_of(workers, takes_connections)) return;
    auto made = finding(Severity::broken, "no-worker", state,
                        workers.empty() ? "has no worker"
                                        : fmt::format("none of its {} workers takes connections "
                                                      "(weight 0, or at its threshold)",
                                                      workers.size()),
                        "every new connection is refused");
    if (workers.empty())
        made.commands.emplace_back("directorctl apply FILE");
    else
        add_worker_commands(made, state);
    found.push_back(std::move(made));
}

void add_no_scheduler(Findings& found, const ipvs::ServiceState& state)
{
    if (state.service.scheduler != ipvs::no_scheduler || state.destinations.empty()) return;
    auto made = finding(Severity::broken, "no-scheduler", state, "has no scheduler",
                        "every new connection is dropped, however many workers there are");
    made.commands.push_back(fmt::format("directorctl -E {} -s mh -b mh-fallback,mh-port",
                                        service_words(state.service.key)));
    found.push_back(std::move(made));
}

// With one worker there is nowhere to go on to.
void add_no_fallback(Findings& found, const ipvs::ServiceState& state)
{
    const auto& service = state.service;
    const auto fallback = scheduler_flag(service.scheduler, service.scheduler + "-fallback");
    if (!fallback || (service.flags & *fallback) != 0 || state.destinations.size() < 2) return;
    std::vector<std::string> idle;
    for (const auto& worker : state.destinations)
        if (!takes_connections(worker)) idle.push_back(worker.text());
    auto made = finding(
        Severity::at_risk, service.scheduler + "-without-fallback", state,
        fmt::format("scheduler {} without {}-fallback", service.scheduler, service.scheduler),
        "clients whose worker is drained or full are refused, though others have room");
    if (!idle.empty())
        made.found += fmt::format(", and {} {} no connections now", listed(idle),
                                  idle.size() == 1 ? "takes" : "take");
    auto flags = scheduler_flags(service.scheduler, service.flags | *fallback);
    made.commands.push_back(fmt::format("directorctl -E {} -s {} -b {}", service_words(service.key),
                                        service.scheduler, join(flags, ",")));
    found.push_back(std::move(made));
}

// ip_vs_mh.c hashes a worker's address with the service's family: of an IPv6 worker the first 32
// bits.
void add_short_hash(Findings& found, const ipvs::ServiceState& state)
{
    if (state.service.scheduler != "mh" || state.service.key.family != AF_INET) return;
    std::map<uint32_t, size_t> heads;
    for (const auto& worker : state.destinations) {
        if (worker.address.family != AF_INET6) continue;
        uint32_t head = 0;
        std::memcpy(&head, worker.address.bytes.data(), sizeof head);
        ++heads[head];
    }
    const auto most =
        std::ranges::max_element(heads, {}, [](const auto& one) { return one.second; });
    if (most == heads.end() || most->second < 2) return;
    auto made =
        finding(Severity::at_risk, "mh-short-hash", state,
                fmt::format("mh, an IPv4 service, and {} IPv6 workers in one /32", most->second),
                "mh tells them apart by their first 32 bits only: when one of them goes, "
                "nearly all clients of the others are moved");
    made.advice = "IPv4 underlay addresses for these workers, in the file of directorctl apply";
    found.push_back(std::move(made));
}

} // namespace

std::string service_words(const ipvs::ServiceKey& key)
{
    if (key.fwmark != 0)
        return fmt::format("-f {}{}", key.fwmark, key.family == AF_INET6 ? " -6" : "");
    const auto option = key.protocol == IPPROTO_TCP   ? "-t"
                        : key.protocol == IPPROTO_UDP ? "-u"
                                                      : "--sctp-service";
    return fmt::format("{} {}", option, ipvs::endpoint(key.address, key.port));
}

Findings scheduler_findings(const Settings& settings)
{
    Findings found;
    for (const auto& state : settings.services) {
        add_no_worker(found, state);
        add_no_scheduler(found, state);
        add_no_fallback(found, state);
        add_short_hash(found, state);
    }
    return found;
}

} // namespace gueway::doctor
