// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/read.h"

#include "doctor/read_parts.h"
#include "link/device.h"
#include "link/route_lookup.h"
#include "link/sysctl.h"
#include "util/module.h"
#include "util/text.h"

#include <algorithm>
#include <map>

namespace gueway::doctor {

namespace {

// What this kernel does not have is nothing.
std::optional<int> number(const Namespace& where, const std::string& name)
{
    const auto value = sysctl(where, name);
    return value ? parse_number<int>(*value) : std::nullopt;
}

VsSysctls read_vs(const Namespace& where)
{
    const auto vs = [&](const char* name) {
        return number(where, std::string("net.ipv4.vs.") + name);
    };
    return {.sloppy_tcp = vs("sloppy_tcp"),
            .conn_reuse_mode = vs("conn_reuse_mode"),
            .expire_nodest_conn = vs("expire_nodest_conn"),
            .pmtu_disc = vs("pmtu_disc"),
            .conntrack = vs("conntrack")};
}

// Asks for each worker's way once, however many services have it.
class Ways {
public:
    Ways(const Namespace& where, const std::vector<Device>& devices) : where_(where)
    {
        for (const auto& device : devices) mtus_[device.name] = device.mtu;
    }

    const Way& to(const Address& worker)
    {
        auto [known, fresh] = ways_.try_emplace(worker.text());
        if (fresh) known->second = look_up(worker);
        return known->second;
    }

private:
    Way look_up(const Address& worker) const
    {
        const auto found = find_route(where_, worker);
        if (!found) return {.error = found.error().code};
        const auto device = mtus_.find(found->device);
        const unsigned device_mtu = device == mtus_.end() ? 0 : device->second;
        return {.device = found->device,
                .mtu = found->mtu ? found->mtu : device_mtu,
                .device_mtu = device_mtu,
                .local = found->local};
    }

    const Namespace& where_;
    std::map<std::string, unsigned> mtus_;
    std::map<std::string, Way> ways_;
};

std::vector<Worker> read_workers(const std::vector<ipvs::ServiceState>& services, Ways& ways)
{
    std::vector<Worker> workers;
    for (const auto& [service, destinations] : services)
        for (const auto& destination : destinations)
            workers.push_back({service.key, destination, ways.to(destination.address)});
    return workers;
}

} // namespace

Result<void> read_drops_again(const Namespace& where, Settings& settings)
{
    auto& paths = settings.reverse_paths;
    const auto filtered = std::max(read_filtered(where), paths.filtered);
    paths.filtering += filtered - paths.filtered;
    paths.filtered = filtered;
    std::map<std::string, uint64_t> now;
    for (const auto& device : TRY(devices(where))) now[device.name] = device.counters.tx_dropped;
    for (auto& underlay : settings.underlays)
        for (auto& device : underlay.stack) {
            const auto count = std::max(now[device.name], device.dropped);
            device.dropping += count - device.dropped;
            device.dropped = count;
        }
    return {};
}

Result<Settings> read_settings(const Namespace& where)
{
    // Else what cannot be read would pass for what is not there.
    TRY(where.enter());
    const auto all = TRY(devices(where));
    Settings settings;
    settings.reverse_paths = TRY(read_reverse_paths(where, all));
    settings.ipvs = TRY(module_present("ip_vs"));
    if (!settings.ipvs) return settings;
    settings.services = TRY(where.in([&]() -> Result<std::vector<ipvs::ServiceState>> {
        return TRY(ipvs::Client::open(where.name())).snapshot();
    }));
    Ways ways(where, all);
    settings.workers = read_workers(settings.services, ways);
    settings.sysctls = read_vs(where);
    settings.underlays = read_underlays(where, all, settings.workers);
    return settings;
}

} // namespace gueway::doctor
