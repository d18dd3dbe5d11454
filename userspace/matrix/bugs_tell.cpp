// SPDX-License-Identifier: GPL-2.0-only
// Bugs of path MTU discovery: what the client is told, and whether.
#include "matrix/bugs.h"

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

// Of a packet that a router could not pass on, for the second time.
bool c3_looks(const Cell& cell, const Symptoms& seen)
{
    const bool learned = cell.inner == Family::v4 && cell.outer == Family::v4;
    return !learned && silent(seen);
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
    return seen.lengths.empty() && seen.icmp_mtu == Numbers(cell).room;
}

// What the router reported, less what IP in IP would take.
bool icmp_pmtu_looks(const Cell& cell, const Symptoms& seen)
{
    const Numbers numbers(cell);
    const unsigned of_ip_in_ip = numbers.path.mtu - ip_header(AF_INET);
    return seen.icmp_mtu == of_ip_in_ip && seen.icmp_mtu != numbers.room;
}

} // namespace gueway::matrix::bugs
