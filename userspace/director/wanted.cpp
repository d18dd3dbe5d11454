// SPDX-License-Identifier: GPL-2.0-only
#include "director/wanted.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace gueway {

std::vector<ipvs::ServiceState> wanted_services(const Config& config)
{
    std::map<std::string_view, const Pool*> pools;
    for (const auto& pool : config.pools) pools.emplace(pool.name, &pool);
    std::vector<ipvs::ServiceState> wanted;
    wanted.reserve(config.services.size());
    for (const auto& service : config.services) {
        auto& made = wanted.emplace_back();
        made.service = service.service;
        const auto& pool = *pools.at(service.pool);
        made.destinations.reserve(pool.workers.size());
        for (const auto& worker : pool.workers)
            made.destinations.push_back(destination_of(service, pool, worker));
    }
    return wanted;
}

std::vector<Prefix> wanted_vips(const Config& config)
{
    std::vector<Prefix> vips;
    for (const auto& [service, pool, mark] : config.services) {
        if (service.key.fwmark) continue;
        const Prefix vip{service.key.address, service.key.address.bits()};
        if (std::ranges::find(vips, vip) == vips.end()) vips.push_back(vip);
    }
    return vips;
}

std::string scheduler_module(const std::string& scheduler)
{
    return scheduler == ipvs::no_scheduler ? std::string() : "ip_vs_" + scheduler;
}

} // namespace gueway
