// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/outer.h"

#include "matrix/axes.h"
#include "matrix/places.h"

namespace gueway::matrix {

namespace {

bool is_device(const Cell& cell)
{
    return cell.tunnel == Tunnel::fou;
}

// ip_vs_tunnel_xmit() takes over all of it, a device without a DSCP of its own what ECN needs.
uint8_t traffic_class(const Cell& cell, const Frame& sent)
{
    constexpr unsigned ecn = 3;
    return static_cast<uint8_t>(is_device(cell) ? sent.traffic_class & ecn : sent.traffic_class);
}

// The bit of an IPv4 packet, where path MTUs are heeded (ip_vs_prepare_tunneled_skb()); a device
// always sets it (ip_tunnel_netlink_parms()).
bool dont_fragment(const Cell& cell, const Frame& sent)
{
    return is_device(cell) ||
           (cell.inner == Family::v4 && sent.dont_fragment && path(cell).pmtu_disc);
}

// Where there is no checksum left to do inside, GUE has no option for one.
Encap carried(const Cell& cell)
{
    auto encap = way_encap(cell);
    if (encap.checksum == EncapChecksum::remote && !shipment(cell).partial)
        encap.checksum = EncapChecksum::full;
    return encap;
}

} // namespace

Wrapping outer(const Cell& cell, const Frame& sent)
{
    return {.encap = carried(cell),
            .ip = {.from = director_address(cell.underlay, cell.outer),
                   .to = worker_address(cell.underlay, cell.tunnel, cell.outer, cell.inner),
                   .ttl = forwarded_ttl(sent.ttl),
                   .traffic_class = traffic_class(cell, sent),
                   .dont_fragment = dont_fragment(cell, sent)}};
}

bool any_flow_label(const Cell& cell)
{
    return is_device(cell) && cell.outer == Family::v6;
}

bool any_outer_id(const Cell& cell, const Frame& sent)
{
    return cell.outer == Family::v4 && (is_device(cell) || !dont_fragment(cell, sent));
}

bool any_inner_id(const Cell& cell)
{
    return cell.inner == Family::v4 && (cell.l4 == L4::udp_gso || cell.origin == Origin::director);
}

} // namespace gueway::matrix
