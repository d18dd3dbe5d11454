// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/rig.h"

#include "link/device.h"
#include "link/neighbour.h"
#include "link/sysctl.h"
#include "matrix/topology.h"
#include "matrix/tunnels.h"

#include <algorithm>
#include <cassert>

namespace gueway::matrix {

namespace {

// What is at which address on a segment is known beforehand: no cell waits for ARP, or has its
// packets counted.
Result<void> introduce(const Topology& topology, const std::string& host, const std::string& device,
                       const std::string& other, const std::vector<Address>& addresses)
{
    const auto& here = *TRY(topology.host(host));
    const auto mac = TRY(gueway::device(*TRY(topology.host(other)), device)).mac;
    for (const auto& address : addresses) TRY(add_neighbour(here, device, address, mac));
    return {};
}

Result<void> introduce_all(const Topology& topology, bool wires)
{
    for (const auto& at : entrances(wires)) {
        const std::string name = at.device;
        for (const auto family : families) {
            TRY(introduce(topology, "director", name, "client", {client_address(at, family)}));
            TRY(introduce(topology, "client", name, "director", {director_address(at, family)}));
        }
    }
    for (const auto underlay : underlays_with(wires))
        TRY(introduce(topology, "director", device(underlay), "worker", worker_ends(underlay)));
    return {};
}

// Each entrance's packets leave by it: sockets are bound to the device.
Result<void> route_to_vips(const Topology& topology, bool wires)
{
    unsigned metric = 10;
    for (const auto& at : entrances(wires)) {
        const std::string name = at.device;
        for (const auto family : families)
            TRY(topology.run_ok("client", {"ip", "route", "add", vip(family).text(), "via",
                                           director_address(at, family).text(), "dev", name,
                                           "metric", std::to_string(metric)}));
        ++metric;
    }
    return {};
}

} // namespace

Result<Rig> Rig::build(bool wires)
{
    Rig rig(TRY(Topology::build(rig_spec(wires))));
    TRY(introduce_all(rig.topology_, wires));
    TRY(route_to_vips(rig.topology_, wires));
    for (const auto underlay : underlays_with(wires)) {
        TRY(add_fou_devices(rig.host("director"), underlay));
        TRY(end_tunnels(rig.host("worker"), underlay));
    }
    TRY(end_all_tunnels(rig.host("worker")));
    TRY(add_services(rig.host("director"), wires));
    return rig;
}

const Namespace& Rig::host(const std::string& name) const
{
    const auto found = topology_.host(name);
    assert(found);
    return **found;
}

Result<void> Rig::set_underlay_mtu(Underlay underlay, unsigned mtu)
{
    auto& now = mtus_[static_cast<size_t>(underlay)];
    if (now == mtu) return {};
    const auto& director = host("director");
    TRY(set_mtu(director, device(underlay), mtu));
    for (const auto outer : families) {
        const unsigned fits = gueway::inner_mtu(encap(Tunnel::fou), family(outer), mtu);
        for (const auto inner : families) {
            // Devices that carry IPv6 have no less; those that are over it and carry IPv4 may.
            TRY(set_mtu(director, fou_device(underlay, outer, inner),
                        inner == Family::v6 ? std::max(fits, least_ipv6_mtu) : fits));
        }
    }
    now = mtu;
    return {};
}

Result<void> Rig::forget_paths() const
{
    for (const char* family : {"-4", "-6"})
        TRY(topology_.run_ok("director", {"ip", family, "route", "flush", "cache"}));
    return {};
}

Result<void> Rig::set_way(const Cell& cell, unsigned mtu)
{
    TRY(set_underlay_mtu(cell.underlay, mtu));
    const int wanted = cell.fragmenting != Fragmenting::df_unheeded;
    if (wanted != pmtu_disc_)
        TRY(set_sysctl(host("director"), "net.ipv4.vs.pmtu_disc", std::to_string(wanted)));
    pmtu_disc_ = wanted;
    return {};
}

} // namespace gueway::matrix
