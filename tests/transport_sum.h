// SPDX-License-Identifier: GPL-2.0-only
// Whether a packet's checksum is right, for tests of who computes them.
#pragma once

#include "packet/sums.h"

#include <cstdint>
#include <span>

namespace gueway {

// TCP's or UDP's, of an IPv4 or IPv6 packet without extension headers. `ip` has the whole packet,
// and may have more behind it.
inline bool transport_sum_is_right(std::span<const uint8_t> ip)
{
    const auto [at, end, protocol] = find_transport(ip);
    if (end > ip.size() || at > end) return false;
    const auto length = static_cast<uint32_t>(end - at);
    return internet_sum(ip.subspan(at, length), pseudo_header_sum(ip, protocol, length)) == 0xffff;
}

} // namespace gueway
