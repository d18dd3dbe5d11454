// SPDX-License-Identifier: GPL-2.0-only
#include "link/address.h"

#include "link/device.h"
#include "link/objects.h"

#include <algorithm>
#include <cstring>
#include <map>

#include <linux/if_addr.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace gueway {

Result<void> add_address(const Namespace& where, const std::string& name, const Prefix& address,
                         const AddressOptions& options)
{
    const std::string who = where.rtnl().object("device " + name);
    const std::string operation = "add address " + address.text();
    const auto target = TRY(device(where, name));
    const AddressObject object(rtnl_addr_alloc());
    rtnl_addr_set_ifindex(object.get(), target.index);
    rtnl_addr_set_local(object.get(), netlink_address(address).get());
    if (options.nodad && address.address.family == AF_INET6)
        rtnl_addr_set_flags(object.get(), IFA_F_NODAD);
    nl_msg* message = nullptr;
    const int failed =
        rtnl_addr_build_add_request(object.get(), NLM_F_CREATE | NLM_F_EXCL, &message);
    if (failed < 0) return netlink_error(failed, who, operation);
    return where.rtnl().talk(message, who, operation);
}

Result<void> remove_address(const Namespace& where, const std::string& name, const Prefix& address)
{
    const std::string who = where.rtnl().object("device " + name);
    const std::string operation = "remove address " + address.text();
    const auto target = TRY(device(where, name));
    const AddressObject object(rtnl_addr_alloc());
    rtnl_addr_set_ifindex(object.get(), target.index);
    rtnl_addr_set_local(object.get(), netlink_address(address).get());
    nl_msg* message = nullptr;
    const int failed = rtnl_addr_build_delete_request(object.get(), 0, &message);
    if (failed < 0) return netlink_error(failed, who, operation);
    return where.rtnl().talk(message, who, operation);
}

namespace {

AddressState describe(rtnl_addr* object, const std::map<int, std::string>& names)
{
    AddressState state;
    const auto name = names.find(rtnl_addr_get_ifindex(object));
    if (name != names.end()) state.device = name->second;
    nl_addr* local = rtnl_addr_get_local(object);
    state.address.address.family = nl_addr_get_family(local);
    state.address.length = rtnl_addr_get_prefixlen(object);
    const auto size = std::min<size_t>(nl_addr_get_len(local), state.address.address.bytes.size());
    std::memcpy(state.address.address.bytes.data(), nl_addr_get_binary_addr(local), size);
    const unsigned flags = rtnl_addr_get_flags(object);
    state.tentative = (flags & IFA_F_TENTATIVE) != 0;
    state.dad_failed = (flags & IFA_F_DADFAILED) != 0;
    return state;
}

} // namespace

Result<std::vector<AddressState>> addresses(const Namespace& where)
{
    std::map<int, std::string> names;
    for (const auto& each : TRY(devices(where))) names[each.index] = each.name;
    nl_cache* all = nullptr;
    if (const int failed = rtnl_addr_alloc_cache(where.rtnl().socket(), &all); failed < 0)
        return netlink_error(failed, where.name(), "list addresses");
    const Cache owner(all);
    std::vector<AddressState> found;
    for_each<rtnl_addr>(all, [&](rtnl_addr* each) {
        if (rtnl_addr_get_local(each)) found.push_back(describe(each, names));
    });
    return found;
}

Result<Address> source_address(const Namespace& where, const Address& to)
{
    constexpr uint16_t any_port = 9; // discard; connect(2) wants one
    const std::string who = where.rtnl().object("address to send from to " + to.text());
    const Fd socket = TRY(where.socket(to.family, SOCK_DGRAM));
    sockaddr_storage storage{};
    socklen_t length = socket_address(to, any_port, storage);
    auto* const address = reinterpret_cast<sockaddr*>(&storage);
    if (::connect(socket.get(), address, length) != 0)
        return errno_error(who, "look up", "give this host a route to it");
    length = sizeof storage;
    if (::getsockname(socket.get(), address, &length) != 0) return errno_error(who, "look up");

    Address found{.family = to.family};
    const auto* from = to.family == AF_INET6
                           ? reinterpret_cast<const void*>(
                                 &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr)
                           : &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
    std::memcpy(found.bytes.data(), from, static_cast<size_t>(found.size()));
    return found;
}

} // namespace gueway
