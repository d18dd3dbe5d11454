// SPDX-License-Identifier: GPL-2.0-only
// A director's packets, built byte by byte from the RFCs that faultless.h names.
#pragma once

#include "matrix/observe.h"
#include "tests/unit/matrix/mend.h"

namespace gueway::matrix {

constexpr size_t ethernet = 14; // bytes in front of what a device carries
constexpr MacAddress to_mac = {2, 0, 0, 0, 0, 1}, from_mac = {2, 0, 0, 0, 0, 2};

//   data  bytes behind the header
struct IpHeader {
    Address source, destination;
    uint8_t protocol = 0, ttl = 64, traffic_class = 0;
    uint32_t flow_label = 0;
    uint16_t id = 0;
    bool dont_fragment = false;
    size_t data = 0;
};

// A part of the payload that is a packet of its own, from `at` on.
struct Part {
    size_t at = 0, size = 0;
    unsigned number = 0;
    bool last = true;
};

// The checksum of IPv4's header is zero.
void add_ip(Octets& bytes, const IpHeader& ip);
Octets in_ethernet(int family);

Layout layout(const Cell& cell, const Frame& sent);
// One, or one for each segment.
std::vector<Part> parts(const Frame& sent);
// The client's packet as it leaves the director, its lifetime one less; checksums zero.
Octets inner_packet(const Frame& sent, const Part& part);
// A frame with that packet in its tunnel; checksums right.
Octets tunnelled(const Cell& cell, const Frame& sent, const Layout& at, const Part& part);
// What a frame whose packet is longer than `mtu` is cut into.
std::vector<Octets> fragments(const Layout& at, const Octets& whole, size_t mtu);

} // namespace gueway::matrix
