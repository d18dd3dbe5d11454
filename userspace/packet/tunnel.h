// SPDX-License-Identifier: GPL-2.0-only
// A strict reader of tunnels' packets as captured: each field, and complaints of whatever a reader
// of the RFCs must refuse. Knows nothing of the kernel under test. packet/layers.h is the lenient
// one, for packets of which nothing is known.
// Sources: those of packet/reading.h; RFC 2003, 2473 (IP in IP), 2784 (GRE), 6935 (UDP without
// checksum over IPv6); draft-ietf-intarea-gue, its flag for private data as in include/net/gue.h;
// draft-herbert-remotecsumoffload.
#pragma once

#include "encap/encap.h"
#include "packet/reading.h"

namespace gueway {

// Private data begins with flags of its own; the only one known is remote checksum offload.
//   words    of four bytes, behind the first four
//   protocol 4 or 41
struct RemoteChecksum {
    uint16_t start = 0, offset = 0; // from the inner IP header on
};
struct GueReading {
    uint8_t version = 0, words = 0, protocol = 0;
    bool control = false;
    uint16_t flags = 0;
    std::optional<uint32_t> private_flags;
    std::optional<RemoteChecksum> remote;
};

//   flags     the first two bytes, version included
//   protocol  EtherType
struct GreReading {
    uint16_t flags = 0, protocol = 0;
    std::optional<uint16_t> checksum;
    uint16_t reserved = 0;
};

// What a packet is known to be.
//   encap             nothing: no tunnel, the packet itself
//   family            AF_INET or AF_INET6 of the (outer) packet
//   checksum_pending  one of its checksums is left to offload: that field then has the sum of the
//                     pseudo-header (of GRE: zero), and those around it are right as if it were
//                     done
//   pending_at        which: where its header begins; nothing: any that makes sense
//   gso_size          of a GSO packet captured whole, 0: it is none. Each UDP checksum of such is
//                     pending (include/net/udp.h, udp_set_csum), GRE's not yet there; a list of
//                     segments (rx-gro-list) has the transport checksum of its first one, which
//                     cannot be told from the whole: not checked when none is pending
//   untold_gso        it is one, of unknown size (Captured::untold)
struct Expected {
    std::optional<Encap> encap;
    int family = 2;
    bool checksum_pending = false;
    std::optional<unsigned> pending_at;
    unsigned gso_size = 0;
    bool untold_gso = false;
};

// What is not there was not read: of a fragment nothing behind its IP header, and nothing behind a
// complaint of a header's length. Of a packet without a tunnel `inner` is its only IP header.
// *_at are from the first byte on. Complaints begin with the header that they are about: "outer
// IPv4: header checksum 0x1234, not 0x1235".
struct TunnelReading {
    std::optional<IpReading> outer;
    std::optional<UdpReading> udp; // GUE's and FOU's
    std::optional<GueReading> gue;
    std::optional<GreReading> gre;
    std::optional<IpReading> inner;
    std::optional<TransportReading> transport;
    std::optional<IcmpReading> icmp;
    unsigned inner_at = 0, transport_at = 0, payload_at = 0, payload = 0;
    Complaints complaints;

    // One line: "IPv4 1500 id 7 GUE | IPv4 1468 id 8 DF TCP 40000 > 8000 seq 1 +1428".
    std::string text() const;
};

TunnelReading read_tunnel(std::span<const uint8_t> bytes, const Expected& expected);

} // namespace gueway
