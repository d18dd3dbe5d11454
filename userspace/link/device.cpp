// SPDX-License-Identifier: GPL-2.0-only
#include "link/device.h"

#include "link/objects.h"

#include <cerrno>
#include <functional>
#include <span>

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <netlink/route/link.h>
#include <netlink/route/link/vlan.h>

namespace gueway {

namespace {

std::string object(const Namespace& where, const std::string& name)
{
    return where.rtnl().object("device " + name);
}

Device describe(rtnl_link* link)
{
    const auto count = [&](rtnl_link_stat_id_t id) { return rtnl_link_get_stat(link, id); };
    const auto oper = rtnl_link_get_operstate(link);
    const unsigned flags = rtnl_link_get_flags(link);
    nl_addr* mac = rtnl_link_get_addr(link);
    const char* kind = rtnl_link_get_type(link);
    int32_t elsewhere = 0;
    return {
        .index = rtnl_link_get_ifindex(link),
        .name = rtnl_link_get_name(link),
        .kind = kind ? kind : "",
        .type = rtnl_link_get_arptype(link),
        .mtu = rtnl_link_get_mtu(link),
        .mac = mac && nl_addr_get_len(mac) > 0 ? text(mac) : std::string{},
        .master = rtnl_link_get_master(link),
        .link = rtnl_link_get_link(link),
        .link_elsewhere = rtnl_link_get_link_netnsid(link, &elsewhere) == 0,
        .tag_inside = rtnl_link_is_vlan(link) &&
                      (rtnl_link_vlan_get_flags(link) & VLAN_FLAG_REORDER_HDR) == 0,
        .up = (flags & IFF_UP) != 0,
        .carrier = (flags & IFF_LOWER_UP) != 0 && (oper == IF_OPER_UP || oper == IF_OPER_UNKNOWN),
        .counters = {count(RTNL_LINK_RX_PACKETS), count(RTNL_LINK_RX_BYTES),
                     count(RTNL_LINK_RX_ERRORS), count(RTNL_LINK_RX_DROPPED),
                     count(RTNL_LINK_TX_PACKETS), count(RTNL_LINK_TX_BYTES),
                     count(RTNL_LINK_TX_ERRORS), count(RTNL_LINK_TX_DROPPED)},
    };
}

Result<LinkObject> find(const Namespace& where, const std::string& name)
{
    rtnl_link* link = nullptr;
    const int failed = rtnl_link_get_kernel(where.rtnl().socket(), 0, name.c_str(), &link);
    if (failed == 0) return LinkObject(link);
    auto wrong = netlink_error(failed, object(where, name), "look up");
    if (wrong.code == ENOENT) wrong.code = ENODEV; // libnl's "object not found"
    return wrong;
}

// Applies what `edit` sets on an empty link object to the device.
Result<void> change(const Namespace& where, const std::string& name, const std::string& operation,
                    const std::function<void(rtnl_link*)>& edit)
{
    const auto present = TRY(find(where, name));
    const LinkObject wanted(rtnl_link_alloc());
    edit(wanted.get());
    nl_msg* message = nullptr;
    const int failed = rtnl_link_build_change_request(present.get(), wanted.get(), 0, &message);
    if (failed < 0) return netlink_error(failed, object(where, name), operation);
    return where.rtnl().talk(message, object(where, name), operation);
}

Result<void> add(const Namespace& where, rtnl_link* link, const std::string& operation)
{
    const std::string who = object(where, rtnl_link_get_name(link));
    nl_msg* message = nullptr;
    const int failed = rtnl_link_build_add_request(link, NLM_F_CREATE | NLM_F_EXCL, &message);
    if (failed < 0) return netlink_error(failed, who, operation);
    return where.rtnl().talk(message, who, operation);
}

struct WireEnd {
    std::string name;
    uint32_t mtu = 0;
    uint32_t place = 0; // file descriptor of a namespace
};
constexpr netlink::Field<WireEnd> end_table[] = {
    {IFLA_IFNAME, "IFNAME", netlink::Wire::text, &WireEnd::name},
    {IFLA_MTU, "MTU", netlink::Wire::u32, &WireEnd::mtu},
    {IFLA_NET_NS_FD, "NET_NS_FD", netlink::Wire::u32, &WireEnd::place},
};

WireEnd wire_end(const VethEnd& end, unsigned mtu)
{
    return {end.name, mtu, static_cast<uint32_t>(end.where.fd())};
}

// As drivers/net/veth.c reads it: the peer is a link of its own inside the attribute.
Result<void> add_pair(const std::string& kind, const VethEnd& one, const VethEnd& other,
                      unsigned mtu)
{
    const ifinfomsg any{};
    const std::span<const uint8_t> header(reinterpret_cast<const uint8_t*>(&any), sizeof any);
    netlink::Message message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, header);
    netlink::put<end_table>(message, wire_end(one, mtu), ~netlink::bit(IFLA_NET_NS_FD));
    message.begin(IFLA_LINKINFO);
    message.put(IFLA_INFO_KIND, kind.c_str(), kind.size() + 1);
    message.begin(IFLA_INFO_DATA);
    message.begin(VETH_INFO_PEER, header);
    netlink::put<end_table>(message, wire_end(other, mtu));
    message.end();
    message.end();
    message.end();
    return one.where.rtnl().talk(message, object(one.where, one.name),
                                 "add as " + kind + " to " + other.name + " in " +
                                     other.where.name());
}

} // namespace

