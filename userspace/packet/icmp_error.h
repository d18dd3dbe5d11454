// SPDX-License-Identifier: GPL-2.0-only
// Writing what tells a sender that a packet is too long. Sources: RFC 792 and 1191, 4443.
#pragma once

#include "encap/oracle.h"
#include "packet/ip_fields.h"

#include <cstdint>
#include <span>
#include <vector>

namespace gueway {

// Bytes of the packet that it is about which it quotes at most: all that fits into a message of 576
// bytes (RFC 1812, section 4.3.2.3), or of 1280 (RFC 4443, section 2.4).
unsigned quotable(int family);

// From its IP header on, of which protocol and length are computed; `packet` is what it is about.
std::vector<uint8_t> icmp_error(IpFields ip, const IcmpAnswer& what,
                                std::span<const uint8_t> packet);

} // namespace gueway
