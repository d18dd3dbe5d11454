// SPDX-License-Identifier: GPL-2.0-only
// The numbers that a cell stands for.
#include "encap/sizes.h"
#include "matrix/axes.h"
#include "matrix/events.h"
#include "matrix/places.h"

#include <algorithm>

#include <sys/socket.h>

namespace gueway::matrix {

namespace {

constexpr unsigned small_payload = 64;
constexpr unsigned full_segments = 2; // before half a one
constexpr unsigned k = 3;
constexpr unsigned many = 40;
// With an Ethernet header and a tag, what a device takes as one packet (GSO_LEGACY_MAX_SIZE).
constexpr unsigned longest_packet = 65535 - 18;

// The least ones leave what IPv6 needs behind the headers that this packet gets.
unsigned bytes(Mtu mtu, unsigned overhead)
{
    switch (mtu) {
    case Mtu::m1500:
        return 1500;
    case Mtu::m1600:
        return 1600;
    case Mtu::m9000:
        return 9000;
    case Mtu::least_less_1:
        return least_ipv6_mtu + overhead - 1;
    case Mtu::least:
        return least_ipv6_mtu + overhead;
    case Mtu::least_more_1:
        return least_ipv6_mtu + overhead + 1;
    }
    return 0;
}

unsigned header(Transport transport)
{
    switch (transport) {
    case Transport::tcp:
        return tcp_header + tcp_timestamps;
    case Transport::udp:
        return udp_header;
    case Transport::sctp:
        return sctp_common_header + sctp_data_header;
    }
    return 0;
}

// Beside the largest that fits.
int difference(Size size)
{
    switch (size) {
    case Size::less_1:
        return -1;
    case Size::more_1:
        return 1;
    case Size::more_4:
        return 4;
    case Size::more_5:
        return 5;
    case Size::more_8:
        return 8;
    case Size::more_9:
        return 9;
    default:
        return 0;
    }
}

unsigned gso_payload(Size size, unsigned segment, unsigned headers)
{
    switch (size) {
    case Size::k_less_1:
        return k * segment - 1;
    case Size::k:
        return k * segment;
    case Size::k_more_1:
        return k * segment + 1;
    case Size::two:
        return 2 * segment;
    case Size::many:
        return many * segment;
    case Size::giant:
        return (longest_packet - headers) / segment * segment;
    default:
        return full_segments * segment + segment / 2;
    }
}

// On what the length of the tunnel's header depends, too.
Shipment without_size(const Cell& cell)
{
    Shipment packet{.family = family(cell.inner), .transport = transport(cell.l4)};
    packet.transport_header = header(packet.transport);
    // What a socket of the director's sends, and what a sender or GRO made one packet of. In a list
    // of segments each has its own checksum.
    packet.partial =
        cell.origin == Origin::director || (is_gso(cell.l4) && cell.ingress != Ingress::gro_list);
    packet.dont_fragment = cell.inner == Family::v6 || cell.fragmenting != Fragmenting::no_df;
    return packet;
}

} // namespace

TunnelPath path(const Cell& cell)
{
    TunnelPath path{.encap = way_encap(cell), .underlay = family(cell.outer)};
    path.mtu =
        bytes(cell.mtu, ip_header(path.underlay) + tunnel_header(path.encap, without_size(cell)));
    path.pmtu_disc = cell.fragmenting != Fragmenting::df_unheeded;
    return path;
}

// The cell's own MTU says how long it is, also where it is not the underlay's.
// Not from inner_mtu(): that is 0 where a tunnel leaves too little, and what is sent there is as
// long as it would be if it did not matter.
Shipment shipment(const Cell& cell)
{
    const auto way = path(cell);
    auto packet = without_size(cell);
    const unsigned fits = way.mtu - ip_header(way.underlay) - tunnel_header(way.encap, packet);
    const unsigned full = fits - packet.headers() + static_cast<unsigned>(difference(cell.size));
    packet.payload = cell.size == Size::small ? small_payload : full;
    if (cell.event == Event::fragments)
        packet.longest_fragment =
            longest_fragment(packet.family, packet.headers() + packet.payload);
    if (!is_gso(cell.l4)) return packet;
    packet.gso_size = full;
    packet.payload = gso_payload(cell.size, full, packet.headers());
    return packet;
}

} // namespace gueway::matrix
