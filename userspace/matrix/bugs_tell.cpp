// SPDX-License-Identifier: GPL-2.0-only
// Bugs of path MTU discovery: what the client is told, and whether.
#include "matrix/bugs.h"
#include "matrix/events.h"

#include <sys/socket.h>

namespace gueway::matrix::bugs {

// The check was for packets that are not GSO, in direct mode too, which leads to FOU interfaces.
bool gso_mtu_strikes(const Cell& cell)
{
    return gso(cell) && Numbers(cell).expected.fate == Fate::refused;
}

// It goes through, in fragments, though the sender asked to be told. C1 leaves them out, and then
// the device may drop what is too long.
bool gso_mtu_looks(const Cell& cell, const Symptoms& seen)
{
    if (seen.icmp_mtu != 0) return false;
    return !seen.lengths.empty() || (cell.l4 == L4::udp_gso && seen.device_dropped > 0);
}

bool router_strikes(const Cell& cell)
{
    return cell.event == Event::router;
}

// The packet that the router could not pass on goes out again as it was.
bool c3_looks(const Cell& cell, const Symptoms& seen)
{
    const bool learned = cell.inner == Family::v4 && cell.outer == Family::v4;
    return !learned && seen.icmp_mtu == 0 && seen.lengths == uncut(Numbers(cell));
}

bool c4_strikes(const Cell& cell)
{
    if (cell.inner != Family::v6 || cell.outer != Family::v4 || cell.tunnel == Tunnel::fou)
        return false;
    const Numbers numbers(cell);
    return numbers.room < least_ipv6_mtu && numbers.shipment.longest_segment() > numbers.room;
}

bool c4_looks(const Cell& cell, const Symptoms& seen)
{
    const bool told =
        cell.origin == Origin::director ? seen.told_itself : seen.icmp_mtu == Numbers(cell).room;
    return seen.lengths.empty() && told;
}

namespace {

// What the router says leaves, or what the underlay's own MTU does, of what IP in IP takes.
bool of_ip_in_ip(const Numbers& numbers, unsigned mtu)
{
    const unsigned taken = ip_header(AF_INET);
    return mtu == numbers.path.mtu - taken || mtu == wider(numbers.path.mtu) - taken;
}

} // namespace

bool icmp_pmtu_looks(const Cell& cell, const Symptoms& seen)
{
    const Numbers numbers(cell);
    return numbers.path.encap.type != EncapType::ipip && of_ip_in_ip(numbers, seen.first_icmp_mtu);
}

// ip_vs_in_icmp() tells the MTU of the route that the worker has in its cache, which does not know
// yet what the router said. Seen here first, on stock 6.1.192 and 5.10.223.
bool stale_mtu_looks(const Cell& cell, const Symptoms& seen)
{
    const Numbers numbers(cell);
    const unsigned stale = wider(numbers.path.mtu) - (numbers.path.mtu - numbers.room);
    return seen.first_icmp_mtu == stale && seen.icmp_mtu == numbers.room;
}

} // namespace gueway::matrix::bugs
