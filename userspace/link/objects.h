// SPDX-License-Identifier: GPL-2.0-only
// Owners for libnl's reference-counted objects. Only the .cpp files of this noun include it: the
// public headers show no libnl.
#pragma once

#include "util/address.h"

#include <memory>
#include <string>

#include <netlink/addr.h>
#include <netlink/cache.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/route.h>

namespace gueway {

template <auto put>
struct Put {
    template <class T>
    void operator()(T* object) const
    {
        put(object);
    }
};

// Each drops the one reference it was given.
using LinkObject = std::unique_ptr<rtnl_link, Put<rtnl_link_put>>;
using AddressObject = std::unique_ptr<rtnl_addr, Put<rtnl_addr_put>>;
using RouteObject = std::unique_ptr<rtnl_route, Put<rtnl_route_put>>;
using NeighbourObject = std::unique_ptr<rtnl_neigh, Put<rtnl_neigh_put>>;
using NetlinkAddress = std::unique_ptr<nl_addr, Put<nl_addr_put>>;
using Cache = std::unique_ptr<nl_cache, Put<nl_cache_free>>;

// Every object of a dump; T is the type its cache holds.
template <class T, class F>
void for_each(nl_cache* cache, F&& f)
{
    for (nl_object* at = nl_cache_get_first(cache); at; at = nl_cache_get_next(at))
        f(reinterpret_cast<T*>(at));
}

inline std::string text(nl_addr* address)
{
    char room[64];
    return nl_addr2str(address, room, sizeof room);
}

inline NetlinkAddress netlink_address(const Prefix& prefix)
{
    const Address& address = prefix.address;
    NetlinkAddress made(
        nl_addr_build(address.family, address.bytes.data(), static_cast<size_t>(address.size())));
    nl_addr_set_prefixlen(made.get(), prefix.length);
    return made;
}

inline NetlinkAddress netlink_address(const Address& address)
{
    return netlink_address(Prefix{address, address.bits()});
}

} // namespace gueway
