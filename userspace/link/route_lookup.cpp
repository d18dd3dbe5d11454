// SPDX-License-Identifier: GPL-2.0-only
#include "link/route_lookup.h"

#include "netlink/attributes.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

namespace gueway {

namespace {

using netlink::Bytes;
using netlink::Message;

struct Wanted {
    std::string who;
    const Namespace* where;
    Address to;
};

Error refused(const Wanted& wanted, int code)
{
    return {wanted.who, "look up", code, {}, "give this host a route to it"};
}

template <class T>
std::optional<T> number(Bytes attributes, uint16_t id)
{
    const auto payload = netlink::find(attributes, id);
    T value;
    if (!payload || payload->size() != sizeof value) return {};
    std::memcpy(&value, payload->data(), sizeof value);
    return value;
}

Result<std::string> device_name(const Wanted& wanted, uint32_t index)
{
    return wanted.where->in([&]() -> Result<std::string> {
        std::array<char, IF_NAMESIZE> name{};
        if (!::if_indextoname(index, name.data())) return errno_error(wanted.who, "name device");
        return std::string(name.data());
    });
}

Result<RouteFound> parse(const Wanted& wanted, Bytes payload)
{
    rtmsg fixed{};
    if (payload.size() < sizeof fixed) return refused(wanted, EBADMSG);
    std::memcpy(&fixed, payload.data(), sizeof fixed);
    const auto attributes = payload.subspan(NLMSG_ALIGN(sizeof fixed));
    RouteFound found{.local = fixed.rtm_type == RTN_LOCAL};
    if (const auto device = number<uint32_t>(attributes, RTA_OIF))
        found.device = TRY(device_name(wanted, *device));
    const auto via = netlink::find(attributes, RTA_GATEWAY);
    if (via && via->size() == static_cast<size_t>(wanted.to.size())) {
        found.via = Address{.family = wanted.to.family};
        std::memcpy(found.via->bytes.data(), via->data(), via->size());
    }
    if (const auto metrics = netlink::find(attributes, RTA_METRICS))
        found.mtu = number<uint32_t>(*metrics, RTAX_MTU).value_or(0);
    return found;
}

Message request(const Address& to)
{
    const rtmsg fixed{.rtm_family = static_cast<unsigned char>(to.family),
                      .rtm_dst_len = static_cast<unsigned char>(to.bits())};
    Message message(RTM_GETROUTE, NLM_F_REQUEST,
                    {reinterpret_cast<const uint8_t*>(&fixed), sizeof fixed});
    message.put(RTA_DST, to.bytes.data(), static_cast<size_t>(to.size()));
    return message;
}

} // namespace

Result<RouteFound> find_route(const Namespace& where, const Address& to)
{
    const Wanted wanted{where.rtnl().object("route to " + to.text()), &where, to};
    const Fd socket = TRY(where.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
    const auto message = request(to);
    if (::send(socket.get(), message.bytes().data(), message.bytes().size(), 0) < 0)
        return errno_error(wanted.who, "look up");
    constexpr size_t most = 4096; // one route
    alignas(nlmsghdr) std::array<uint8_t, most> answer;
    const ssize_t received = ::recv(socket.get(), answer.data(), answer.size(), 0);
    if (received < 0) return errno_error(wanted.who, "look up");
    nlmsghdr head{};
    if (static_cast<size_t>(received) < sizeof head) return refused(wanted, EBADMSG);
    std::memcpy(&head, answer.data(), sizeof head);
    const Bytes payload = Bytes(answer).subspan(NLMSG_HDRLEN, size_t(received) - NLMSG_HDRLEN);
    if (head.nlmsg_type != NLMSG_ERROR) return parse(wanted, payload);
    int code = 0;
    if (payload.size() < sizeof code) return refused(wanted, EBADMSG);
    std::memcpy(&code, payload.data(), sizeof code);
    return refused(wanted, -code);
}

} // namespace gueway
