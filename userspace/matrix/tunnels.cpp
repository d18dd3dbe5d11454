// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/tunnels.h"

#include "fou/client.h"
#include "ipvs/client.h"
#include "link/device.h"
#include "link/features.h"
#include "link/route.h"
#include "link/tunnel.h"
#include "matrix/axes.h"

#include <fmt/format.h>
#include <netinet/in.h>

namespace gueway::matrix {

namespace {

constexpr Tunnel all_tunnels[] = {Tunnel::ipip,        Tunnel::gue, Tunnel::gue_csum,
                                  Tunnel::gue_remcsum, Tunnel::gre, Tunnel::gre_csum,
                                  Tunnel::fou};

TunnelKind kind(Family outer, Family inner)
{
    if (outer == Family::v6) return TunnelKind::ip6tnl;
    return inner == Family::v4 ? TunnelKind::ipip : TunnelKind::sit;
}

uint8_t inner_protocol(Family inner)
{
    return inner == Family::v4 ? IPPROTO_IPIP : IPPROTO_IPV6;
}

TunnelDevice fou_tunnel(Underlay underlay, Family outer, Family inner)
{
    return {.name = fou_device(underlay, outer, inner),
            .kind = kind(outer, inner),
            .local = director_address(underlay, outer),
            .remote = worker_address(underlay, Tunnel::fou, outer, inner),
            .inner = inner_protocol(inner),
            .link = device(underlay),
            .udp = {.type = UdpEncap::fou, .port = fou_port(inner)},
            .up = true};
}

Cell way(Underlay underlay, Tunnel tunnel, Family outer, Family inner)
{
    Cell cell;
    cell.underlay = underlay;
    cell.tunnel = tunnel;
    cell.outer = outer;
    cell.inner = inner;
    return cell;
}

// Tunnel devices put together what they take out (gro_cells_receive()).
Result<void> count_each_packet(const Namespace& worker, const std::string& device)
{
    return set_features(worker, device, {"rx-gro"}, false);
}

Result<void> add_ports(const Namespace& worker)
{
    return worker.in([&]() -> Result<void> {
        auto client = TRY(fou::Client::open(worker.name()));
        for (const auto outer : families) {
            const auto gue = encap(Tunnel::gue);
            TRY(client.add({gue.port, family(outer), fou::PortType::gue, 0}));
            for (const auto inner : families)
                TRY(client.add({fou_port(inner), family(outer), fou::PortType::direct,
                                inner_protocol(inner)}));
        }
        return {};
    });
}

ipvs::Destination worker_of(const Cell& cell)
{
    ipvs::Destination made{.address = destination(cell), .port = service_port(cell)};
    if (cell.tunnel == Tunnel::fou) return made; // direct: the route leads into the tunnel
    made.forward = ipvs::Forward::tunnel;
    made.encap = encap(cell.tunnel);
    return made;
}

// "service 198.51.100.150 port 10000, protocol 17: gue over u0"
std::string service_name(const Cell& cell, uint16_t protocol)
{
    return fmt::format("service {} port {}, protocol {}: {} over {}", vip(cell.inner).text(),
                       service_port(cell), protocol,
                       value_names(Axis::tunnel)[static_cast<size_t>(cell.tunnel)],
                       device(cell.underlay));
}

// Two changes, of which the second is the service's worker.
void add_service(ipvs::Changes& changes, const Cell& cell, uint16_t protocol)
{
    const ipvs::ServiceKey key{.family = family(cell.inner),
                               .protocol = protocol,
                               .address = vip(cell.inner),
                               .port = service_port(cell)};
    changes.add(
        ipvs::Service{.key = key, .scheduler = "rr", .netmask = ipvs::whole_netmask(key.family)});
    changes.add(key, worker_of(cell));
}

} // namespace

std::vector<Address> worker_ends(Underlay underlay)
{
    std::vector<Address> all = {fence_address(underlay)};
    for (const auto outer : families)
        for (const auto tunnel : all_tunnels)
            for (const auto inner : families)
                if (tunnel == Tunnel::fou || inner == outer)
                    all.push_back(worker_address(underlay, tunnel, outer, inner));
    return all;
}

Result<void> add_fou_devices(const Namespace& director, Underlay underlay)
{
    for (const auto outer : families)
        for (const auto inner : families) {
            TRY(add_tunnel(director, fou_tunnel(underlay, outer, inner)));
            const auto behind = destination(way(underlay, Tunnel::fou, outer, inner));
            TRY(add_route(director, {.to = {behind, behind.bits()},
                                     .device = fou_device(underlay, outer, inner)}));
        }
    return {};
}

// The kernel's own GRE devices, which take GRE from anybody, want it without checksums.
Result<void> end_tunnels(const Namespace& worker, Underlay underlay)
{
    for (const auto outer : families) {
        const auto name = std::string(device(underlay)) + (outer == Family::v4 ? "gre" : "gre6");
        TRY(add_tunnel(worker, {.name = name,
                                .kind = outer == Family::v4 ? TunnelKind::gre : TunnelKind::ip6gre,
                                .local = worker_address(underlay, Tunnel::gre_csum, outer, outer),
                                .remote = director_address(underlay, outer),
                                .checksum = true,
                                .up = true}));
        TRY(count_each_packet(worker, name));
    }
    return {};
}

Result<void> end_all_tunnels(const Namespace& worker)
{
    TRY(add_tunnel(worker,
                   {.name = "any6", .kind = TunnelKind::ip6tnl, .external = true, .up = true}));
    for (const char* device : {"tunl0", "sit0", "gre0", "ip6gre0", "any6"}) {
        TRY(set_up(worker, device));
        TRY(count_each_packet(worker, device));
    }
    return add_ports(worker);
}

Result<void> add_services(const Namespace& director, bool wires)
{
    return director.in([&]() -> Result<void> {
        auto client = TRY(ipvs::Client::open(director.name()));
        auto changes = client.changes();
        std::vector<std::string> names; // of the services, in their order
        for (const auto underlay : underlays_with(wires)) {
            for (const auto tunnel : all_tunnels)
                for (const auto outer : families)
                    for (const auto inner : families)
                        for (const uint16_t protocol : {IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP}) {
                            const auto cell = way(underlay, tunnel, outer, inner);
                            add_service(changes, cell, protocol);
                            names.push_back(service_name(cell, protocol));
                        }
        }
        for (const auto& refusal : TRY(client.commit(changes)))
            return Error{
                names.at(refusal.index / 2),
                refusal.index % 2 ? "add its worker" : "add it with scheduler rr", refusal.code,
                refusal.words,
                "the kernel needs ip_vs with IPv6, ip_vs_rr, and tunnels of the kinds ipip, "
                "gue and gre: Documentation/ci.md says what else"};
        return {};
    });
}

} // namespace gueway::matrix
