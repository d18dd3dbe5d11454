// SPDX-License-Identifier: GPL-2.0-only
#include "link/neighbour.h"

#include "link/device.h"
#include "link/objects.h"

#include <linux/neighbour.h>

namespace gueway {

namespace {

// The states in which the kernel sends without asking first (net/neighbour.h, NUD_VALID).
constexpr int known = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY;

struct Entry {
    NeighbourObject object;
    std::string who;
};

Result<Entry> entry(const Namespace& where, const std::string& name, const Address& address)
{
    Entry made{NeighbourObject(rtnl_neigh_alloc()),
               where.rtnl().object("neighbour " + address.text() + " on " + name)};
    const auto target = TRY(device(where, name));
    rtnl_neigh_set_ifindex(made.object.get(), target.index);
    rtnl_neigh_set_dst(made.object.get(), netlink_address(address).get());
    return made;
}

Result<void> put(const Namespace& where, const Entry& entry, const std::string& operation)
{
    nl_msg* message = nullptr;
    const int failed =
        rtnl_neigh_build_add_request(entry.object.get(), NLM_F_CREATE | NLM_F_REPLACE, &message);
    if (failed < 0) return netlink_error(failed, entry.who, operation);
    return where.rtnl().talk(message, entry.who, operation);
}

} // namespace

Result<void> add_neighbour(const Namespace& where, const std::string& device,
                           const Address& address, const std::string& mac)
{
    const auto made = TRY(entry(where, device, address));
    nl_addr* parsed = nullptr;
    if (const int failed = nl_addr_parse(mac.c_str(), AF_LLC, &parsed); failed < 0)
        return netlink_error(failed, made.who, "set MAC " + mac);
    rtnl_neigh_set_lladdr(made.object.get(), NetlinkAddress(parsed).get());
    rtnl_neigh_set_state(made.object.get(), NUD_PERMANENT);
    return put(where, made, "set MAC " + mac);
}

Result<void> resolve_neighbour(const Namespace& where, const std::string& device,
                               const Address& address)
{
    const auto made = TRY(entry(where, device, address));
    // "Use": as if a packet waited to be sent (net/core/neighbour.c, neigh_add).
    rtnl_neigh_set_flags(made.object.get(), NTF_USE);
    return put(where, made, "resolve");
}

Result<std::optional<std::string>> neighbour(const Namespace& where, const std::string& name,
                                             const Address& address)
{
    const auto target = TRY(device(where, name));
    nl_cache* all = nullptr;
    if (const int failed = rtnl_neigh_alloc_cache(where.rtnl().socket(), &all); failed < 0)
        return netlink_error(failed, where.name(), "list neighbours");
    const Cache owner(all);
    const NeighbourObject found(rtnl_neigh_get(all, target.index, netlink_address(address).get()));
    if (!found || (rtnl_neigh_get_state(found.get()) & known) == 0) return std::nullopt;
    nl_addr* mac = rtnl_neigh_get_lladdr(found.get());
    return mac ? std::optional(text(mac)) : std::nullopt;
}

} // namespace gueway
