// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/clients.h"
#include "doctor/read.h"

#include <algorithm>

namespace gueway::doctor {

namespace {

std::vector<std::string> marks(const Settings& settings)
{
    std::vector<std::string> names;
    for (const auto& worker : settings.workers) {
        const auto name = worker.service.text();
        if (worker.service.fwmark != 0 && worker.tunnelled() &&
            worker.destination.encap.type != EncapType::ipip &&
            std::ranges::find(names, name) == names.end())
            names.push_back(name);
    }
    return names;
}

Result<MitigationFacts> read_facts(const Namespace& where, const Settings& settings)
{
    MitigationFacts facts{TRY(mitigate::read_facts(where))};
    facts.marks = marks(settings);
    facts.in_force = TRY(mitigate::in_force(where));
    facts.coverage = mitigate::coverage(facts.services, facts.around, facts.in_force);
    return facts;
}

} // namespace

Mitigation read_mitigation(const Namespace& where, const Settings& settings)
{
    if (!settings.ipvs) return {};
    const auto facts = read_facts(where, settings);
    if (!facts) return {.unknown = facts.error().text()};
    return mitigation_of(*facts);
}

} // namespace gueway::doctor
