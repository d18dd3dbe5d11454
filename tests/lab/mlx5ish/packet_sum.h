// SPDX-License-Identifier: GPL-2.0-only
// Checksums computed without the kernel (RFC 1071), and counts of /proc/net/snmp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gueway {

// The one's complement sum of the bytes, folded; 0xffff for what holds its own right checksum.
uint16_t internet_sum(std::span<const uint8_t> bytes, uint32_t start = 0);

// The sum of the pseudo-header of RFC 9293 and 8200 for `length` bytes of `protocol`. `ip` begins
// with the IP header.
uint32_t pseudo_header_sum(std::span<const uint8_t> ip, uint8_t protocol, uint32_t length);

// Whether the TCP or UDP checksum of an IPv4 or IPv6 packet without extension headers is right.
// `ip` has the whole packet, and may have more behind it.
bool transport_sum_is_right(std::span<const uint8_t> ip);

// Where TCP or UDP begins, its protocol, and where the packet ends.
struct TransportPlace {
    size_t at = 0, end = 0;
    uint8_t protocol = 0;
};
TransportPlace find_transport(std::span<const uint8_t> ip);

// "Udp: A B" and "Udp: 1 2" are two lines of the file.
uint64_t snmp_count(const std::string& snmp, std::string_view family, std::string_view name);
inline uint64_t udp_count(const std::string& snmp, std::string_view name)
{
    return snmp_count(snmp, "Udp:", name);
}

} // namespace gueway
