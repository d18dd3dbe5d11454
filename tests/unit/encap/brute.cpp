// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/encap/brute.h"

#include <sys/socket.h>

namespace gueway::brute {

namespace {

constexpr unsigned header_byte = 0;

Bytes wrapped(const Bytes& inner, unsigned wrapping)
{
    Bytes packet(wrapping, header_byte);
    packet.insert(packet.end(), inner.begin(), inner.end());
    return packet;
}

// Whether `count` bytes may be in a fragment that is not the last.
bool may_end(unsigned count)
{
    return count != 0 && count % 8 == 0;
}

// The packet behind its IP header of `header` bytes, in fragments whose headers take `headers`.
std::vector<Sent> cut(const Bytes& packet, unsigned header, unsigned headers, unsigned mtu)
{
    std::vector<Sent> fragments;
    unsigned at = header;
    while (at < packet.size()) {
        Sent one{Bytes(headers, header_byte), 0, at - header, false};
        unsigned count = 0;
        while (at + count < packet.size() && headers + count < mtu) ++count;
        one.more = at + count < packet.size();
        while (one.more && !may_end(count)) --count;
        for (unsigned i = 0; i < count; ++i) one.bytes.push_back(packet[at + i]);
        at += count;
        fragments.push_back(one);
    }
    return fragments;
}

std::vector<Sent> inner_fragments(const Bytes& inner, const TunnelPath& path,
                                  const Shipment& shipment)
{
    auto fragments = cut(inner, ip_header_bytes(shipment.family),
                         headers_of_fragments(shipment.family), room(path, shipment));
    for (auto& each : fragments) each.bytes = wrapped(each.bytes, wrapping_bytes(path, shipment));
    return fragments;
}

std::vector<Sent> one_segment(const Bytes& inner, const TunnelPath& path, const Shipment& shipment)
{
    const auto packet = wrapped(inner, wrapping_bytes(path, shipment));
    if (packet.size() <= path.mtu) return {{packet, 0, 0, false}};
    if (path.encap.type == EncapType::fou_interface) return inner_fragments(inner, path, shipment);
    return cut(packet, ip_header_bytes(path.underlay), headers_of_fragments(path.underlay),
               path.mtu);
}

} // namespace

unsigned ip_header_bytes(int family)
{
    return family == AF_INET ? 20 : 40;
}

std::vector<Bytes> segments(const Shipment& shipment)
{
    std::vector<Bytes> all;
    unsigned next = 1;
    const auto header = [&] {
        all.emplace_back();
        const auto bytes = ip_header_bytes(shipment.family) + shipment.transport_header;
        for (unsigned i = 0; i < bytes; ++i) all.back().push_back(next++);
    };
    header();
    unsigned in_this = 0;
    for (unsigned i = 0; i < shipment.payload; ++i) {
        if (shipment.gso_size != 0 && in_this == shipment.gso_size) {
            header();
            in_this = 0;
        }
        all.back().push_back(next++);
        ++in_this;
    }
    return all;
}

unsigned headers_of_fragments(int family)
{
    return family == AF_INET6 ? 48 : 20;
}

std::vector<Bytes> arriving(const Shipment& shipment)
{
    if (shipment.longest_fragment == 0) return segments(shipment);
    std::vector<Bytes> all;
    for (const auto& packet : segments(shipment))
        for (auto& fragment : cut(packet, ip_header_bytes(shipment.family),
                                  headers_of_fragments(shipment.family), shipment.longest_fragment))
            all.push_back(std::move(fragment.bytes));
    return all;
}

unsigned wrapping_bytes(const TunnelPath& path, const Shipment& shipment)
{
    const unsigned outer = ip_header_bytes(path.underlay);
    switch (path.encap.type) {
    case EncapType::ipip:
        return outer;
    case EncapType::fou_interface:
        return outer + 8;
    case EncapType::gre:
        return path.encap.checksum == EncapChecksum::full ? outer + 8 : outer + 4;
    case EncapType::gue:
        return path.encap.checksum == EncapChecksum::remote && shipment.partial ? outer + 20
                                                                                : outer + 12;
    }
    return 0;
}

unsigned room(const TunnelPath& path, const Shipment& shipment)
{
    unsigned length = 0;
    while (wrapping_bytes(path, shipment) + length + 1 <= path.mtu) ++length;
    return length;
}

std::vector<Sent> wire(const TunnelPath& path, const Shipment& shipment)
{
    std::vector<Sent> all;
    unsigned number = 0;
    for (const auto& inner : segments(shipment)) {
        for (auto& sent : one_segment(inner, path, shipment)) {
            sent.segment = number;
            all.push_back(std::move(sent));
        }
        ++number;
    }
    return all;
}

} // namespace gueway::brute
