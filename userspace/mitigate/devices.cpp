// SPDX-License-Identifier: GPL-2.0-only
#include "mitigate/devices.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <net/if_arp.h>

namespace gueway::mitigate {

namespace {

constexpr const char* otherwise = "directorctl hotfix on";

// Their ports hand frames over before IP sees them, or after it has become another device's.
constexpr std::array<std::string_view, 4> kinds_with_ports = {"bridge", "bond", "team",
                                                              "openvswitch"};

const Device* find(const std::vector<Device>& all, int index)
{
    const auto found = std::ranges::find(all, index, &Device::index);
    return found == all.end() ? nullptr : &*found;
}

Error refuse(const Device& device, std::string why, std::string remedy)
{
    return error("device " + device.name, "take the Ethernet header off", std::move(why),
                 std::move(remedy));
}

bool is_link_local(const Prefix& prefix)
{
    const auto& bytes = prefix.address.bytes;
    return prefix.address.family == AF_INET6 && bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

// What the routes through one device say.
struct Ways {
    bool clients = false; // a gateway, or a subnet without workers
    bool workers = false; // a subnet with workers
};

bool of_family(const std::vector<Address>& vips, int family)
{
    return std::ranges::any_of(vips, [&](const Address& vip) { return vip.family == family; });
}

Ways ways_through(const std::string& device, const Surroundings& around,
                  const std::vector<Address>& vips)
{
    Ways ways;
    for (const auto& route : around.routes) {
        const auto& [to, via, through, source, mtu, advmss] = route.entry;
        if (through != device || is_link_local(to) || !of_family(vips, to.address.family)) continue;
        const bool worker = !via && std::ranges::any_of(around.workers, [&](const Address& each) {
            return to.contains(each);
        });
        (worker ? ways.workers : ways.clients) = true;
    }
    return ways;
}

} // namespace

std::optional<Error> refusal(const Device& device, const std::vector<Device>& all)
{
    if (device.type == ARPHRD_LOOPBACK)
        return refuse(device, "clients on the director itself come through no device's ingress",
                      otherwise);
    if (device.type != ARPHRD_ETHER)
        return refuse(device, "its packets have none: the bug spares them", "");
    const auto* master = find(all, device.master);
    if (!master || std::ranges::find(kinds_with_ports, master->kind) == kinds_with_ports.end())
        return {};
    return refuse(
        device,
        fmt::format("it is a port of {} {}, which needs the header", master->kind, master->name),
        fmt::format("--device {}, or {}", master->name, otherwise));
}

Choice choose(const Surroundings& around, const std::vector<Address>& vips)
{
    Choice choice;
    std::vector<std::string> behind_workers;
    for (const auto& device : around.devices) {
        const auto ways = ways_through(device.name, around, vips);
        if (device.type == ARPHRD_LOOPBACK || (!ways.clients && !ways.workers)) continue;
        if (const auto refused = refusal(device, around.devices))
            choice.left_out.push_back({device.name, refused->detail});
        else if (!ways.clients)
            behind_workers.push_back(device.name);
        else
            choice.devices.push_back(device.name);
    }
    if (choice.devices.empty())
        choice.devices = behind_workers;
    else
        for (const auto& each : behind_workers)
            choice.left_out.push_back({each, "only workers are behind it"});
    for (const auto& route : around.routes)
        if (route.hops > 1 && of_family(vips, route.entry.to.address.family))
            choice.notes.push_back(fmt::format("the route to {} has {} next hops, of which the "
                                               "first was looked at: --device names the others",
                                               route.entry.to.text(), route.hops));
    return choice;
}

} // namespace gueway::mitigate
