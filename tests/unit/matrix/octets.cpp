// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/octets.h"

#include <netinet/in.h>

namespace gueway::matrix::rfc {

size_t ip_size(int family)
{
    return family == AF_INET ? 20 : 40;
}

uint8_t ip_protocol(int family)
{
    return family == AF_INET ? IPPROTO_IPIP : IPPROTO_IPV6;
}

uint16_t get16(const Octets& bytes, size_t at)
{
    return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

void set16(Octets& bytes, size_t at, unsigned value)
{
    bytes[at] = static_cast<uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<uint8_t>(value);
}

void add8(Octets& bytes, unsigned value)
{
    bytes.push_back(static_cast<uint8_t>(value));
}

void add16(Octets& bytes, unsigned value)
{
    add8(bytes, value >> 8);
    add8(bytes, value);
}

void add32(Octets& bytes, uint32_t value)
{
    add16(bytes, value >> 16);
    add16(bytes, value);
}

void add(Octets& bytes, std::span<const uint8_t> more)
{
    bytes.insert(bytes.end(), more.begin(), more.end());
}

uint64_t pairs(std::span<const uint8_t> bytes)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < bytes.size(); ++i) sum += i % 2 ? bytes[i] : bytes[i] << 8;
    return sum;
}

uint16_t folded(uint64_t sum)
{
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<uint16_t>(sum);
}

uint16_t complement(uint64_t sum)
{
    return static_cast<uint16_t>(~folded(sum));
}

std::span<const uint8_t> from(const Octets& bytes, size_t at)
{
    return std::span(bytes).subspan(at);
}

uint64_t pseudo_header(const Octets& bytes, size_t ip, int family, uint8_t protocol, size_t length)
{
    const bool v4 = family == AF_INET;
    return pairs(std::span(bytes).subspan(ip + (v4 ? 12 : 8), v4 ? 8 : 32)) + protocol + length;
}

uint16_t never_zero(uint16_t sum)
{
    return sum ? sum : 0xffff;
}

uint32_t crc(std::span<const uint8_t> bytes)
{
    uint32_t remainder = ~0U;
    for (const auto byte : bytes) {
        remainder ^= byte;
        for (int bit = 0; bit < 8; ++bit)
            remainder = (remainder >> 1) ^ (remainder & 1 ? 0x82f63b78U : 0);
    }
    return ~remainder;
}

} // namespace gueway::matrix::rfc
