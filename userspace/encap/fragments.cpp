// SPDX-License-Identifier: GPL-2.0-only
#include "encap/fragments.h"

#include "encap/encap.h"

#include <algorithm>

#include <sys/socket.h>

namespace gueway {

namespace {

constexpr unsigned fragment_header = 8; // RFC 8200, section 4.5
constexpr unsigned offset_unit = 8;     // of the fragment offset field, in both families

} // namespace

unsigned fragment_headers(int family)
{
    return ip_header(family) + (family == AF_INET6 ? fragment_header : 0);
}

std::vector<Part> cut(int family, unsigned data, unsigned mtu)
{
    const unsigned headers = fragment_headers(family);
    if (mtu < headers + offset_unit) return {};
    const unsigned most = mtu - headers;
    const unsigned step = most - most % offset_unit;
    std::vector<Part> parts;
    unsigned offset = 0;
    for (; data - offset > most; offset += step) parts.push_back({offset, step, true});
    parts.push_back({offset, data - offset, false});
    return parts;
}

} // namespace gueway
