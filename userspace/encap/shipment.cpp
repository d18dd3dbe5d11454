// SPDX-License-Identifier: GPL-2.0-only
// What a client sends: the segments of a GSO packet, each an IP packet of its own.
#include "encap/oracle.h"

#include <algorithm>

namespace gueway {

unsigned Shipment::headers() const
{
    return ip_header(family) + transport_header;
}

unsigned Shipment::segments() const
{
    if (gso_size == 0 || payload == 0) return 1;
    return (payload - 1) / gso_size + 1;
}

unsigned Shipment::segment_length(unsigned i) const
{
    if (gso_size == 0) return headers() + payload;
    return headers() + std::min(gso_size, payload - std::min(payload, i * gso_size));
}

unsigned Shipment::longest_segment() const
{
    return segment_length(0);
}

} // namespace gueway
