// SPDX-License-Identifier: GPL-2.0-only
#include "packet/icmp_error.h"

#include "encap/sizes.h"
#include "packet/octets.h"
#include "packet/sums.h"

#include <netinet/in.h>

namespace gueway {

unsigned quotable(int family)
{
    const unsigned longest = family == AF_INET ? 576 : least_ipv6_mtu;
    return longest - ip_header(family) - icmp_header;
}

// IPv4's MTU has the lower half of the field, whose other half is zero.
std::vector<uint8_t> icmp_error(IpFields ip, const IcmpAnswer& what, Bytes packet)
{
    const int family = ip.from.family;
    const size_t own = ip_header(family), headers = own + icmp_header;
    const auto quoted = packet.first(std::min<size_t>(packet.size(), quotable(family)));
    std::vector<uint8_t> made(headers + quoted.size());
    ip.protocol = family == AF_INET ? uint8_t{IPPROTO_ICMP} : uint8_t{IPPROTO_ICMPV6};
    ip.data = static_cast<unsigned>(icmp_header + quoted.size());
    put_ip(made, ip);
    const auto icmp = std::span(made).subspan(own);
    icmp[0] = what.type;
    icmp[1] = what.code;
    put_be32(icmp, 4, what.mtu);
    std::ranges::copy(quoted, icmp.begin() + icmp_header);
    const auto pseudo =
        family == AF_INET ? 0 : pseudo_header_sum(ip.from, ip.to, ip.protocol, ip.data);
    put_be16(icmp, 2, static_cast<uint16_t>(~internet_sum(icmp, pseudo)));
    return made;
}

} // namespace gueway
