// SPDX-License-Identifier: GPL-2.0-only
// The headers of a packet field by field, as a strict reader takes them: what is in each, and what
// is wrong with it, in words. Numbers are in host order, lengths and offsets in bytes.
// Sources: RFC 791, 8200, 9293, 7323, 768, 9260, 792, 4443.
#pragma once

#include "packet/frame.h"
#include "util/address.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gueway {

using Complaints = std::vector<std::string>;

//   id         IPv4's, or that of IPv6's fragment header
//   header     options or extension headers included
//   length     of the packet with its header, as the header has it
//   offset     of a fragment, in what was fragmented
//   protocol   what follows, behind extension headers
struct IpReading {
    int family = 0;
    Address source, destination;
    uint8_t traffic_class = 0, ttl = 0, protocol = 0;
    uint32_t flow_label = 0, id = 0;
    unsigned header = 0, length = 0, offset = 0;
    bool dont_fragment = false, more = false;
    bool fragment() const { return more || offset != 0; }
};

struct UdpReading {
    uint16_t source = 0, destination = 0, length = 0, checksum = 0;
};

// TCP, UDP or SCTP (the first chunk of which must be DATA); of the latter `checksum` is the CRC.
//   header   in front of the payload
//   payload  bytes of it; SCTP without padding
struct TransportReading {
    Transport transport = Transport::tcp;
    uint16_t source = 0, destination = 0;
    unsigned header = 0, payload = 0;
    uint32_t checksum = 0;
    uint32_t sequence = 0, acknowledgment = 0; // TCP; SCTP: TSN
    uint8_t flags = 0;                         // TCP
    uint16_t window = 0, urgent = 0;           // TCP
    std::optional<TcpTimestamps> timestamps;   // TCP
    uint32_t tag = 0;                          // SCTP
    SctpData chunk;                            // SCTP
};

// ICMP or ICMPv6.
//   mtu     of "fragmentation needed" and "packet too big"
//   quoted  where the packet that it is about begins, from the ICMP header on
struct IcmpReading {
    uint8_t type = 0, code = 0;
    uint32_t mtu = 0;
    unsigned quoted = 8;
};

// `family` is what the packet must be, as its EtherType or the header in front of it says. Nothing
// when there is no header to be read, or a length in it is wrong. `bytes` may be longer than the
// packet: who has nothing to pad complains of that. `quoted`: the beginning of a packet, as ICMP
// quotes it.
enum class Extent : uint8_t { whole, quoted };
std::optional<IpReading> read_ip(std::span<const uint8_t> bytes, int family, Complaints& complaints,
                                 Extent extent = Extent::whole);

// `bytes` end with the packet of which `ip` was read, and begin behind its header. No checksum is
// looked at. Nothing when it is none of TCP, UDP and SCTP, or its lengths contradict each other.
std::optional<TransportReading> read_transport(std::span<const uint8_t> bytes, const IpReading& ip,
                                               Complaints& complaints);
std::optional<IcmpReading> read_icmp(std::span<const uint8_t> bytes, const IpReading& ip,
                                     Complaints& complaints);

// Of what read_transport() or read_icmp() could read. `pending`: the field has the sum of the
// pseudo-header, SCTP's has zero, because somebody is yet to compute it (ICMP's never is).
enum class Sum : uint8_t { done, pending };
void check_sum(std::span<const uint8_t> bytes, const IpReading& ip, Sum sum,
               Complaints& complaints);

} // namespace gueway
