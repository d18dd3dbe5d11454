// SPDX-License-Identifier: GPL-2.0-only
#include "packet/fragment.h"

#include "encap/encap.h"
#include "packet/ip_fields.h"
#include "packet/octets.h"

#include <utility>

#include <netinet/in.h>
#include <netinet/ip.h>

namespace gueway {

namespace {

constexpr unsigned offset_unit = 8; // of IPv4's field; IPv6's has the same bits, shifted

void make_fragment4(std::span<uint8_t> ip, const Part& part)
{
    put_be16(ip, 2, static_cast<uint32_t>(ip.size()));
    put_be16(ip, 6, (be16(ip, 6) & IP_DF) | (part.more ? IP_MF : 0) | part.offset / offset_unit);
    put_ipv4_sum(ip.first(ip_header(AF_INET)));
}

void make_fragment6(std::span<uint8_t> ip, const Part& part, uint32_t id)
{
    constexpr size_t next_at = 6;
    const size_t own = ip_header(AF_INET6);
    put_be16(ip, 4, static_cast<uint32_t>(ip.size() - own));
    ip[own] = std::exchange(ip[next_at], IPPROTO_FRAGMENT);
    put_be16(ip, own + 2, part.offset | (part.more ? 1U : 0U));
    put_be32(ip, own + 4, id);
}

} // namespace

std::vector<uint8_t> fragment(Bytes packet, const Part& part, uint32_t id)
{
    const bool v4 = packet[0] >> 4 == 4;
    const int family = v4 ? AF_INET : AF_INET6;
    const auto data = packet.subspan(ip_header(family) + part.offset, part.length);
    std::vector<uint8_t> made(fragment_headers(family) + part.length);
    std::ranges::copy(packet.first(ip_header(family)), made.begin());
    std::ranges::copy(data, made.begin() + fragment_headers(family));
    v4 ? make_fragment4(made, part) : make_fragment6(made, part, id);
    return made;
}

} // namespace gueway
