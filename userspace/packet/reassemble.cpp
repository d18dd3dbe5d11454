// SPDX-License-Identifier: GPL-2.0-only
#include "packet/reassemble.h"

#include "packet/ip_fields.h"
#include "packet/octets.h"

#include <algorithm>

#include <fmt/format.h>
#include <netinet/in.h>

namespace gueway {

namespace {

struct Part {
    IpReading ip;
    Bytes bytes; // the packet
    Bytes data() const { return bytes.subspan(ip.header); }
    unsigned end() const { return ip.offset + static_cast<unsigned>(data().size()); }
};

template <class... A>
void complain(Complaints& complaints, fmt::format_string<A...> what, A&&... values)
{
    complaints.push_back(fmt::format(what, std::forward<A>(values)...));
}

bool of_one_packet(const Part& a, const Part& b)
{
    return a.ip.family == b.ip.family && a.ip.source == b.ip.source &&
           a.ip.destination == b.ip.destination && a.ip.id == b.ip.id &&
           (a.ip.family == AF_INET6 || a.ip.protocol == b.ip.protocol);
}

std::vector<Part> read_parts(std::span<const Bytes> fragments, Complaints& complaints)
{
    std::vector<Part> parts;
    for (const auto bytes : fragments) {
        const int family = !bytes.empty() && bytes[0] >> 4 == 6 ? AF_INET6 : AF_INET;
        const auto ip = read_ip(bytes, family, complaints);
        if (!ip) continue;
        if (bytes.size() != ip->length)
            complain(complaints, "{} bytes are behind the packet", bytes.size() - ip->length);
        parts.push_back({*ip, bytes.first(ip->length)});
    }
    return parts;
}

// As they came.
void check_each(const std::vector<Part>& parts, Complaints& complaints)
{
    for (const auto& part : parts) {
        if (!part.ip.fragment())
            complain(complaints, "a packet that is no fragment, among fragments");
        if (!of_one_packet(parts.front(), part))
            complain(complaints, "fragments of different packets: {} > {} id {}, {} > {} id {}",
                     parts.front().ip.source.text(), parts.front().ip.destination.text(),
                     parts.front().ip.id, part.ip.source.text(), part.ip.destination.text(),
                     part.ip.id);
    }
    if (!std::ranges::is_sorted(parts, {}, [](const Part& part) { return part.ip.offset; }))
        complain(complaints, "fragments out of order");
}

// What the parts, in order of offset, cover: nothing when it is not all of something.
std::vector<uint8_t> joined(const std::vector<Part>& parts, Complaints& complaints)
{
    std::vector<uint8_t> data;
    bool whole = true;
    unsigned have = 0;
    const auto complain_and = [&](const std::string& what) {
        complaints.push_back(what);
        whole = false;
    };
    for (size_t i = 0; i < parts.size(); ++i) {
        const auto& part = parts[i];
        const bool last = i + 1 == parts.size();
        if (part.ip.offset > have)
            complain_and(fmt::format("bytes {} to {} are missing", have, part.ip.offset));
        if (part.ip.offset < have)
            complain_and(fmt::format("bytes {} to {} came twice", part.ip.offset,
                                     std::min(have, part.end())));
        if (!last && !part.ip.more)
            complain_and(fmt::format("the fragment at {} says that it is the last, and is not",
                                     part.ip.offset));
        if (last && part.ip.more) complain_and("the last fragment says that there is more");
        data.insert(data.end(), part.data().begin(), part.data().end());
        have = std::max(have, part.end());
    }
    if (!whole) data.clear();
    return data;
}

constexpr unsigned fragment_header = 8, ipv6_header = 40;

// Extension headers in front of the fragment header stay. Which one names it as the next is
// followed from the IPv6 header on.
void take_out_fragment_header(std::vector<uint8_t>& packet)
{
    size_t names = 6, at = ipv6_header;
    while (packet[names] != IPPROTO_FRAGMENT) {
        names = at;
        at += size_t{8} * (packet[at + 1] + size_t{1});
    }
    packet[names] = packet[at];
    const auto from = packet.begin() + static_cast<std::ptrdiff_t>(at);
    packet.erase(from, from + fragment_header);
}

std::vector<uint8_t> rebuilt(const Part& first, const std::vector<uint8_t>& data)
{
    const auto header = first.bytes.first(first.ip.header);
    std::vector<uint8_t> packet(header.begin(), header.end());
    if (first.ip.family == AF_INET6) take_out_fragment_header(packet);
    const size_t header_size = packet.size();
    packet.insert(packet.end(), data.begin(), data.end());
    if (first.ip.family == AF_INET6) {
        put_be16(packet, 4, static_cast<uint32_t>(packet.size() - ipv6_header));
        return packet;
    }
    constexpr unsigned dont_fragment = 0x4000;
    put_be16(packet, 2, static_cast<uint32_t>(packet.size()));
    put_be16(packet, 6, be16(packet, 6) & dont_fragment);
    put_ipv4_sum(std::span(packet).first(header_size));
    return packet;
}

} // namespace

Reassembled reassemble(std::span<const Bytes> fragments)
{
    Reassembled made;
    auto parts = read_parts(fragments, made.complaints);
    if (parts.size() == 1 && !parts[0].ip.fragment()) {
        made.packet.assign(parts[0].bytes.begin(), parts[0].bytes.end());
        return made;
    }
    if (parts.empty()) {
        complain(made.complaints, "no fragments");
        return made;
    }
    check_each(parts, made.complaints);
    if (!made.complaints.empty() && parts.size() != fragments.size()) return made;
    std::ranges::stable_sort(parts, {}, [](const Part& part) { return part.ip.offset; });
    const auto data = joined(parts, made.complaints);
    const bool one = std::ranges::all_of(
        parts, [&](const Part& part) { return of_one_packet(parts.front(), part); });
    if (!data.empty() && one) made.packet = rebuilt(parts.front(), data);
    return made;
}

} // namespace gueway
