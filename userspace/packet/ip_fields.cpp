// SPDX-License-Identifier: GPL-2.0-only
#include "packet/ip_fields.h"

#include "encap/sizes.h"
#include "packet/octets.h"
#include "packet/sums.h"

#include <netinet/ip.h>
#include <sys/socket.h>

namespace gueway {

namespace {

using Out = std::span<uint8_t>;

void put_address(Out into, const Address& address)
{
    std::copy_n(address.bytes.begin(), address.size(), into.begin());
}

void put_ipv4(Out ip, const IpFields& fields)
{
    ip[0] = 4 << 4 | ipv4_header / 4;
    ip[1] = fields.traffic_class;
    put_be16(ip, 2, ipv4_header + fields.data);
    put_be16(ip, 4, fields.id);
    put_be16(ip, 6, fields.dont_fragment ? IP_DF : 0);
    ip[8] = fields.ttl;
    ip[9] = fields.protocol;
    put_address(ip.subspan(12), fields.from);
    put_address(ip.subspan(16), fields.to);
    put_ipv4_sum(ip.first(ipv4_header));
}

void put_ipv6(Out ip, const IpFields& fields)
{
    put_be32(ip, 0, 6U << 28 | uint32_t{fields.traffic_class} << 20 | fields.flow_label);
    put_be16(ip, 4, fields.data);
    ip[6] = fields.protocol;
    ip[7] = fields.ttl;
    put_address(ip.subspan(8), fields.from);
    put_address(ip.subspan(24), fields.to);
}

} // namespace

void put_ip(Out into, const IpFields& fields)
{
    fields.from.family == AF_INET ? put_ipv4(into, fields) : put_ipv6(into, fields);
}

void put_ipv4_sum(Out header)
{
    constexpr size_t at = 10;
    put_be16(header, at, 0);
    put_be16(header, at, static_cast<uint16_t>(~internet_sum(header)));
}

} // namespace gueway
