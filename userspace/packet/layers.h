// SPDX-License-Identifier: GPL-2.0-only
// What the first bytes of a packet say: its IP header, and, when it is a tunnel's, the one inside.
// Numbers are in host order. Sources: RFC 791, 8200, 9293, 768; RFC 2003 and 2473 (IP in IP), RFC
// 2784 and 2890 (GRE), draft-ietf-intarea-gue and include/net/gue.h (GUE), net/ipv4/fou_core.c.
#pragma once

#include "util/address.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gueway {

struct IpLayer {
    Address source, destination;
    uint8_t protocol = 0;       // what follows; behind IPv6 extension headers, if they are there
    unsigned header = 0;        // bytes, options and extension headers included
    unsigned length = 0;        // bytes as the header has it; 0: more than it can say
    bool dont_fragment = false; // IPv6 always
    bool first = true;          // false: a later fragment, which has no transport header
};

// Ports and what TCP says of itself.
struct TransportLayer {
    uint16_t source = 0, destination = 0;
    unsigned header = 0; // bytes
    uint32_t sequence = 0;
    std::string flags; // of TCP: "SYN ACK"; empty for the others
};

enum class TunnelType : uint8_t { none, ipip, gre, gue, fou };
std::string_view name(TunnelType type); // "IPIP", "GUE"; empty for none

// `outer` counts when there is a tunnel, and so do `tunnel_port`s for those over UDP.
struct PacketLayers {
    std::optional<IpLayer> outer;
    TunnelType tunnel = TunnelType::none;
    unsigned tunnel_header = 0;              // bytes between the two IP headers
    std::optional<TransportLayer> carrier;   // UDP of GUE and FOU
    std::optional<IpLayer> inner;            // the packet itself, when it is IP
    std::optional<TransportLayer> transport; // of the packet itself: TCP, UDP, SCTP

    // Bytes in front of the payload, from the first header on; nothing when they are not all there.
    std::optional<unsigned> headers() const;
    // One line, outermost first: "172.70.64.1:51034 > 172.70.64.149:5501 GUE | 10.0.0.2:40000 >
    // 198.51.100.150:8000 TCP ACK".
    std::string text() const;
};

// `bytes` begin with the network header; EtherType as in <linux/if_ether.h>. What is cut off or
// damaged is left out. UDP is taken for GUE or FOU only when what it carries is an IP packet of a
// length that fits: no port is asked, since any may carry them.
PacketLayers parse_layers(uint16_t ethertype, std::span<const uint8_t> bytes);

// "TCP", "UDP", "ICMP", "protocol 99".
std::string protocol_text(uint8_t protocol);
// "IPv4", "ARP", "EtherType 0x88cc".
std::string ethertype_text(uint16_t ethertype);

} // namespace gueway
