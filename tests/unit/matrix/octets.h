// SPDX-License-Identifier: GPL-2.0-only
// Numbers in network order and checksums, written down from the RFCs once more: what judges the
// judge shares no code with userspace/packet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gueway::matrix::rfc {

using Octets = std::vector<uint8_t>;

size_t ip_size(int family);
uint8_t ip_protocol(int family);
uint16_t get16(const Octets& bytes, size_t at);
void set16(Octets& bytes, size_t at, unsigned value);
void add8(Octets& bytes, unsigned value);
void add16(Octets& bytes, unsigned value);
void add32(Octets& bytes, uint32_t value);
void add(Octets& bytes, std::span<const uint8_t> more);
// RFC 1071, not folded: pairs of bytes, an odd last one with a zero behind it.
uint64_t pairs(std::span<const uint8_t> bytes);
uint16_t folded(uint64_t sum);
uint16_t complement(uint64_t sum);
std::span<const uint8_t> from(const Octets& bytes, size_t at);
// RFC 9293, 3.1 and RFC 8200, 8.1, of the IP header at `ip`.
uint64_t pseudo_header(const Octets& bytes, size_t ip, int family, uint8_t protocol, size_t length);
// RFC 768: zero would say that there is none.
uint16_t never_zero(uint16_t sum);
// RFC 9260, appendix A, bit by bit.
uint32_t crc(std::span<const uint8_t> bytes);

} // namespace gueway::matrix::rfc
