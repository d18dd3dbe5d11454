// SPDX-License-Identifier: GPL-2.0-only
#include "topology/spec.h"

#include "util/address.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <net/if.h>

namespace gueway {

namespace {

// RFC 791 and RFC 8200: what every link must carry.
constexpr unsigned smallest_mtu_v4 = 68;
constexpr unsigned smallest_mtu_v6 = 1280;
constexpr unsigned largest_mtu = 65535;

Error wrong(const Spec& spec, const std::string& what, const std::string& why)
{
    return error("topology " + spec.name, "check " + what, why);
}

bool has_host(const Spec& spec, const std::string& name)
{
    return std::ranges::find(spec.hosts, name, &Host::name) != spec.hosts.end();
}

Result<void> check_hosts(const Spec& spec)
{
    std::set<std::string> names;
    for (const auto& host : spec.hosts) {
        const std::string what = "host " + host.name;
        if (host.name.empty() || host.name.find('/') != std::string::npos)
            return wrong(spec, what, "its name cannot name a namespace");
        if (!names.insert(host.name).second) return wrong(spec, what, "there are two of that name");
        for (const auto& address : host.addresses) TRY(parse_prefix(address));
        if (std::ranges::any_of(host.commands, &Argv::empty))
            return wrong(spec, what, "a command without words");
    }
    return {};
}

Result<void> check_devices(const Spec& spec)
{
    std::set<std::pair<std::string, std::string>> taken;
    for (const auto& segment : spec.segments) {
        const std::string what = "segment " + segment.name;
        if (segment.ends.size() < 2) return wrong(spec, what, "it has less than two ends");
        for (const auto& [host, device, addresses, features] : segment.ends) {
            if (!has_host(spec, host)) return wrong(spec, what, fmt::format("no host {}", host));
            if (device.empty() || device.size() >= IFNAMSIZ)
                return wrong(spec, what,
                             fmt::format("device name \"{}\" has not 1 to {} letters", device,
                                         IFNAMSIZ - 1));
            if (device == "lo" || !taken.insert({host, device}).second)
                return wrong(spec, what,
                             fmt::format("host {} has a device {} already", host, device));
        }
    }
    return {};
}

// One segment's addresses: one subnet per family, each address once, the family's smallest MTU.
Result<void> check_subnets(const Spec& spec, const Segment& segment)
{
    const std::string what = "segment " + segment.name;
    std::map<int, Prefix> subnets;
    std::set<std::string> taken;
    for (const auto& end : segment.ends) {
        for (const auto& text : end.addresses) {
            const auto prefix = TRY(parse_prefix(text));
            const auto [first, fresh] = subnets.try_emplace(prefix.address.family, prefix);
            const Prefix& subnet = first->second;
            if (subnet.length != prefix.length || !subnet.contains(prefix.address))
                return wrong(spec, what,
                             text + " of " + end.host + " is not in the subnet of " +
                                 subnet.text());
            if (!taken.insert(prefix.address.text()).second)
                return wrong(spec, what, "two ends have " + prefix.address.text());
        }
    }
    const unsigned least = subnets.contains(AF_INET6) ? smallest_mtu_v6 : smallest_mtu_v4;
    if (segment.mtu >= least && segment.mtu <= largest_mtu) return {};
    return wrong(spec, what,
                 "MTU " + std::to_string(segment.mtu) + " is not within " + std::to_string(least) +
                     ".." + std::to_string(largest_mtu));
}

// `address` must be another end's on a segment of `host`.
Result<void> check_reachable(const Spec& spec, const std::string& host, const std::string& address)
{
    const auto [segment, own] = TRY(junction(spec, host, address));
    const auto wanted = TRY(parse_address(address));
    for (const auto& end : segment->ends)
        for (const auto& text : end.addresses)
            if (&end != own && TRY(parse_prefix(text)).address == wanted) return {};
    return wrong(spec, "host " + host, "nobody has " + address + " on segment " + segment->name);
}

Result<void> check_routes(const Spec& spec, const Host& host)
{
    for (const auto& route : host.routes) {
        const auto to = TRY(parse_prefix(route.to));
        const auto via = TRY(parse_address(route.via));
        if (to.address.family != via.family)
            return wrong(spec, "host " + host.name,
                         route.to + " via " + route.via + ": not of one family");
        TRY(check_reachable(spec, host.name, route.via));
    }
    return {};
}

} // namespace

std::string_view name(Cable cable)
{
    return cable == Cable::mlx5ish ? "mlx5ish" : "veth";
}

Result<Junction> junction(const Spec& spec, const std::string& host, const std::string& address)
{
    const auto wanted = TRY(parse_address(address));
    for (const auto& segment : spec.segments)
        for (const auto& end : segment.ends)
            for (const auto& text : end.addresses)
                if (end.host == host && TRY(parse_prefix(text)).contains(wanted))
                    return Junction{&segment, &end};
    return wrong(spec, "host " + host, address + " is on none of its segments");
}

Result<void> check(const Spec& spec)
{
    TRY(check_hosts(spec));
    TRY(check_devices(spec));
    for (const auto& segment : spec.segments) TRY(check_subnets(spec, segment));
    for (const auto& host : spec.hosts) TRY(check_routes(spec, host));
    for (const auto& [host, address] : spec.neighbours) TRY(check_reachable(spec, host, address));
    return {};
}

} // namespace gueway
