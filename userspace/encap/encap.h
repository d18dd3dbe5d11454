// SPDX-License-Identifier: GPL-2.0-only
// The tunnel vocabulary: how an inner IP packet is wrapped, and what that costs. Pure arithmetic;
// lengths are bytes of IP packet, headers of IP without options.
// Sources: RFC 2003 and 2473 (IP in IP), RFC 2784 (GRE), draft-ietf-intarea-gue (GUE, its remote
// checksum offload in draft-herbert-guev2 private data), net/netfilter/ipvs/ip_vs_xmit.c.
#pragma once

#include "util/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace gueway {

// fou_interface is a tunnel device of its own for each worker (plain FOU, UDP around IP in IP) with
// IPVS in direct mode; the others are IPVS's own encapsulation.
enum class EncapType : uint8_t { ipip, gue, gre, fou_interface };

// none: UDP checksum zero, GRE without checksum. full: over the whole packet. remote: GUE's remote
// checksum offload, which carries where the inner checksum goes instead of a second one.
enum class EncapChecksum : uint8_t { none, full, remote };

struct Encap {
    EncapType type = EncapType::ipip;
    uint16_t port = 0; // UDP destination port, host order: gue and fou_interface only
    EncapChecksum checksum = EncapChecksum::none;
    bool operator==(const Encap&) const = default;
};

inline constexpr std::array<std::string_view, 4> encap_type_names = {"ipip", "gue", "gre",
                                                                     "fou-interface"};
inline constexpr std::array<std::string_view, 3> encap_checksum_names = {"none", "full", "remote"};
std::string_view name(EncapType type);
std::string_view name(EncapChecksum checksum);

// "gue:5501", "gue:5501 checksum full", "ipip".
std::string text(const Encap& encap);

// Whether the combination exists: a port where there is UDP and nowhere else, a checksum that the
// type has. The Error names what is wrong and what would be right.
Result<void> check(const Encap& encap);

unsigned ip_header(int family); // 20 or 40

// Bytes in front of the inner IP packet: outer IP header of `underlay` (AF_INET or AF_INET6), and
// what is between the two IP headers.
unsigned overhead(const Encap& encap, int underlay);

// The largest inner packet that fits into an underlay of that MTU; 0 when nothing does.
unsigned inner_mtu(const Encap& encap, int underlay, unsigned mtu);

// The largest TCP segment of that family in a packet of `mtu` bytes, TCP without options (RFC 9293,
// section 3.7.1); 0 when there is no room.
unsigned tcp_mss(int family, unsigned mtu);

// IPv6 needs links of this MTU (RFC 8200, section 5); less inside a tunnel breaks it.
constexpr unsigned least_ipv6_mtu = 1280;

} // namespace gueway
