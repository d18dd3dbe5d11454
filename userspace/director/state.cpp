// SPDX-License-Identifier: GPL-2.0-only
#include "director/state.h"

#include "director/wanted.h"
#include "link/address.h"
#include "link/device.h"
#include "link/sysctl.h"
#include "util/module.h"

#include <cerrno>
#include <set>

namespace gueway {

namespace {

Result<std::vector<std::string>> read_sysctls(const Namespace& where, const Config& config)
{
    std::vector<std::string> values;
    for (const auto& wanted : config.sysctls) {
        auto value = sysctl(where, wanted.name);
        if (!value && value.error().code == ENOENT)
            value.error().remedy = "this kernel's IPVS has no such setting: leave it out of " +
                                   config.source + " (line " + std::to_string(wanted.mark.line) +
                                   ")";
        if (!value) return value.error();
        values.push_back(*std::move(value));
    }
    return values;
}

Result<std::optional<VipDevice>> read_vip_device(const Namespace& where, const std::string& name)
{
    if (name.empty()) return std::optional<VipDevice>();
    const auto found = device(where, name);
    if (!found && found.error().code == ENODEV) return std::optional<VipDevice>();
    if (!found) return found.error();
    VipDevice vips{.up = found->up, .addresses = {}};
    for (const auto& address : TRY(addresses(where)))
        if (address.device == name) vips.addresses.push_back(address.address);
    return std::optional(vips);
}

Result<std::vector<std::string>> missing_modules(const Config& config)
{
    std::set<std::string> needed;
    for (const auto& name : fou_interface_modules(TRY(wanted_fou_interfaces(config))))
        needed.insert(name);
    for (const auto& each : config.services)
        needed.insert(scheduler_module(each.service.scheduler));
    needed.erase("");
    std::vector<std::string> missing;
    for (const auto& name : needed)
        if (!TRY(module_present(name))) missing.push_back(name);
    return missing;
}

} // namespace

Result<State> read_state(const Namespace& where, ipvs::Client& client, const Config& config)
{
    State state;
    state.services = TRY(client.snapshot());
    state.sysctls = TRY(read_sysctls(where, config));
    state.vip_device = TRY(read_vip_device(where, config.vip_device));
    state.fou_interfaces = TRY(present_fou_interfaces(where));
    state.missing_modules = TRY(missing_modules(config));
    return state;
}

} // namespace gueway
