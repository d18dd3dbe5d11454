// SPDX-License-Identifier: GPL-2.0-only
// Checksums computed without the kernel: RFC 1071, and SCTP's CRC (RFC 9260, appendix A).
#pragma once

#include "util/address.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace gueway {

// The one's complement sum of the bytes, folded, host order; 0xffff for what holds its own right
// checksum. Its complement is what a checksum field has.
uint16_t internet_sum(std::span<const uint8_t> bytes, uint32_t start = 0);

// What a header's checksum is that is so much more than `checksum`; with the complement of `by`, so
// much less. 0xffff, the complement of nothing, is no header's.
uint16_t checksum_plus(uint16_t checksum, uint16_t by);

// The sum of the pseudo-header of RFC 9293 and 8200 for `length` bytes of `protocol`, not folded.
uint32_t pseudo_header_sum(const Address& from, const Address& to, uint8_t protocol,
                           uint32_t length);
// `ip` begins with the IP header.
uint32_t pseudo_header_sum(std::span<const uint8_t> ip, uint8_t protocol, uint32_t length);

// Where TCP or UDP begins, its protocol, and where the packet ends, in a packet without extension
// headers.
struct TransportPlace {
    size_t at = 0, end = 0;
    uint8_t protocol = 0;
};
TransportPlace find_transport(std::span<const uint8_t> ip);

// The CRC that RFC 9260 calls CRC32c. SCTP has it least significant byte first, over the packet
// with zeroes in its place.
uint32_t crc32c(std::span<const uint8_t> bytes);

} // namespace gueway
