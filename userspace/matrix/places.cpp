// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/places.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <netinet/in.h>

namespace gueway::matrix {

namespace {

constexpr uint16_t gue_port = 5501, fou_port_v4 = 5555, fou_port_v6 = 5556;
constexpr uint16_t first_service_port = 10000;
constexpr unsigned tunnels = 7, outers = 2;
// Host parts of addresses on an underlay: the director, the fence's end, and the tunnels' ends.
constexpr unsigned director_host = 1, fence_host = 2, first_end = 10;

// Each device with its VLANs, in the order of Vlan.
constexpr Entrance all_entrances[] = {{"i0", 0}, {"i0.100", 100}, {"i0.200", 200},
                                      {"i1", 1}, {"i1.100", 101}, {"i1.200", 201},
                                      {"i2", 2}, {"i2.100", 102}, {"i2.200", 202}};
constexpr size_t wireless_entrances = 3, of_a_device = 3;

unsigned number(auto value)
{
    return static_cast<unsigned>(value);
}

// All texts are made here, of numbers.
Address address(const std::string& text)
{
    return parse_address(text).value();
}

Address on_entrance(const Entrance& entrance, Family family, unsigned host)
{
    return address(family == Family::v4 ? fmt::format("198.18.{}.{}", entrance.subnet, host)
                                        : fmt::format("2001:db8:18:{}::{}", entrance.subnet, host));
}

Address on_underlay(Underlay underlay, Family family, unsigned host)
{
    return address(family == Family::v4
                       ? fmt::format("172.70.{}.{}", number(underlay) + 1, host)
                       : fmt::format("fd00:70:{}::{}", number(underlay) + 1, host));
}

} // namespace

Encap encap(Tunnel tunnel)
{
    switch (tunnel) {
    case Tunnel::ipip:
        return {};
    case Tunnel::gue:
        return {EncapType::gue, gue_port, EncapChecksum::none};
    case Tunnel::gue_csum:
        return {EncapType::gue, gue_port, EncapChecksum::full};
    case Tunnel::gue_remcsum:
        return {EncapType::gue, gue_port, EncapChecksum::remote};
    case Tunnel::gre:
        return {EncapType::gre, 0, EncapChecksum::none};
    case Tunnel::gre_csum:
        return {EncapType::gre, 0, EncapChecksum::full};
    case Tunnel::fou:
        return {EncapType::fou_interface, fou_port_v4, EncapChecksum::none};
    }
    return {};
}

Encap way_encap(const Cell& cell)
{
    auto made = encap(cell.tunnel);
    if (cell.tunnel == Tunnel::fou) made.port = fou_port(cell.inner);
    return made;
}

int family(Family family)
{
    return family == Family::v4 ? AF_INET : AF_INET6;
}

// In both tables those of kernel/mlx5ish are last.
std::span<const Entrance> entrances(bool wires)
{
    return std::span(all_entrances).first(wires ? std::size(all_entrances) : wireless_entrances);
}

bool is_vlan(unsigned id)
{
    const auto end = fmt::format(".{}", id);
    return std::ranges::any_of(all_entrances, [&](const Entrance& at) {
        return std::string_view(at.device).ends_with(end);
    });
}

std::span<const Underlay> underlays_with(bool wires)
{
    return std::span(underlays).first(std::size(underlays) - (wires ? 0 : 1));
}

bool through_gro(const Cell& cell)
{
    return cell.ingress == Ingress::gro || cell.ingress == Ingress::gro_list;
}

bool needs_wires(const Cell& cell)
{
    return cell.underlay == Underlay::wire || through_gro(cell);
}

const Entrance& entrance(const Cell& cell)
{
    size_t device = 0;
    if (cell.ingress == Ingress::gro) device = 1;
    if (cell.ingress == Ingress::gro_list) device = 2;
    return all_entrances[of_a_device * device + number(cell.vlan)];
}

Address director_address(const Entrance& entrance, Family family)
{
    return on_entrance(entrance, family, 1);
}

Address client_address(const Entrance& entrance, Family family)
{
    return on_entrance(entrance, family, 2);
}

const char* device(Underlay underlay)
{
    constexpr const char* names[] = {"u0", "u1", "u2"};
    return names[number(underlay)];
}

Address director_address(Underlay underlay, Family family)
{
    return on_underlay(underlay, family, director_host);
}

Address worker_address(Underlay underlay, Tunnel tunnel, Family outer, Family inner)
{
    const unsigned end = first_end + 2 * number(tunnel);
    return on_underlay(underlay, outer, end + (tunnel == Tunnel::fou ? number(inner) : 0));
}

Address fence_address(Underlay underlay)
{
    return on_underlay(underlay, Family::v4, fence_host);
}

Address destination(const Cell& cell)
{
    if (cell.tunnel != Tunnel::fou)
        return worker_address(cell.underlay, cell.tunnel, cell.outer, cell.inner);
    const unsigned underlay = number(cell.underlay), outer = number(cell.outer);
    return address(cell.inner == Family::v4 ? fmt::format("10.77.{}.{}", underlay, outer + 1)
                                            : fmt::format("fd77:{}::{}", underlay, outer + 1));
}

std::string fou_device(Underlay underlay, Family outer, Family inner)
{
    return fmt::format("fou{}{}{}", number(underlay), number(outer), number(inner));
}

uint16_t fou_port(Family inner)
{
    return inner == Family::v4 ? fou_port_v4 : fou_port_v6;
}

Address vip(Family family)
{
    return address(vips[number(family)]);
}

uint16_t service_port(Underlay underlay, Tunnel tunnel, Family outer)
{
    const unsigned way = (number(underlay) * tunnels + number(tunnel)) * outers + number(outer);
    return static_cast<uint16_t>(first_service_port + way);
}

uint16_t service_port(const Cell& cell)
{
    return service_port(cell.underlay, cell.tunnel, cell.outer);
}

Transport transport(L4 l4)
{
    if (l4 == L4::sctp) return Transport::sctp;
    return l4 == L4::udp || l4 == L4::udp_gso ? Transport::udp : Transport::tcp;
}

} // namespace gueway::matrix
