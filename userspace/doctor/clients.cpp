// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/clients.h"

#include <algorithm>

#include <fmt/format.h>
#include <net/if_arp.h>

namespace gueway::doctor {

namespace {

// A subnet of workers, by which no client comes.
bool leads_to_workers(const RouteState& route, const std::vector<Address>& workers)
{
    const auto& to = route.entry.to;
    return to.length > 0 && !route.entry.via &&
           std::ranges::any_of(workers, [&](const auto& each) { return to.contains(each); });
}

bool is_ethernet(const std::string& name, const std::vector<Device>& devices)
{
    const auto found = std::ranges::find(devices, name, &Device::name);
    return found == devices.end() || found->type == ARPHRD_ETHER;
}

// VIPs with rules that no service has told: somebody has named them, for a service by mark.
std::vector<std::string> named_vips(const MitigationFacts& facts)
{
    std::vector<std::string> named;
    for (const auto& device : facts.in_force)
        for (const auto& rule : device.rules)
            if (device.has(rule.vip) &&
                std::ranges::find(facts.services.vips, rule.vip) == facts.services.vips.end() &&
                std::ranges::find(named, rule.vip.text()) == named.end())
                named.push_back(rule.vip.text());
    return named;
}

void add_marks(Mitigation& made, const MitigationFacts& facts)
{
    if (facts.marks.empty()) return;
    const auto named = named_vips(facts);
    if (named.empty()) {
        made.uncovered.insert(made.uncovered.end(), facts.marks.begin(), facts.marks.end());
        return;
    }
    made.covered.insert(made.covered.end(), named.begin(), named.end());
    made.gaps.push_back(
        fmt::format("whether these are all addresses of {} is not known", listed(facts.marks)));
}

void add_gaps(Mitigation& made, const MitigationFacts& facts)
{
    for (const auto& device : facts.in_force)
        if (device.others > 0)
            made.gaps.push_back(fmt::format("filters of others on {} ({}) may end packets first",
                                            device.device, device.others));
    if (facts.clients.local > 0)
        made.gaps.push_back(fmt::format("{} of {} connections come from the director itself, "
                                        "through no device",
                                        facts.clients.local, facts.clients.all));
}

// The VIPs of services by mark are for somebody to name, and may be of either family.
std::string command(const MitigationFacts& facts, bool covers_all)
{
    if (covers_all) return {};
    const bool named = facts.coverage.uncovered.empty();
    mitigate::Request request;
    if (named) request.vips = {{.family = AF_INET}, {.family = AF_INET6}};
    if (!mitigate::decide(request, facts)) return {};
    return named ? "directorctl mitigate on --vip ADDRESS" : "directorctl mitigate on";
}

} // namespace

std::vector<std::string> without_ethernet(const mitigate::Surroundings& around,
                                          const std::vector<Address>& vips)
{
    auto clients = around;
    std::erase_if(clients.routes,
                  [&](const RouteState& route) { return leads_to_workers(route, around.workers); });
    const auto choice = mitigate::choose(clients, vips);
    if (!choice.devices.empty() || !choice.missed.empty()) return {};
    std::vector<std::string> names;
    for (const auto& each : choice.left_out) {
        if (is_ethernet(each.device, around.devices)) return {};
        names.push_back(each.device);
    }
    return names;
}

Mitigation mitigation_of(const MitigationFacts& facts)
{
    const auto& vips = facts.services.vips;
    if (vips.empty() && facts.marks.empty()) return {};
    Mitigation made;
    for (const auto& vip : facts.coverage.covered) made.covered.push_back(vip.text());
    for (const auto& vip : facts.coverage.uncovered) made.uncovered.push_back(vip.text());
    made.gaps = facts.coverage.missed;
    add_marks(made, facts);
    add_gaps(made, facts);
    if (facts.marks.empty() && facts.clients.local == 0)
        made.spared_by = without_ethernet(facts.around, vips);
    made.command = command(facts, made.covers_all());
    return made;
}

} // namespace gueway::doctor
