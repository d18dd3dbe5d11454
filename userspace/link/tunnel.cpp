// SPDX-License-Identifier: GPL-2.0-only
#include "link/tunnel.h"

#include "link/device.h"
#include "util/text.h"

#include <array>
#include <cerrno>
#include <span>

#include <fmt/format.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>

namespace gueway {

namespace {

std::string object(const Namespace& where, const std::string& name)
{
    return where.rtnl().object("device " + name);
}

Result<netlink::Message> request(const Namespace& where, uint16_t flags, const TunnelDevice& tunnel)
{
    uint32_t link = 0;
    if (!tunnel.link.empty()) link = static_cast<uint32_t>(TRY(device(where, tunnel.link)).index);
    ifinfomsg fixed{};
    if (tunnel.up) fixed.ifi_flags = fixed.ifi_change = IFF_UP;
    netlink::Message message(RTM_NEWLINK, flags,
                             {reinterpret_cast<const uint8_t*>(&fixed), sizeof fixed});
    put_tunnel(message, {tunnel, link});
    return message;
}

Result<void> possible(const TunnelDevice& tunnel, const std::string& who,
                      const std::string& operation)
{
    // The kernel would make a sit device without it, and say nothing (net/ipv6/sit.c).
    if (tunnel.external && tunnel.kind == TunnelKind::sit)
        return Error{who, operation, EOPNOTSUPP, "sit has no external mode", "an ip6tnl or ipip"};
    if (tunnel.name.empty() || tunnel.name.size() >= IFNAMSIZ)
        return Error{who, operation, EINVAL, "a device's name has 1 to 15 characters", {}};
    return {};
}

std::string remedy(const TunnelDevice& tunnel)
{
    if (tunnel.udp.type == UdpEncap::none)
        return fmt::format("the kernel needs its module {}", module_of(tunnel.kind));
    return fmt::format("the kernel needs its modules {} and {}", module_of(tunnel.kind),
                       underlay_family(tunnel.kind) == AF_INET6 ? "fou6" : "fou");
}

Result<void> refused(Error error, const TunnelDevice& tunnel)
{
    if (error.code == EEXIST)
        error.remedy = "`ip -d link` shows who has this name, or these addresses";
    if (error.code == EOPNOTSUPP || error.code == EINVAL) error.remedy = remedy(tunnel);
    return error;
}

} // namespace

const char* module_of(TunnelKind kind)
{
    static constexpr const char* modules[] = {"ipip", "sit", "ip_gre", "ip6_tunnel", "ip6_gre"};
    return modules[static_cast<size_t>(kind)];
}

uint32_t name_number(const Address& address)
{
    uint32_t value = 0;
    if (address.family != AF_INET6) {
        for (size_t i = 0; i < 4; ++i) value = value << 8 | address.bytes[i];
        return value;
    }
    value = 2166136261; // draft-eastlake-fnv
    for (const uint8_t byte : address.bytes) value = (value ^ byte) * 16777619;
    return value;
}

int underlay_family(TunnelKind kind)
{
    return kind == TunnelKind::ip6tnl || kind == TunnelKind::ip6gre ? AF_INET6 : AF_INET;
}

bool TunnelDevice::is(const TunnelDevice& wanted) const
{
    TunnelDevice same = *this;
    if (wanted.mtu == 0) same.mtu = 0;
    return same == wanted;
}

std::string TunnelDevice::text() const
{
    std::vector<std::string> parts = {std::string(gueway::name(kind))};
    if (external) parts[0] += " external";
    if (!link.empty()) parts[0] += " on " + link;
    if (local) parts[0] += " from " + local->text();
    if (remote) parts[0] += " to " + remote->text();
    if (checksum) parts.emplace_back("checksum");
    if (udp.type != UdpEncap::none)
        parts.push_back(fmt::format("{} port {}{}{}", udp.type == UdpEncap::fou ? "FOU" : "GUE",
                                    udp.port, udp.checksum ? " checksum" : "",
                                    udp.remote ? " remote checksum" : ""));
    if (mtu != 0) parts.push_back(fmt::format("MTU {}", mtu));
    if (!up) parts.emplace_back("down");
    return join(parts, ", ");
}

Result<void> add_tunnel(const Namespace& where, const TunnelDevice& tunnel)
{
    const std::string who = object(where, tunnel.name), operation = "add as " + tunnel.text();
    TRY(possible(tunnel, who, operation));
    auto made =
        where.rtnl().talk(TRY(request(where, NLM_F_CREATE | NLM_F_EXCL, tunnel)), who, operation);
    return made ? made : refused(std::move(made).error(), tunnel);
}

Result<void> change_tunnel(const Namespace& where, const TunnelDevice& tunnel)
{
    const std::string who = object(where, tunnel.name), operation = "change to " + tunnel.text();
    TRY(possible(tunnel, who, operation));
    auto made = where.rtnl().talk(TRY(request(where, 0, tunnel)), who, operation);
    return made ? made : refused(std::move(made).error(), tunnel);
}

namespace {

Result<std::vector<IndexedTunnel>> indexed_tunnels(const Namespace& where)
{
    const ifinfomsg any{};
    const netlink::Message dump(RTM_GETLINK, 0,
                                {reinterpret_cast<const uint8_t*>(&any), sizeof any});
    std::vector<IndexedTunnel> found;
    TRY(where.rtnl().dump(dump, where.name(), "list tunnel devices",
                          [&](netlink::Bytes message) -> Result<void> {
                              if (message.size() < sizeof(ifinfomsg)) return {};
                              ifinfomsg fixed;
                              std::memcpy(&fixed, message.data(), sizeof fixed);
                              auto tunnel = TRY(parse_tunnel(message.subspan(sizeof fixed)));
                              if (!tunnel) return {};
                              tunnel->device.up = (fixed.ifi_flags & IFF_UP) != 0;
                              found.push_back(std::move(*tunnel));
                              return {};
                          }));
    return found;
}

} // namespace

Result<std::vector<TunnelDevice>> tunnels(const Namespace& where)
{
    std::vector<Device> all; // for names, which few tunnels need
    std::vector<TunnelDevice> found;
    for (auto& [tunnel, link] : TRY(read_whole([&] { return indexed_tunnels(where); }))) {
        if (link && all.empty()) all = TRY(devices(where));
        for (const auto& each : all)
            if (link && each.index == static_cast<int>(link)) tunnel.link = each.name;
        found.push_back(std::move(tunnel));
    }
    return found;
}

} // namespace gueway
