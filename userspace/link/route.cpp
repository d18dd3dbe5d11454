// SPDX-License-Identifier: GPL-2.0-only
#include "link/route.h"

#include "link/device.h"
#include "link/objects.h"

#include <linux/rtnetlink.h>
#include <netlink/route/nexthop.h>

namespace gueway {

namespace {

Result<rtnl_nexthop*> nexthop(const Namespace& where, const RouteEntry& route)
{
    int index = 0;
    if (!route.device.empty()) index = TRY(device(where, route.device)).index;
    rtnl_nexthop* hop = rtnl_route_nh_alloc();
    if (index != 0) rtnl_route_nh_set_ifindex(hop, index);
    if (route.via) rtnl_route_nh_set_gateway(hop, netlink_address(*route.via).get());
    return hop;
}

Result<RouteObject> build(const Namespace& where, const RouteEntry& route)
{
    auto* hop = TRY(nexthop(where, route));
    RouteObject object(rtnl_route_alloc());
    rtnl_route_set_family(object.get(), static_cast<uint8_t>(route.to.address.family));
    rtnl_route_set_dst(object.get(), netlink_address(route.to).get());
    rtnl_route_set_scope(object.get(), route.via ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK);
    if (route.source) rtnl_route_set_pref_src(object.get(), netlink_address(*route.source).get());
    if (route.mtu != 0) rtnl_route_set_metric(object.get(), RTAX_MTU, route.mtu);
    if (route.advmss != 0) rtnl_route_set_metric(object.get(), RTAX_ADVMSS, route.advmss);
    rtnl_route_add_nexthop(object.get(), hop); // the route owns it now
    return object;
}

std::string object(const Namespace& where, const Prefix& to)
{
    return where.rtnl().object("route to " + to.text());
}

Result<void> write_route(const Namespace& where, const RouteEntry& route, const char* verb,
                         int flags)
{
    const std::string operation = verb + (route.via ? " via " + route.via->text() : std::string{}) +
                                  (route.device.empty() ? std::string{} : " on " + route.device);
    const auto made = TRY(build(where, route));
    nl_msg* message = nullptr;
    const int failed = rtnl_route_build_add_request(made.get(), flags, &message);
    if (failed < 0) return netlink_error(failed, object(where, route.to), operation);
    return where.rtnl().talk(message, object(where, route.to), operation);
}

} // namespace

Result<void> add_route(const Namespace& where, const RouteEntry& route)
{
    return write_route(where, route, "add", NLM_F_CREATE | NLM_F_EXCL);
}

Result<void> replace_route(const Namespace& where, const RouteEntry& route)
{
    return write_route(where, route, "replace", NLM_F_CREATE | NLM_F_REPLACE);
}

Result<void> remove_route(const Namespace& where, const Prefix& to, const std::string& device_name)
{
    // Protocol, type and scope of the route are not asked for: any.
    const rtmsg fixed{.rtm_family = static_cast<uint8_t>(to.address.family),
                      .rtm_dst_len = static_cast<uint8_t>(to.length),
                      .rtm_table = RT_TABLE_MAIN,
                      .rtm_scope = RT_SCOPE_NOWHERE};
    netlink::Message message(RTM_DELROUTE, 0,
                             {reinterpret_cast<const uint8_t*>(&fixed), sizeof fixed});
    message.put(RTA_DST, to.address.bytes.data(), static_cast<size_t>(to.address.size()));
    if (!device_name.empty()) {
        const int index = TRY(device(where, device_name)).index;
        message.put(RTA_OIF, &index, sizeof index);
    }
    return where.rtnl().talk(message, object(where, to), "remove");
}

} // namespace gueway
