// SPDX-License-Identifier: GPL-2.0-only
#include "worker/state.h"

#include "fou/client.h"
#include "link/sysctl.h"
#include "util/module.h"
#include "util/text.h"

#include <algorithm>

namespace gueway::worker {

namespace {

Result<std::vector<fou::Port>> ports()
{
    if (!TRY(module_present("fou"))) return std::vector<fou::Port>{};
    return TRY(fou::Client::open()).ports();
}

Result<int> number_of(const Namespace& where, const std::string& name)
{
    return parse_number<int>(trim(TRY(sysctl(where, name)))).value_or(0);
}

Result<int> filter_of(const Namespace& where, const std::string& name)
{
    std::string dotted = name; // a dot inside a device's name is written as '/'
    std::ranges::replace(dotted, '.', '/');
    return number_of(where, "net.ipv4.conf." + dotted + ".rp_filter");
}

} // namespace

const Device* State::device(const std::string& name) const
{
    const auto at = std::ranges::find(devices, name, &Device::name);
    return at == devices.end() ? nullptr : &*at;
}

Result<State> read_state(const Namespace& where, const std::vector<std::string>& modules)
{
    State state;
    for (const auto& module : modules)
        if (TRY(module_present(module))) state.modules.insert(module);
    state.ports = TRY(ports());
    state.tunnels = TRY(tunnels(where));
    state.devices = TRY(devices(where));
    state.addresses = TRY(addresses(where));
    state.routes = TRY(routes(where));
    for (const std::string name : {"all", "default"})
        state.reverse_path_filter[name] = TRY(filter_of(where, name));
    for (const std::string name : {arp_ignore, arp_announce})
        state.settings[name] = TRY(number_of(where, name));
    for (const auto& tunnel : state.tunnels)
        if (is_receiver_name(tunnel.name))
            state.reverse_path_filter[tunnel.name] = TRY(filter_of(where, tunnel.name));
    return state;
}

Result<std::vector<HostAddress>> host_addresses(const Namespace& where)
{
    const auto all = TRY(devices(where));
    std::vector<HostAddress> found;
    for (const auto& each : TRY(addresses(where))) {
        const auto at = std::ranges::find(all, each.device, &Device::name);
        found.push_back({each.address.address, at == all.end() ? 0 : at->mtu});
    }
    return found;
}

} // namespace gueway::worker
