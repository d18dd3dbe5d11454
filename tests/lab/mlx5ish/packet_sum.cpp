// SPDX-License-Identifier: GPL-2.0-only
#include "packet_sum.h"

#include "util/text.h"

namespace gueway {

namespace {

uint16_t be16(std::span<const uint8_t> bytes, size_t at)
{
    return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

uint32_t plain_sum(std::span<const uint8_t> bytes)
{
    uint32_t sum = 0;
    for (size_t i = 0; i + 1 < bytes.size(); i += 2) sum += be16(bytes, i);
    if (bytes.size() % 2) sum += static_cast<uint32_t>(bytes.back()) << 8;
    return sum;
}

} // namespace

uint16_t internet_sum(std::span<const uint8_t> bytes, uint32_t start)
{
    uint32_t sum = plain_sum(bytes) + start;
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<uint16_t>(sum);
}

uint32_t pseudo_header_sum(std::span<const uint8_t> ip, uint8_t protocol, uint32_t length)
{
    const bool v4 = ip[0] >> 4 == 4;
    const auto addresses = v4 ? ip.subspan(12, 8) : ip.subspan(8, 32);
    return plain_sum(addresses) + protocol + (length >> 16) + (length & 0xffff);
}

TransportPlace find_transport(std::span<const uint8_t> ip)
{
    if (ip[0] >> 4 == 4) return {(ip[0] & size_t{15}) * 4, be16(ip, 2), ip[9]};
    return {40, size_t{40} + be16(ip, 4), ip[6]};
}

bool transport_sum_is_right(std::span<const uint8_t> ip)
{
    const auto [at, end, protocol] = find_transport(ip);
    if (end > ip.size() || at > end) return false;
    const auto length = static_cast<uint32_t>(end - at);
    return internet_sum(ip.subspan(at, length), pseudo_header_sum(ip, protocol, length)) == 0xffff;
}

uint64_t snmp_count(const std::string& snmp, std::string_view family, std::string_view name)
{
    const auto all = lines(snmp);
    for (size_t i = 0; i + 1 < all.size(); ++i) {
        const auto names = words(all[i]), values = words(all[i + 1]);
        if (names.empty() || names[0] != family || names.size() != values.size()) continue;
        for (size_t column = 1; column < names.size(); ++column)
            if (names[column] == name) return parse_number<uint64_t>(values[column]).value_or(0);
    }
    return 0;
}

} // namespace gueway
