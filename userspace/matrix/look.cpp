// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/look.h"

#include "matrix/axes.h"
#include "matrix/events.h"

#include <algorithm>

namespace gueway::matrix {

Look freed(std::string_view function)
{
    Look made;
    made.freed.emplace(function, 1);
    return made;
}

// Linux counts what it says of a packet that is too long by the message (net/ipv4/icmp.c,
// net/ipv6/icmp.c), and no drop beside it. A director that is the sender gets what it says.
Look refused(const Cell& cell, const IcmpAnswer& icmp)
{
    Look made;
    made.icmp = made.first_icmp = icmp;
    const bool v4 = cell.inner == Family::v4, own = cell.origin == Origin::director;
    made.director[v4 ? "Icmp OutDestUnreachs" : "Icmp6OutPktTooBigs"] = 1;
    if (own) made.director[v4 ? "Icmp InDestUnreachs" : "Icmp6InPktTooBigs"] = 1;
    return made;
}

Look delivered(const Expectation& expected)
{
    Look made;
    made.lengths.resize(expected.wire.size());
    std::ranges::transform(expected.wire, made.lengths.begin(), &WirePacket::length);
    made.fragments = expected.fragments;
    return made;
}

// What is dropped because a tunnel leaves too little is counted nowhere (ip_vs_xmit.c,
// __ip_vs_get_out_rt_v6: a message for debugging).
static Look look(const Cell& cell, const TunnelPath& way)
{
    const auto expected = expect(way, shipment(cell));
    if (expected.icmp) return refused(cell, *expected.icmp);
    if (expected.fate == Fate::delivered) return delivered(expected);
    return freed(cell.outer == Family::v4 ? "ip_vs_tunnel_xmit" : "ip_vs_tunnel_xmit_v6");
}

Look look(const Cell& cell)
{
    return look(cell, path(cell));
}

Look look_before_router(const Cell& cell)
{
    auto way = path(cell);
    way.mtu = wider(way.mtu);
    return look(cell, way);
}

bool is_loss(std::string_view name)
{
    for (const std::string_view part : {"dropped", "errors", "Discards", "FragFails", "NoRoutes",
                                        "Errors", "DestUnreachs", "TooBigs", "Truncated"})
        if (name.contains(part)) return true;
    return false;
}

bool is_error(std::string_view name)
{
    for (const std::string_view end : {"InCsumErrors", "ChecksumErrors", "InErrs", "InErrors",
                                       "InHdrErrors", "rx_dropped", "rx_errors"})
        if (name.ends_with(end)) return true;
    return false;
}

} // namespace gueway::matrix
