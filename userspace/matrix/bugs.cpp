// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/bugs.h"

#include "matrix/axes.h"

namespace gueway::matrix::bugs {

Numbers::Numbers(const Cell& cell)
    : path(matrix::path(cell)), shipment(matrix::shipment(cell)), expected(expect(path, shipment)),
      room(inner_mtu(path, shipment)),
      wrapping(ip_header(path.underlay) + tunnel_header(path.encap, shipment))
{}

bool gso(const Cell& cell)
{
    return is_gso(cell.l4);
}

bool gue(const Cell& cell)
{
    return cell.tunnel == Tunnel::gue || cell.tunnel == Tunnel::gue_csum ||
           cell.tunnel == Tunnel::gue_remcsum;
}

bool gre(const Cell& cell)
{
    return cell.tunnel == Tunnel::gre || cell.tunnel == Tunnel::gre_csum;
}

bool cuts_segments(const Numbers& numbers)
{
    return numbers.expected.fragments == Fragments::outer;
}

std::vector<unsigned> uncut(const Numbers& numbers)
{
    std::vector<unsigned> lengths;
    lengths.reserve(numbers.shipment.segments());
    for (unsigned i = 0; i < numbers.shipment.segments(); ++i)
        lengths.push_back(numbers.wrapping + numbers.shipment.segment_length(i));
    return lengths;
}

bool silent(const Symptoms& seen)
{
    return seen.lengths.empty() && seen.icmp_mtu == 0;
}

} // namespace gueway::matrix::bugs
