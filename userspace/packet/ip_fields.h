// SPDX-License-Identifier: GPL-2.0-only
// Writing IP headers. Sources: RFC 791 and 8200.
#pragma once

#include "util/address.h"

#include <cstdint>
#include <span>

namespace gueway {

// Of a header without options. Numbers in host order.
//   from, to       both of one family, which is the packet's
//   traffic_class  or type of service
//   flow_label     IPv6's, 20 bits
//   id             IPv4's identification
//   dont_fragment  IPv4's
//   ttl            or hop limit
//   data           bytes behind the header
struct IpFields {
    Address from, to;
    uint8_t protocol = 0, ttl = 64, traffic_class = 0;
    uint32_t flow_label = 0;
    uint16_t id = 0;
    bool dont_fragment = false;
    unsigned data = 0;
};

// Into the first ip_header() bytes, which are zeroed; IPv4's checksum too.
void put_ip(std::span<uint8_t> into, const IpFields& fields);

// The checksum of an IPv4 header, anew. `header` is all of it and no more.
void put_ipv4_sum(std::span<uint8_t> header);

} // namespace gueway
