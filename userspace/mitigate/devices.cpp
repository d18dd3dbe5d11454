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

// Devices that look at the Ethernet header of what arrives at the one below, behind its filters:
// drivers/net/macvlan.c, macvlan_handle_frame(); ipvlan_core.c, ipvlan_handle_frame().
constexpr std::array<std::string_view, 4> kinds_above = {"macvlan", "macvtap", "ipvlan", "ipvtap"};

template <size_t n>
bool is_one_of(const std::array<std::string_view, n>& kinds, const Device& device)
{
    return std::ranges::find(kinds, device.kind) != kinds.end();
}

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

// A device that clients can come through, with packets that the bug strikes, and where the header
// cannot be taken off.
std::optional<Error> cannot_help(const Device& device, const std::vector<Device>& all)
{
    if (device.tag_inside)
        return refuse(
            device,
            "the VLAN's tag stays in its packets (reorder_hdr off): without the Ethernet "
            "header they have a part of it left, and the bug strikes as before",
            fmt::format("ip link set {} type vlan reorder_hdr on, or {}", device.name, otherwise));
    const auto above = std::ranges::find_if(all, [&](const Device& each) {
        return each.link == device.index && !each.link_elsewhere && is_one_of(kinds_above, each);
    });
    if (above == all.end()) return {};
    return refuse(
        device,
        fmt::format("{} {} is on top of it, whose packets would be lost without the header",
                    above->kind, above->name),
        fmt::format("--device {} for clients that come through that one; for the others, {}",
                    above->name, otherwise));
}

// What the routes through one device say.
struct Ways {
    bool clients = false; // a gateway, a subnet without workers, or all the world
    bool workers = false; // a subnet with workers
};

bool of_family(const std::vector<Address>& vips, int family)
{
    return std::ranges::any_of(vips, [&](const Address& vip) { return vip.family == family; });
}

std::vector<RouteHop> hops_of(const RouteState& route)
{
    std::vector<RouteHop> hops = {{route.entry.device, route.entry.via}};
    hops.insert(hops.end(), route.further.begin(), route.further.end());
    return hops;
}

Ways ways_through(const std::string& device, const Surroundings& around,
                  const std::vector<Address>& vips)
{
    Ways ways;
    for (const auto& route : around.routes) {
        const auto& to = route.entry.to;
        if (is_link_local(to) || !of_family(vips, to.address.family)) continue;
        const bool worker =
            to.length > 0 && std::ranges::any_of(around.workers, [&](const Address& each) {
                return to.contains(each);
            });
        for (const auto& [through, via] : hops_of(route))
            if (through == device) (worker && !via ? ways.workers : ways.clients) = true;
    }
    return ways;
}

bool tells_devices(const RouteState& route)
{
    return std::ranges::none_of(hops_of(route),
                                [](const RouteHop& hop) { return hop.device.empty(); });
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
    if (!master || !is_one_of(kinds_with_ports, *master)) return cannot_help(device, all);
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
        if (const auto refused = refusal(device, around.devices)) {
            choice.left_out.push_back({device.name, refused->detail});
            if (ways.clients && cannot_help(device, around.devices))
                choice.missed.push_back(refused->text());
        } else {
            (ways.clients ? choice.devices : behind_workers).push_back(device.name);
        }
    }
    if (choice.devices.empty())
        choice.devices = behind_workers;
    else
        for (const auto& each : behind_workers)
            choice.left_out.push_back({each, "only workers are behind it"});
    for (const auto& route : around.routes)
        if (of_family(vips, route.entry.to.address.family) && !tells_devices(route))
            choice.missed.push_back(fmt::format("the kernel does not tell the device of the route "
                                                "to {}: --device names it",
                                                route.entry.to.text()));
    return choice;
}

} // namespace gueway::mitigate
