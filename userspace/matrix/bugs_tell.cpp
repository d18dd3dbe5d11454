// SPDX-License-Identifier: GPL-2.0-only
// Bugs of path MTU discovery: what the client is told, and whether.
#include "matrix/axes.h"
#include "matrix/bugs.h"
#include "matrix/events.h"

#include <sys/socket.h>

namespace gueway::matrix::bugs {

// The check was for packets that are not GSO, in direct mode too, which leads to FOU interfaces.
bool gso_mtu_strikes(const Cell& cell)
{
    return gso(cell) && Numbers(cell).expected.fate == Fate::refused;
}

// It goes through, in fragments, though the sender asked to be told. ip_do_fragment() writes the
// field of flags and offset anew, of each segment, also of one that fits.
bool gso_mtu_change(const Cell& cell, Look& look)
{
    if (!gso_mtu_strikes(cell)) return false;
    const Numbers numbers(cell);
    look = delivered(untold(numbers.path, numbers.shipment));
    look.df_lost = true;
    return true;
}

bool c4_strikes(const Cell& cell)
{
    if (cell.inner != Family::v6 || cell.outer != Family::v4 || cell.tunnel == Tunnel::fou)
        return false;
    const Numbers numbers(cell);
    return numbers.room < least_ipv6_mtu && numbers.shipment.longest_segment() > numbers.room;
}

// ICMPv6's "packet too big" as ever, but for the number.
bool c4_change(const Cell& cell, Look& look)
{
    constexpr uint8_t packet_too_big = 2;
    if (!c4_strikes(cell)) return false;
    look = refused(cell, {packet_too_big, 0, Numbers(cell).room});
    return true;
}

namespace {

bool router_strikes(const Cell& cell)
{
    return cell.event == Event::router;
}

} // namespace

// ip_vs_in_icmp() is for IPv4 in IPv4; all else it leaves to others (C3).
bool stale_mtu_strikes(const Cell& cell)
{
    return router_strikes(cell) && cell.inner == Family::v4 && cell.outer == Family::v4;
}

bool c3_strikes(const Cell& cell)
{
    return router_strikes(cell) && !stale_mtu_strikes(cell);
}

// The packet that the router could not pass on goes out again as it was.
bool c3_change(const Cell& cell, Look& look)
{
    if (!c3_strikes(cell) || !look.icmp) return false;
    look = {};
    look.lengths = uncut(Numbers(cell));
    return true;
}

// What it took off was IP in IP's, of GUE and GRE too.
bool icmp_pmtu_strikes(const Cell& cell)
{
    return stale_mtu_strikes(cell) && path(cell).encap.type != EncapType::ipip;
}

// The client is told at first what IP in IP would leave.
bool icmp_pmtu_change(const Cell& cell, Look& look)
{
    if (!icmp_pmtu_strikes(cell) || !look.first_icmp) return false;
    look.first_icmp->mtu = path(cell).mtu - ip_header(AF_INET);
    return true;
}

// ip_vs_in_icmp() tells the MTU of the route that the worker has in its cache, which does not know
// yet what the router said. Seen here first, on stock 6.1.192 and 5.10.223.
bool stale_mtu_change(const Cell& cell, Look& look)
{
    if (!stale_mtu_strikes(cell) || !look.first_icmp) return false;
    const auto mtu = path(cell).mtu;
    look.first_icmp->mtu += wider(mtu) - mtu;
    return true;
}

} // namespace gueway::matrix::bugs
