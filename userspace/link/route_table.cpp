// SPDX-License-Identifier: GPL-2.0-only
// Routes as the kernel lists them, and a change of one that leaves the rest as it came: the message
// of the dump goes back with another metric, whatever attributes it has.
#include "link/device.h"
#include "link/route.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>

#include <linux/rtnetlink.h>

namespace gueway {

namespace {

using netlink::Bytes;
using netlink::Field;
using netlink::Message;
using netlink::Wire;

struct WireRoute {
    uint32_t table = 0, device = 0, priority = 0;
};
constexpr Field<WireRoute> route_fields[] = {
    {RTA_TABLE, "TABLE", Wire::u32, &WireRoute::table},
    {RTA_OIF, "OIF", Wire::u32, &WireRoute::device},
    {RTA_PRIORITY, "PRIORITY", Wire::u32, &WireRoute::priority},
};

struct WireMetrics {
    uint32_t mtu = 0, advmss = 0;
};
constexpr Field<WireMetrics> metric_fields[] = {
    {RTAX_MTU, "MTU", Wire::u32, &WireMetrics::mtu},
    {RTAX_ADVMSS, "ADVMSS", Wire::u32, &WireMetrics::advmss},
};

using Names = std::map<int, std::string>;

std::string name_of(const Names& names, uint32_t index)
{
    const auto found = names.find(static_cast<int>(index));
    return found == names.end() ? std::string{} : found->second;
}

std::optional<Address> address(Bytes attributes, uint16_t id, int family)
{
    const auto payload = netlink::find(attributes, id);
    Address found{.family = family};
    if (!payload || payload->size() != static_cast<size_t>(found.size())) return {};
    std::ranges::copy(*payload, found.bytes.begin());
    return found;
}

// A gateway of the other family is struct rtvia.
std::optional<Address> gateway(Bytes attributes, int family)
{
    if (auto same = address(attributes, RTA_GATEWAY, family)) return same;
    const auto other = netlink::find(attributes, RTA_VIA);
    rtvia head{};
    if (!other || other->size() < sizeof head) return {};
    std::memcpy(&head, other->data(), sizeof head);
    const auto bytes = other->subspan(sizeof head);
    Address found{.family = head.rtvia_family};
    if (bytes.size() != static_cast<size_t>(found.size())) return {};
    std::ranges::copy(bytes, found.bytes.begin());
    return found;
}

// What a multipath route has in place of a gateway: struct rtnexthop, each with attributes.
void read_hops(Bytes hops, int family, const Names& names, RouteState& route)
{
    for (route.hops = 0; hops.size() >= sizeof(rtnexthop); ++route.hops) {
        rtnexthop hop;
        std::memcpy(&hop, hops.data(), sizeof hop);
        if (hop.rtnh_len < sizeof hop || hop.rtnh_len > hops.size()) return;
        RouteHop found{name_of(names, static_cast<uint32_t>(hop.rtnh_ifindex)),
                       gateway(hops.subspan(sizeof hop, hop.rtnh_len - sizeof hop), family)};
        if (route.hops == 0) {
            route.entry.device = std::move(found.device);
            route.entry.via = found.via;
        } else {
            route.further.push_back(std::move(found));
        }
        hops = hops.subspan(std::min<size_t>(RTNH_ALIGN(hop.rtnh_len), hops.size()));
    }
}

struct Listed {
    rtmsg fixed{};
    Bytes attributes;
};

std::optional<Listed> listed(Bytes message)
{
    Listed route;
    if (message.size() < sizeof route.fixed) return {};
    std::memcpy(&route.fixed, message.data(), sizeof route.fixed);
    route.attributes = message.subspan(sizeof route.fixed);
    // A cached route is what the kernel learnt about one destination.
    const bool ours =
        route.fixed.rtm_type == RTN_UNICAST && !(route.fixed.rtm_flags & RTM_F_CLONED);
    return ours ? std::optional(route) : std::nullopt;
}

// Nothing for a route of another table.
Result<std::optional<RouteState>> parse_route(const Listed& from, const Names& names)
{
    WireRoute wire{.table = from.fixed.rtm_table};
    TRY(netlink::parse<WireRoute>(from.attributes, route_fields, wire));
    if (wire.table != RT_TABLE_MAIN) return std::nullopt;

    const int family = from.fixed.rtm_family;
    RouteState route{
        .metric = wire.priority, .tos = from.fixed.rtm_tos, .protocol = from.fixed.rtm_protocol};
    route.entry.to = {address(from.attributes, RTA_DST, family).value_or(Address{family, {}}),
                      from.fixed.rtm_dst_len};
    route.entry.via = gateway(from.attributes, family);
    route.entry.device = name_of(names, wire.device);
    route.entry.source = address(from.attributes, RTA_PREFSRC, family);
    if (const auto metrics = netlink::find(from.attributes, RTA_METRICS)) {
        WireMetrics values;
        TRY(netlink::parse<WireMetrics>(*metrics, metric_fields, values));
        route.entry.mtu = values.mtu;
        route.entry.advmss = values.advmss;
    }
    if (const auto hops = netlink::find(from.attributes, RTA_MULTIPATH))
        read_hops(*hops, family, names, route);
    return route;
}

// Calls each(const RouteState&, const Listed&) for the routes of one family.
template <class F>
Result<void> for_each_route(const Namespace& where, int family, const Names& names, F&& each)
{
    const rtmsg fixed{.rtm_family = static_cast<uint8_t>(family)};
    const Message request(RTM_GETROUTE, 0,
                          {reinterpret_cast<const uint8_t*>(&fixed), sizeof fixed});
    return where.rtnl().dump(request, where.name(), "list routes",
                             [&](Bytes message) -> Result<void> {
                                 const auto found = listed(message);
                                 if (!found) return {};
                                 if (const auto route = TRY(parse_route(*found, names)))
                                     each(*route, *found);
                                 return {};
                             });
}

Result<Names> device_names(const Namespace& where)
{
    Names names;
    for (const auto& each : TRY(devices(where))) names[each.index] = each.name;
    return names;
}

bool same_route(const RouteState& a, const RouteState& b)
{
    return a.entry.to == b.entry.to && a.metric == b.metric && a.tos == b.tos &&
           a.entry.via == b.entry.via && a.entry.device == b.entry.device;
}

// The kernel lists what a link is like just now beside what was asked for, and refuses that when it
// comes back (net/ipv4/fib_semantics.c, fib_create_info).
constexpr unsigned asked_flags = RTNH_F_PERVASIVE | RTNH_F_ONLINK;

std::vector<uint8_t> without_link_state(Bytes hops)
{
    std::vector<uint8_t> cleaned(hops.begin(), hops.end());
    for (size_t at = 0; at + sizeof(rtnexthop) <= cleaned.size();) {
        rtnexthop hop;
        std::memcpy(&hop, cleaned.data() + at, sizeof hop);
        if (hop.rtnh_len < sizeof hop) break;
        hop.rtnh_flags &= asked_flags;
        std::memcpy(cleaned.data() + at, &hop, sizeof hop);
        at += RTNH_ALIGN(hop.rtnh_len);
    }
    return cleaned;
}

// A route by a nexthop object is listed with that object's gateways too, and may only be asked for
// by the object.
bool of_nexthop_object(uint16_t id)
{
    return id == RTA_OIF || id == RTA_GATEWAY || id == RTA_VIA || id == RTA_MULTIPATH ||
           id == RTA_ENCAP || id == RTA_ENCAP_TYPE;
}

Result<void> put_metrics(Message& message, Bytes old, uint32_t advmss)
{
    message.begin(RTA_METRICS);
    TRY(netlink::for_each_attribute(old, [&](uint16_t id, Bytes payload) -> Result<void> {
        if (id != RTAX_ADVMSS) message.put(id, payload.data(), payload.size());
        return {};
    }));
    message.put(RTAX_ADVMSS, &advmss, sizeof advmss);
    message.end();
    return {};
}

Result<Message> with_advmss(const Listed& route, uint32_t advmss)
{
    rtmsg fixed = route.fixed;
    fixed.rtm_flags &= asked_flags;
    Message message(RTM_NEWROUTE, NLM_F_REPLACE,
                    {reinterpret_cast<const uint8_t*>(&fixed), sizeof fixed});
    const bool object = netlink::find(route.attributes, RTA_NH_ID).has_value();
    TRY(netlink::for_each_attribute(
        route.attributes, [&](uint16_t id, Bytes payload) -> Result<void> {
            if (id == RTA_METRICS || id == RTA_CACHEINFO || (object && of_nexthop_object(id)))
                return {};
            const auto cleaned =
                id == RTA_MULTIPATH ? without_link_state(payload) : std::vector<uint8_t>{};
            if (id == RTA_MULTIPATH) payload = cleaned;
            message.put(id, payload.data(), payload.size());
            return {};
        }));
    TRY(put_metrics(message, netlink::find(route.attributes, RTA_METRICS).value_or(Bytes{}),
                    advmss));
    return message;
}

} // namespace

bool RouteState::advertised() const
{
    return protocol == RTPROT_RA;
}

Result<std::vector<RouteState>> routes(const Namespace& where)
{
    const auto names = TRY(device_names(where));
    return read_whole([&]() -> Result<std::vector<RouteState>> {
        std::vector<RouteState> found;
        for (const int family : {AF_INET, AF_INET6})
            TRY(for_each_route(where, family, names, [&](const RouteState& route, const Listed&) {
                found.push_back(route);
            }));
        return found;
    });
}

Result<void> set_advmss(const Namespace& where, const RouteState& route, unsigned advmss)
{
    const std::string who = where.rtnl().object("route to " + route.entry.to.text());
    const std::string operation = "set advertised MSS " + std::to_string(advmss);
    if (route.advertised())
        return Error{who, operation, EOPNOTSUPP, "a router advertised it: the kernel renews it",
                     "a route of your own, or an MSS rule of nftables"};

    const auto names = TRY(device_names(where));
    const auto message = TRY(read_whole([&]() -> Result<std::optional<Message>> {
        std::optional<Message> made;
        Result<void> copied;
        TRY(for_each_route(where, route.entry.to.address.family, names,
                           [&](const RouteState& each, const Listed& from) {
                               if (made || !same_route(each, route)) return;
                               auto changed = with_advmss(from, advmss);
                               if (changed)
                                   made = *changed;
                               else
                                   copied = changed.error();
                           }));
        if (!copied) return copied.error();
        return made;
    }));
    if (!message) return Error{who, operation, ESRCH, "there is no such route any more", {}};
    return where.rtnl().talk(*message, who, operation);
}

} // namespace gueway