Result<void> add_veth(const VethEnd& one, const VethEnd& other, unsigned mtu)
{
    return add_pair("veth", one, other, mtu);
}

Result<void> add_mlx5ish(const VethEnd& one, const VethEnd& other, unsigned mtu)
{
    auto made = add_pair(mlx5ish_kind, one, other, mtu);
    if (!made && made.error().code == EOPNOTSUPP)
        made.error().remedy = "the kernel needs our module: insmod gueway_mlx5ish.ko, built of "
                              "kernel/mlx5ish";
    return made;
}

Result<void> add_device(const Namespace& where, const std::string& name, const std::string& kind)
{
    const LinkObject link(rtnl_link_alloc());
    rtnl_link_set_name(link.get(), name.c_str());
    if (const int failed = rtnl_link_set_type(link.get(), kind.c_str()); failed < 0)
        return netlink_error(failed, object(where, name), "add as " + kind);
    return add(where, link.get(), "add as " + kind);
}

Result<void> set_up(const Namespace& where, const std::string& name)
{
    return change(where, name, "set up",
                  [](rtnl_link* link) { rtnl_link_set_flags(link, IFF_UP); });
}

Result<void> set_down(const Namespace& where, const std::string& name)
{
    return change(where, name, "set down",
                  [](rtnl_link* link) { rtnl_link_unset_flags(link, IFF_UP); });
}

Result<void> set_mtu(const Namespace& where, const std::string& name, unsigned mtu)
{
    return change(where, name, "set MTU " + std::to_string(mtu),
                  [&](rtnl_link* link) { rtnl_link_set_mtu(link, mtu); });
}

Result<void> set_mac(const Namespace& where, const std::string& name, const std::string& mac)
{
    nl_addr* parsed = nullptr;
    const std::string operation = "set MAC " + mac;
    if (const int failed = nl_addr_parse(mac.c_str(), AF_LLC, &parsed); failed < 0)
        return netlink_error(failed, object(where, name), operation);
    const NetlinkAddress address(parsed);
    return change(where, name, operation,
                  [&](rtnl_link* link) { rtnl_link_set_addr(link, address.get()); });
}

Result<void> set_master(const Namespace& where, const std::string& name, const std::string& bridge)
{
    const auto master = TRY(device(where, bridge));
    return change(where, name, "make it a port of " + bridge,
                  [&](rtnl_link* link) { rtnl_link_set_master(link, master.index); });
}

Result<void> remove_device(const Namespace& where, const std::string& name)
{
    const auto present = TRY(find(where, name));
    nl_msg* message = nullptr;
    const int failed = rtnl_link_build_delete_request(present.get(), &message);
    if (failed < 0) return netlink_error(failed, object(where, name), "delete");
    return where.rtnl().talk(message, object(where, name), "delete");
}

Result<Device> device(const Namespace& where, const std::string& name)
{
    return describe(TRY(find(where, name)).get());
}

Result<std::vector<Device>> devices(const Namespace& where)
{
    nl_cache* all = nullptr;
    const int failed = rtnl_link_alloc_cache(where.rtnl().socket(), AF_UNSPEC, &all);
    if (failed < 0) return netlink_error(failed, where.name(), "list devices");
    const Cache owner(all);
    std::vector<Device> found;
    for_each<rtnl_link>(all, [&](rtnl_link* link) { found.push_back(describe(link)); });
    return found;
}

} // namespace gueway
