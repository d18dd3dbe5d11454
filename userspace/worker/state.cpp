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

const Device* find(const std::vector<Device>& devices, const std::string& name)
{
    const auto at = std::ranges::find(devices, name, &Device::name);
    return at == devices.end() ? nullptr : &*at;
}

// The least MTU of the default routes of a family; 0 without one.
unsigned default_mtu(int family, const std::vector<Device>& devices,
                     const std::vector<RouteState>& routes)
{
    unsigned least = 0;
    for (const auto& route : routes) {
        const auto& entry = route.entry;
        if (entry.to.length != 0 || entry.to.address.family != family) continue;
        const auto* device = find(devices, entry.device);
        const unsigned mtu = entry.mtu ? entry.mtu : device ? device->mtu : 0;
        if (mtu && (least == 0 || mtu < least)) least = mtu;
    }
    return least;
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
    return find(devices, name);
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

std::vector<HostAddress> host_addresses(const std::vector<AddressState>& addresses,
                                        const std::vector<Device>& devices,
                                        const std::vector<RouteState>& routes)
{
    std::vector<HostAddress> found;
    for (const auto& each : addresses) {
        const auto& address = each.address.address;
        const auto* device = find(devices, each.device);
        if (device && device->name != "lo" && device->kind != "dummy")
            found.push_back({address, device->mtu});
        else
            found.push_back({address, default_mtu(address.family, devices, routes)});
    }
    return found;
}

Result<std::vector<HostAddress>> host_addresses(const Namespace& where)
{
    return host_addresses(TRY(addresses(where)), TRY(devices(where)), TRY(routes(where)));
}

} // namespace gueway::worker
