// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/topology.h"

#include "matrix/places.h"

#include <fmt/format.h>

namespace gueway::matrix {

namespace {

// More than any cell's packets, so that only the underlay and the tunnels are narrow.
constexpr unsigned wide = 16000;

std::string with_length(const Address& address, Family family)
{
    return fmt::format("{}/{}", address.text(), prefix_length(family));
}

End entrance_end(const std::string& host, const Entrance& at)
{
    End end{.host = host, .device = at.device, .addresses = {}, .features_off = {}};
    for (const auto family : families)
        end.addresses.push_back(with_length(
            host == "client" ? client_address(at, family) : director_address(at, family), family));
    return end;
}

std::vector<Segment> entrance_wires(bool wires)
{
    std::vector<Segment> made;
    for (const auto& at : entrances()) {
        const std::string name = at.device;
        if (name.contains('.')) continue; // a VLAN
        const bool first = made.empty();
        if (!first && !wires) break;
        made.push_back({.name = name,
                        .mtu = first ? wide : widest_underlay + 500,
                        .ends = {entrance_end("client", at), entrance_end("director", at)},
                        .cable = first ? Cable::veth : Cable::mlx5ish});
    }
    return made;
}

Segment underlay_wire(Underlay underlay)
{
    const std::string name = device(underlay);
    End director{.host = "director", .device = name}, worker{.host = "worker", .device = name};
    for (const auto outer : families) {
        director.addresses.push_back(with_length(director_address(underlay, outer), outer));
        for (const auto tunnel : {Tunnel::ipip, Tunnel::gue, Tunnel::gue_csum, Tunnel::gue_remcsum,
                                  Tunnel::gre, Tunnel::gre_csum})
            worker.addresses.push_back(
                with_length(worker_address(underlay, tunnel, outer, outer), outer));
        for (const auto inner : families)
            worker.addresses.push_back(
                with_length(worker_address(underlay, Tunnel::fou, outer, inner), outer));
    }
    worker.addresses.push_back(with_length(fence_address(underlay), Family::v4));
    if (underlay == Underlay::software)
        director.features_off = {"tx-udp_tnl-segmentation", "tx-udp_tnl-csum-segmentation",
                                 "tx-gre-segmentation",     "tx-gre-csum-segmentation",
                                 "tx-ipxip4-segmentation",  "tx-ipxip6-segmentation"};
    // What arrives is looked at as it came.
    worker.features_off = {"rx-gro"};
    return {.name = name,
            .mtu = widest_underlay,
            .ends = {std::move(director), std::move(worker)},
            .cable = underlay == Underlay::wire ? Cable::mlx5ish : Cable::veth};
}

// The VLANs, on both sides: one takes its tag out, the other leaves it in the packet.
void add_vlans(Host& host, bool wires)
{
    for (const auto& at : entrances(wires)) {
        const std::string name = at.device;
        const auto dot = name.find('.');
        if (dot == std::string::npos) continue;
        const bool inside = name.ends_with("200");
        Argv add = {"ip", "link", "add",  "link", name.substr(0, dot), "name",
                    name, "type", "vlan", "id",   name.substr(dot + 1)};
        if (inside && host.name == "director") add.insert(add.end(), {"reorder_hdr", "off"});
        host.commands.push_back(add);
        for (const auto& address : entrance_end(host.name, at).addresses)
            host.commands.push_back({"ip", "address", "add", address, "dev", name, "nodad"});
        host.commands.push_back({"ip", "link", "set", name, "up"});
    }
}

const std::vector<Setting> no_reverse_path_filter = {{"net.ipv4.conf.all.rp_filter", "0"},
                                                     {"net.ipv4.conf.default.rp_filter", "0"}};

std::vector<std::string> vip_texts()
{
    return {vips[0], vips[1]};
}

Host client(bool wires)
{
    Host host{.name = "client", .sysctls = no_reverse_path_filter};
    add_vlans(host, wires);
    return host;
}

Host director(bool wires)
{
    Host host{.name = "director", .addresses = vip_texts(), .sysctls = no_reverse_path_filter};
    host.commands.push_back({"modprobe", "ip_vs"});
    host.commands.push_back({"modprobe", "fou"});
    host.commands.push_back({"modprobe", "fou6"});
    add_vlans(host, wires);
    if (wires) {
        host.commands.push_back({"ethtool", "-K", "i1", "rx-udp-gro-forwarding", "on"});
        host.commands.push_back({"ethtool", "-K", "i2", "rx-gro-list", "on"});
    }
    for (const auto& [name, value] : std::vector<Setting>{
             {"net.ipv4.ip_forward", "1"},
             {"net.ipv6.conf.all.forwarding", "1"},
             {"net.ipv4.vs.sloppy_tcp", "1"}, // a connection may begin anywhere
             {"net.ipv4.vs.sloppy_sctp", "1"},
             {"net.ipv4.icmp_ratelimit", "0"}, // each ICMP message is one that is looked at
             {"net.ipv6.icmp.ratelimit", "0"}})
        host.sysctls.push_back({name, value});
    return host;
}

Host worker()
{
    Host host{.name = "worker", .addresses = vip_texts(), .sysctls = no_reverse_path_filter};
    for (const char* module : {"ipip", "sit", "ip6_tunnel", "ip_gre", "ip6_gre", "fou", "fou6"})
        host.commands.push_back({"modprobe", module});
    // Counts what comes of SCTP; a kernel without it has no cell of it (Abilities::sctp).
    host.commands.push_back({"sh", "-c", "modprobe sctp || :"});
    return host;
}

} // namespace

Spec rig_spec(bool wires)
{
    Spec spec{.name = "rig",
              .about = "a client that sends single packets, a director, a worker that looks",
              .hosts = {client(wires), director(wires), worker()},
              .segments = entrance_wires(wires)};
    for (const auto underlay : underlays_with(wires))
        spec.segments.push_back(underlay_wire(underlay));
    return spec;
}

} // namespace gueway::matrix
