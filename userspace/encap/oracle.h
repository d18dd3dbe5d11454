// SPDX-License-Identifier: GPL-2.0-only
// What a director must make of a packet: how many go out and how long each is, or which ICMP
// message the sender gets. Pure arithmetic that knows nothing of the kernel under test; lengths are
// bytes, headers of IP without options or extension headers.
// Sources: RFC 791 and 8200 (headers, fragments), 792 and 4443 (ICMP), 1191 and 8201 (path MTU),
// 9293, 768, 9260; those of encap/encap.h; what a director does with them: ../shared/kernel-facts.
#pragma once

#include "encap/encap.h"
#include "encap/transport.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gueway {

// One IP packet from a client to a VIP, or one that stands for many (GSO), which share headers and
// differ in payload.
//   family            AF_INET or AF_INET6
//   transport_header  bytes in front of the payload: TCP with its options, 8, SCTP with its chunk's
//   payload           bytes behind it, of all segments together
//   gso_size          payload of each segment but the last; 0: not a GSO packet
//   partial           whoever sends it last computes the transport checksum (CHECKSUM_PARTIAL);
//                     of a GSO packet too, unless it is a list of segments (rx-gro-list)
//   dont_fragment     IPv4's; true for IPv6
//   longest_fragment  length of the longest IP fragment in which it comes to the director, which
//                     puts them together; 0: it comes whole
struct Shipment {
    int family = 2;
    Transport transport = Transport::tcp;
    unsigned transport_header = 20;
    unsigned payload = 0;
    unsigned gso_size = 0;
    bool partial = false;
    bool dont_fragment = true;
    unsigned longest_fragment = 0;

    unsigned headers() const; // IP and transport
    unsigned segments() const;
    // Of the IP packet that segment `i` (from 0) is.
    unsigned segment_length(unsigned i) const;
    unsigned longest_segment() const;
};

// The way through the director.
//   mtu        of the underlay
//   pmtu_disc  sysctl net.ipv4.vs.pmtu_disc: the sender of an IPv4 packet that may not be
//              fragmented is told when it does not fit
struct TunnelPath {
    Encap encap;
    int underlay = 2;
    unsigned mtu = 1500;
    bool pmtu_disc = true;
};

// A packet on the underlay.
//   length   of the IP packet, outer header included
//   segment  which of the shipment's it carries, or a part of
//   offset   of a fragment: where its part begins, in the data that was fragmented
//   more     a fragment, and not the last
struct WirePacket {
    unsigned length = 0;
    unsigned segment = 0;
    unsigned offset = 0;
    bool more = false;
    bool operator==(const WirePacket&) const = default;
};

// Which packet is cut into fragments: the tunnel's, or the client's before it enters the tunnel
// (a FOU interface is a device like any other, and its MTU is what fits).
enum class Fragments : uint8_t { none, outer, inner };

enum class Fate : uint8_t {
    delivered, // `wire` goes out
    refused,   // nothing does, and the sender gets `icmp`
    dropped,   // nothing does, and nobody is told: the tunnel leaves less than IP needs
};
std::string_view name(Fate fate);

// "Fragmentation needed" (3/4) or "Packet too big" (2/0).
struct IcmpAnswer {
    uint8_t type = 0, code = 0;
    unsigned mtu = 0; // what it tells
    bool operator==(const IcmpAnswer&) const = default;
};
std::string text(const IcmpAnswer& answer); // "ICMP 3/4 MTU 1468"

struct Expectation {
    Fate fate = Fate::delivered;
    Fragments fragments = Fragments::none;
    std::vector<WirePacket> wire; // in order
    std::optional<IcmpAnswer> icmp;
};

// Bytes between the two IP headers of a packet of that shipment: those of overhead() less the outer
// IP header, but for remote checksums, of which a packet whose checksum is done has none.
unsigned tunnel_header(const Encap& encap, const Shipment& shipment);

// The largest inner packet of such a shipment that fits; 0 when nothing does.
unsigned inner_mtu(const TunnelPath& path, const Shipment& shipment);

// Whether there is such a way for packets of that family. An underlay of IPv6 has 1280 bytes or
// more, one of IPv4 68 (RFC 8200, section 5; RFC 791, section 3.2), and so has a FOU interface: the
// kernel makes no sit device with less than 1280 (net/ipv6/sit.c, ipip6_tunnel_setup), and takes
// IPv6 off any other (net/ipv6/addrconf.c, addrconf_notify), so that no route leads there.
bool exists(const TunnelPath& path, int family);

// Of a way that exists, and packets whose length fits IP's field when wrapped (65535 for IPv4;
// a GSO packet's segments count, not itself). Lifetime and ICMP's own packets are not modelled.
//   - Less than 68 (IPv4 underlay) or 1280 (IPv6) bytes left: dropped, whatever the packet is.
//   - IPv4 that may not be fragmented: told the room that is left, but for pmtu_disc off; a FOU
//     interface heeds no pmtu_disc (IPVS asks it of tunnels only).
//   - IPv6: told the room, or 1280 when there is less; what is longer than the room and not than
//     1280 goes out as fragments of the outer packet (RFC 4213, section 3.2).
//   - Other IPv4: fragments.
//   - Of a packet that comes in fragments it is these that fit or not: nobody is told that what he
//     has cut short enough is too long (RFC 1191, section 3; RFC 4443, section 3.2).
Expectation expect(const TunnelPath& path, const Shipment& shipment);

// What a director makes of it that refuses nothing for its length: what is too long is cut.
Expectation untold(const TunnelPath& path, const Shipment& shipment);

} // namespace gueway
