// SPDX-License-Identifier: GPL-2.0-only
// Ethernet frames of one IP packet each, made from a description: what a sender would hand to its
// device, for packet sockets. With PACKET_VNET_HDR (packet(7)) a frame may be longer than the MTU
// and stand for many segments.
// Sources: RFC 791, 8200, 9293, 7323 (timestamps), 768, 9260; IEEE 802.1Q.
#pragma once

#include "encap/oracle.h"
#include "packet/offload.h"
#include "util/address.h"
#include "util/result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace gueway {

using MacAddress = std::array<uint8_t, 6>;
// "02:00:00:00:00:01"; EINVAL names the text.
Result<MacAddress> parse_mac(std::string_view text);

struct TcpTimestamps {
    uint32_t value = 0, echo = 0;
    bool operator==(const TcpTimestamps&) const = default;
};

// What SCTP's DATA chunk says beside its TSN (RFC 9260, section 3.3.1): flags, of which 3 are a
// message that begins and ends in it; stream, the message's number in it, and whose payload it is.
struct SctpData {
    uint8_t flags = 3;
    uint16_t stream = 0, order = 0;
    uint32_t protocol = 0;
    bool operator==(const SctpData&) const = default;
};

// TCP's flag that the standard library has no name for (RFC 3168, section 6.1).
constexpr uint8_t tcp_cwr = 0x80;

// Numbers in host order.
//   vlan           tag control of a tag in the bytes; nothing: no tag
//   from, to       both of one family, which is the packet's
//   id             IPv4's identification
//   dont_fragment  IPv4's
//   ttl            or hop limit
//   traffic_class  or type of service
//   flow_label     IPv6's, 20 bits
//   sequence       TCP: of the first byte; SCTP: TSN of the DATA chunk; UDP has none
//   flags          TH_ACK and so on of <netinet/tcp.h>
//   tag            SCTP's verification tag
//   urgent         TCP's pointer, which says nothing where TH_URG is not set
//   segment        bytes of payload in each segment of a GSO packet, TCP or UDP; 0: it is one
//                  packet
//   partial        the transport checksum is left to offload (TCP, UDP); a GSO packet's always is
struct Frame {
    MacAddress from_mac{}, to_mac{};
    std::optional<uint16_t> vlan;
    Address from, to;
    uint16_t id = 0;
    bool dont_fragment = true;
    uint8_t ttl = 64, traffic_class = 0;
    uint32_t flow_label = 0;
    Transport transport = Transport::tcp;
    uint16_t from_port = 0, to_port = 0;
    uint32_t sequence = 0, acknowledgment = 0;
    uint8_t flags = 0;
    uint16_t window = 1000, urgent = 0;
    std::optional<TcpTimestamps> timestamps;
    uint32_t tag = 0;
    SctpData chunk;
    std::vector<uint8_t> payload;
    uint16_t segment = 0;
    bool partial = false;

    unsigned link_header() const;      // bytes: 14, 18 with a tag
    unsigned transport_header() const; // bytes in front of the payload; SCTP's with its chunk's
    unsigned length() const;           // of the IP packet: SCTP's chunk is padded to four bytes
};

// Whether there can be such a frame: families that agree, no more than 65535 bytes (IPv6: of what
// is behind its header), SCTP with payload and without offload.
Result<void> check(const Frame& frame);

// From the Ethernet header on, of a frame that passed check(). A checksum that is left to offload
// is the sum of the pseudo-header, as the kernel wants it.
std::vector<uint8_t> bytes(const Frame& frame);

// What goes in front of it; a GSO packet's type has gso_ecn where CWR is set. A frame that is no
// GSO packet has no type, and one whose checksum is
// done has no flag. Of UDP the type is gso_udp, which no kernel before 6.2 takes from a packet
// socket: there such a packet can only come from a UDP socket with UDP_SEGMENT (udp(7)) or from
// GRO. Kernels that take it want no more than 64 segments (UDP_MAX_SEGMENTS; 128 from 6.9 on).
// A TCP segment of less than 8 bytes is made 8 (TCP_MIN_GSO_SIZE) where fixed.
FrameOffload offload(const Frame& frame);

// The packets that a GSO packet stands for, each a frame of its own, complete: IP ID and sequence
// number count on, PSH and FIN are the last one's, CWR the first one's. Of any other frame, itself.
std::vector<Frame> split(const Frame& frame);

} // namespace gueway
