// SPDX-License-Identifier: GPL-2.0-only
#include "packet/sums.h"

#include "packet/octets.h"

#include <array>
#include <bit>
#include <cstring>

namespace gueway {

namespace {

uint16_t folded(uint64_t sum)
{
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<uint16_t>(sum);
}

// In this machine's byte order, four bytes at a time: the sum of swapped bytes is the swapped sum
// (RFC 1071, section 2).
uint16_t native_sum(Bytes bytes)
{
    uint64_t sum = 0;
    size_t at = 0;
    for (; at + 4 <= bytes.size(); at += 4) {
        uint32_t word = 0;
        std::memcpy(&word, bytes.data() + at, sizeof word);
        sum += word;
    }
    std::array<uint8_t, 4> rest{};
    if (at < bytes.size()) std::memcpy(rest.data(), bytes.data() + at, bytes.size() - at);
    return folded(sum + std::bit_cast<uint32_t>(rest));
}

uint16_t from_native(uint16_t sum)
{
    return std::endian::native == std::endian::big ? sum
                                                   : static_cast<uint16_t>(sum << 8 | sum >> 8);
}

// Castagnoli's polynomial, least significant bit first: the remainder for each byte.
constexpr std::array<uint32_t, 256> crc_table()
{
    constexpr uint32_t polynomial = 0x82f63b78; // 0x1edc6f41 from the other end
    std::array<uint32_t, 256> table{};
    for (uint32_t byte = 0; byte < table.size(); ++byte) {
        uint32_t rest = byte;
        for (int bit = 0; bit < 8; ++bit) rest = rest & 1 ? rest >> 1 ^ polynomial : rest >> 1;
        table.at(byte) = rest;
    }
    return table;
}

} // namespace

uint16_t internet_sum(Bytes bytes, uint32_t start)
{
    return folded(uint64_t{from_native(native_sum(bytes))} + start);
}

uint16_t checksum_plus(uint16_t checksum, uint16_t by)
{
    const auto sum = internet_sum({}, uint32_t{checksum} + by);
    return sum == 0xffff ? 0 : sum;
}

uint32_t pseudo_header_sum(const Address& from, const Address& to, uint8_t protocol,
                           uint32_t length)
{
    const auto of = [](const Address& address) {
        return internet_sum(Bytes(address.bytes).first(static_cast<size_t>(address.size())));
    };
    return uint32_t{of(from)} + of(to) + protocol + (length >> 16) + (length & 0xffff);
}

uint32_t pseudo_header_sum(Bytes ip, uint8_t protocol, uint32_t length)
{
    const bool v4 = ip[0] >> 4 == 4;
    const auto addresses = v4 ? ip.subspan(12, 8) : ip.subspan(8, 32);
    return uint32_t{internet_sum(addresses)} + protocol + (length >> 16) + (length & 0xffff);
}

TransportPlace find_transport(Bytes ip)
{
    if (ip[0] >> 4 == 4) return {(ip[0] & size_t{15}) * 4, be16(ip, 2), ip[9]};
    return {40, size_t{40} + be16(ip, 4), ip[6]};
}

uint32_t crc32c(Bytes bytes)
{
    static constexpr auto table = crc_table();
    uint32_t rest = ~uint32_t{0};
    for (const uint8_t byte : bytes) rest = rest >> 8 ^ table[(rest ^ byte) & 0xff];
    return ~rest;
}

} // namespace gueway
