// SPDX-License-Identifier: GPL-2.0-only
#include "packet/reading.h"

#include "encap/sizes.h"
#include "packet/octets.h"
#include "packet/sums.h"

#include <array>

#include <fmt/format.h>
#include <netinet/in.h>

namespace gueway {

namespace {

constexpr unsigned longest = UINT16_MAX;

// What is complained of, behind the name of the header.
template <class... A>
void complain(Complaints& complaints, const char* of, fmt::format_string<A...> what, A&&... values)
{
    complaints.push_back(std::string(of) + ": " + fmt::format(what, std::forward<A>(values)...));
}

void check_fragment(const IpReading& ip, const char* of, Complaints& complaints)
{
    const unsigned data = ip.length - ip.header;
    if (ip.more && data % 8 != 0)
        complain(complaints, of, "{} bytes in a fragment with more to come: no multiple of 8",
                 data);
    if (ip.fragment() && data == 0) complain(complaints, of, "a fragment of nothing");
    // IPv6's length does not count its header.
    const unsigned end = (ip.family == AF_INET ? ip.header : 0) + ip.offset + data;
    if (ip.fragment() && end > longest)
        complain(complaints, of, "a fragment that ends at {} of at most {} bytes", end, longest);
}

// Fields whose places do not depend on one another.
IpReading ipv4_fields(Bytes bytes)
{
    const auto fragment = be16(bytes, 6);
    IpReading ip{.family = AF_INET,
                 .source = address_at(AF_INET, bytes, 12),
                 .destination = address_at(AF_INET, bytes, 16)};
    ip.traffic_class = bytes[1];
    ip.ttl = bytes[8];
    ip.protocol = bytes[9];
    ip.id = be16(bytes, 4);
    ip.header = 4U * (bytes[0] & 0xf);
    ip.length = be16(bytes, 2);
    ip.offset = 8U * (fragment & 0x1fff);
    ip.dont_fragment = (fragment & 0x4000) != 0;
    ip.more = (fragment & 0x2000) != 0;
    return ip;
}

void check_ipv4_sum(Bytes header, Complaints& complaints)
{
    if (internet_sum(header) == 0xffff) return;
    const auto field = be16(header, 10);
    const uint32_t others = internet_sum(header, static_cast<uint16_t>(~field));
    complain(complaints, "IPv4", "header checksum {:#06x}, not {:#06x}", field,
             static_cast<uint16_t>(~others));
}

std::optional<IpReading> read_ipv4(Bytes bytes, Complaints& complaints, Extent extent)
{
    const auto ip = ipv4_fields(bytes);
    if (ip.header < ipv4_header || ip.header > bytes.size()) {
        complain(complaints, "IPv4", "a header of {} bytes", ip.header);
        return {};
    }
    check_ipv4_sum(bytes.first(ip.header), complaints);
    if (bytes[6] & 0x80) complain(complaints, "IPv4", "the reserved flag is set");
    if (ip.ttl == 0) complain(complaints, "IPv4", "TTL 0");
    if (ip.length < ip.header || (extent == Extent::whole && ip.length > bytes.size())) {
        complain(complaints, "IPv4", "total length {}, but {} bytes are there", ip.length,
                 bytes.size());
        return {};
    }
    check_fragment(ip, "IPv4", complaints);
    return ip;
}

bool read_fragment_header(Bytes header, IpReading& ip, Complaints& complaints)
{
    if (ip.fragment() || ip.id != 0) {
        complain(complaints, "IPv6", "two fragment headers");
        return false;
    }
    const auto place = be16(header, 2);
    ip.offset = place & 0xfff8U;
    ip.more = (place & 1) != 0;
    ip.id = be32(header, 4);
    if (header[1] != 0 || (place & 6) != 0)
        complain(complaints, "IPv6", "reserved bits in the fragment header are set");
    return true;
}

// Moves `ip.header` behind them.
bool read_extensions(Bytes bytes, IpReading& ip, Complaints& complaints)
{
    const auto known = [](uint8_t type) {
        return type == IPPROTO_HOPOPTS || type == IPPROTO_ROUTING || type == IPPROTO_DSTOPTS ||
               type == IPPROTO_FRAGMENT;
    };
    while (known(ip.protocol)) {
        const bool fragment = ip.protocol == IPPROTO_FRAGMENT;
        const size_t left = bytes.size() - ip.header;
        const unsigned size = fragment || left < 8 ? 8 : 8U * (bytes[ip.header + size_t{1}] + 1U);
        if (left < size) {
            complain(complaints, "IPv6", "extension header {} goes beyond the packet", ip.protocol);
            return false;
        }
        if (fragment && !read_fragment_header(bytes.subspan(ip.header, size), ip, complaints))
            return false;
        ip.protocol = bytes[ip.header];
        ip.header += size;
        if (ip.fragment()) return true; // what follows is data that was cut
    }
    return true;
}

std::optional<IpReading> read_ipv6(Bytes bytes, Complaints& complaints, Extent extent)
{
    IpReading ip{.family = AF_INET6,
                 .source = address_at(AF_INET6, bytes, 8),
                 .destination = address_at(AF_INET6, bytes, 24)};
    ip.traffic_class = static_cast<uint8_t>(be16(bytes, 0) >> 4);
    ip.flow_label = be32(bytes, 0) & 0xfffff;
    ip.protocol = bytes[6];
    ip.ttl = bytes[7];
    ip.header = ipv6_header;
    ip.length = ipv6_header + be16(bytes, 4);
    ip.dont_fragment = true;
    if (ip.ttl == 0) complain(complaints, "IPv6", "hop limit 0");
    if (extent == Extent::whole && ip.length > bytes.size()) {
        complain(complaints, "IPv6", "payload length {}, but {} bytes are there",
                 ip.length - ipv6_header, bytes.size() - ipv6_header);
        return {};
    }
    if (!read_extensions(bytes.first(std::min<size_t>(ip.length, bytes.size())), ip, complaints))
        return {};
    check_fragment(ip, "IPv6", complaints);
    return ip;
}

} // namespace

std::optional<IpReading> read_ip(Bytes bytes, int family, Complaints& complaints, Extent extent)
{
    const bool v4 = family == AF_INET;
    const char* const of = v4 ? "IPv4" : "IPv6";
    if (bytes.size() < (v4 ? ipv4_header : ipv6_header)) {
        complain(complaints, of, "{} bytes are no header", bytes.size());
        return {};
    }
    if (bytes[0] >> 4 != (v4 ? 4 : 6)) {
        complain(complaints, of, "version {}", bytes[0] >> 4);
        return {};
    }
    return v4 ? read_ipv4(bytes, complaints, extent) : read_ipv6(bytes, complaints, extent);
}

} // namespace gueway
