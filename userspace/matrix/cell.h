// SPDX-License-Identifier: GPL-2.0-only
// A cell of the matrix: one packet shape on one way through a director, as values of axes.
#pragma once

#include "encap/encap.h"
#include "util/result.h"

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gueway::matrix {

// The core axes, which are crossed in full.
enum class Tunnel : uint8_t { ipip, gue, gue_csum, gue_remcsum, gre, gre_csum, fou };
enum class Family : uint8_t { v4, v6 };
// _gso: one packet that stands for many segments; udp_gso is UDP_SEGMENT.
enum class L4 : uint8_t { tcp, tcp_gso, udp, udp_gso, sctp };
// What the largest packet on the wire is, beside the largest that fits (M_in); "fits" is M_in.
// Of GSO the first eight are the length of each full segment, with half a segment behind two full
// ones; the others have segments that fit.
//   small     64 bytes of payload
//   k-1 ..    the payload is 3 * gso_size, and one byte less or more
//   two, many 2 and 40 full segments
//   giant     as near to 65535 bytes as full segments come
enum class Size : uint8_t {
    small,
    less_1,
    fits,
    more_1,
    more_4,
    more_5,
    more_8,
    more_9,
    k_less_1,
    k,
    k_more_1,
    two,
    many,
    giant,
};
// The device under the tunnel: veth that takes GSO packets whole; veth with the tunnels'
// segmentation switched off, so that the kernel does it; our module, which is like a NIC of the
// mlx5 class and carries bytes.
enum class Underlay : uint8_t { whole, software, wire };

// The others, of which any three are combined in some cell.
enum class Mtu : uint8_t { m1500, m1600, m9000, least_less_1, least, least_more_1 };
// How it comes in: as a GSO packet of a sender's, as segments that GRO puts together, as a list of
// segments (rx-gro-list), or, for what is not GSO, as it is.
enum class Ingress : uint8_t { tso, gro, gro_list, plain };
enum class Vlan : uint8_t { none, accelerated, inside };
enum class Fragmenting : uint8_t { df, no_df, df_unheeded }; // the last: pmtu_disc off
enum class Origin : uint8_t { remote, director };
// What happens beside the packet, in cells that are in every selection by name (events.h).
//   router     behind an underlay that is longer, a router has the cell's MTU: it answers, and the
//              packet comes again
//   fragments  the client's packet comes in two fragments, of IPv4 with DF
enum class Event : uint8_t { none, router, fragments };

struct Cell {
    Tunnel tunnel = Tunnel::gue;
    Family inner = Family::v4, outer = Family::v4;
    L4 l4 = L4::tcp_gso;
    Size size = Size::fits;
    Underlay underlay = Underlay::wire;
    Mtu mtu = Mtu::m1500;
    Ingress ingress = Ingress::tso;
    Vlan vlan = Vlan::none;
    Fragmenting fragmenting = Fragmenting::df;
    Origin origin = Origin::remote;
    Event event = Event::none;

    auto operator<=>(const Cell&) const = default;
};
} // namespace gueway::matrix
