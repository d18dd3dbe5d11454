// SPDX-License-Identifier: GPL-2.0-only
#include "packet/frame.h"

#include "encap/sizes.h"
#include "packet/ip_fields.h"
#include "packet/octets.h"
#include "packet/sums.h"
#include "util/text.h"

#include <charconv>

#include <fmt/format.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

namespace gueway {

namespace {

using Out = std::span<uint8_t>;

constexpr unsigned longest = UINT16_MAX;

bool offloaded(const Frame& frame)
{
    return frame.partial || frame.segment != 0;
}

uint8_t protocol(Transport transport)
{
    switch (transport) {
    case Transport::tcp:
        return IPPROTO_TCP;
    case Transport::udp:
        return IPPROTO_UDP;
    case Transport::sctp:
        return IPPROTO_SCTP;
    }
    return 0;
}

// Of the TCP or UDP checksum, in its header.
uint16_t checksum_place(Transport transport)
{
    return transport == Transport::tcp ? 16 : 6;
}

void put_link(Out into, const Frame& frame)
{
    std::ranges::copy(frame.to_mac, into.begin());
    std::ranges::copy(frame.from_mac, into.begin() + ETH_ALEN);
    size_t at = size_t{2} * ETH_ALEN;
    if (frame.vlan) {
        put_be16(into, at, ETHERTYPE_VLAN);
        put_be16(into, at + 2, *frame.vlan);
        at += vlan_tag;
    }
    put_be16(into, at, frame.from.family == AF_INET ? ETHERTYPE_IP : ETHERTYPE_IPV6);
}

void put_tcp(Out tcp, const Frame& frame)
{
    put_be32(tcp, 4, frame.sequence);
    put_be32(tcp, 8, frame.acknowledgment);
    tcp[12] = static_cast<uint8_t>(frame.transport_header() / 4 << 4);
    tcp[13] = frame.flags;
    put_be16(tcp, 14, frame.window);
    put_be16(tcp, 18, frame.urgent);
    if (!frame.timestamps) return;
    tcp[20] = tcp[21] = TCPOPT_NOP; // so that the numbers begin on a multiple of four
    tcp[22] = TCPOPT_TIMESTAMP;
    tcp[23] = TCPOLEN_TIMESTAMP;
    put_be32(tcp, 24, frame.timestamps->value);
    put_be32(tcp, 28, frame.timestamps->echo);
}

// One DATA chunk.
void put_sctp(Out sctp, const Frame& frame)
{
    constexpr uint8_t data = 0;
    put_be32(sctp, 4, frame.tag);
    const auto chunk = sctp.subspan(sctp_common_header);
    chunk[0] = data;
    chunk[1] = frame.chunk.flags;
    put_be16(chunk, 2, static_cast<uint32_t>(sctp_data_header + frame.payload.size()));
    put_be32(chunk, 4, frame.sequence);
    put_be16(chunk, 8, frame.chunk.stream);
    put_be16(chunk, 10, frame.chunk.order);
    put_be32(chunk, 12, frame.chunk.protocol);
}

void put_crc(Out sctp)
{
    const auto crc = crc32c(sctp);
    for (unsigned i = 0; i < sizeof crc; ++i) sctp[8 + i] = static_cast<uint8_t>(crc >> 8 * i);
}

void put_checksum(Out transport, const Frame& frame)
{
    const auto pseudo = pseudo_header_sum(frame.from, frame.to, protocol(frame.transport),
                                          static_cast<uint32_t>(transport.size()));
    const auto place = checksum_place(frame.transport);
    if (offloaded(frame)) return put_be16(transport, place, internet_sum({}, pseudo));
    auto checksum = static_cast<uint16_t>(~internet_sum(transport, pseudo));
    if (frame.transport == Transport::udp && checksum == 0) checksum = 0xffff; // 0: there is none
    put_be16(transport, place, checksum);
}

// `transport` is zeroed, and ends with the packet.
void put_transport(Out transport, const Frame& frame)
{
    put_be16(transport, 0, frame.from_port);
    put_be16(transport, 2, frame.to_port);
    std::ranges::copy(frame.payload, transport.begin() + frame.transport_header());
    if (frame.transport == Transport::tcp) put_tcp(transport, frame);
    if (frame.transport == Transport::udp)
        put_be16(transport, 4, static_cast<uint32_t>(transport.size()));
    if (frame.transport == Transport::sctp) {
        put_sctp(transport, frame);
        return put_crc(transport);
    }
    put_checksum(transport, frame);
}

} // namespace

Result<MacAddress> parse_mac(std::string_view text)
{
    MacAddress made{};
    const auto parts = split(text, ':');
    bool right = parts.size() == made.size();
    for (size_t i = 0; right && i < made.size(); ++i) {
        const auto* const begin = parts[i].begin();
        const auto* const end = begin + parts[i].size();
        const auto [stop, wrong] = std::from_chars(begin, end, made.at(i), 16);
        right = parts[i].size() == 2 && stop == end && wrong == std::errc{};
    }
    if (right) return made;
    return Error{fmt::format("\"{}\"", text),
                 "read as an Ethernet address",
                 EINVAL,
                 {},
                 "six pairs of hexadecimal digits, as in 02:00:00:00:00:01"};
}

unsigned Frame::link_header() const
{
    return ethernet_header + (vlan ? vlan_tag : 0);
}

unsigned Frame::transport_header() const
{
    switch (transport) {
    case Transport::tcp:
        return tcp_header + (timestamps ? tcp_timestamps : 0);
    case Transport::udp:
        return udp_header;
    case Transport::sctp:
        return sctp_common_header + sctp_data_header;
    }
    return 0;
}

unsigned Frame::length() const
{
    const auto size = static_cast<unsigned>(payload.size());
    const auto padded = transport == Transport::sctp ? (size + 3) / 4 * 4 : size;
    return ip_header(from.family) + transport_header() + padded;
}

Result<void> check(const Frame& frame)
{
    const auto wrong = [&](const char* detail) {
        return Error{fmt::format("frame of {} bytes", frame.length()), "check", EINVAL, detail, {}};
    };
    const int family = frame.from.family;
    if (family != frame.to.family || (family != AF_INET && family != AF_INET6))
        return wrong("the two addresses are not of one family of IP");
    if (frame.length() - (family == AF_INET6 ? ipv6_header : 0) > longest)
        return wrong("more than a packet's length field can say");
    if (frame.transport != Transport::sctp) return {};
    if (frame.payload.empty()) return wrong("an SCTP DATA chunk has at least one byte");
    if (offloaded(frame)) return wrong("no kernel takes SCTP's offload from a packet socket");
    return {};
}

std::vector<uint8_t> bytes(const Frame& frame)
{
    std::vector<uint8_t> made(frame.link_header() + frame.length());
    put_link(made, frame);
    const auto ip = std::span(made).subspan(frame.link_header());
    const unsigned header = ip_header(frame.from.family);
    put_ip(ip, {.from = frame.from,
                .to = frame.to,
                .protocol = protocol(frame.transport),
                .ttl = frame.ttl,
                .traffic_class = frame.traffic_class,
                .flow_label = frame.flow_label,
                .id = frame.id,
                .dont_fragment = frame.dont_fragment,
                .data = frame.length() - header});
    put_transport(ip.subspan(header), frame);
    return made;
}

FrameOffload offload(const Frame& frame)
{
    const unsigned start = frame.link_header() + ip_header(frame.from.family);
    FrameOffload made{.headers = static_cast<uint16_t>(start + frame.transport_header())};
    if (!offloaded(frame)) return made;
    made.flags = offload_needs_checksum;
    made.checksum_start = static_cast<uint16_t>(start);
    made.checksum_offset = checksum_place(frame.transport);
    if (frame.segment == 0) return made;
    made.segment = frame.segment;
    made.gso_type = frame.transport == Transport::udp ? gso_udp
                    : frame.from.family == AF_INET    ? gso_tcp4
                                                      : gso_tcp6;
    if (frame.transport == Transport::tcp && (frame.flags & tcp_cwr)) made.gso_type |= gso_ecn;
    return made;
}

std::vector<Frame> split(const Frame& frame)
{
    if (frame.segment == 0 || frame.payload.size() <= frame.segment) {
        auto whole = frame;
        whole.segment = 0;
        whole.partial = frame.partial && frame.segment == 0;
        return {whole};
    }
    constexpr uint8_t only_first = tcp_cwr, only_last = TH_PUSH | TH_FIN;
    auto like = frame;
    like.payload.clear();
    like.segment = 0;
    like.partial = false;
    std::vector<Frame> made;
    for (size_t at = 0; at < frame.payload.size(); at += frame.segment) {
        const auto size = std::min<size_t>(frame.segment, frame.payload.size() - at);
        auto& one = made.emplace_back(like);
        const auto from = frame.payload.begin() + static_cast<std::ptrdiff_t>(at);
        one.payload.assign(from, from + static_cast<std::ptrdiff_t>(size));
        one.id = static_cast<uint16_t>(frame.id + made.size() - 1);
        if (frame.transport == Transport::tcp) one.sequence += static_cast<uint32_t>(at);
        if (at != 0) one.flags &= static_cast<uint8_t>(~only_first);
        if (at + size != frame.payload.size()) one.flags &= static_cast<uint8_t>(~only_last);
    }
    return made;
}

} // namespace gueway
