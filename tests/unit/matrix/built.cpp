// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/built.h"

#include "matrix/places.h"
#include "tests/unit/matrix/octets.h"

#include <algorithm>
#include <span>

#include <netinet/in.h>
#include <netinet/tcp.h>

namespace gueway::matrix {

using namespace rfc;

namespace {

constexpr size_t udp_header = 8, sctp_header = 12 + 16; // SCTP's with its chunk's
constexpr size_t tcp_header = 20 + 12;                  // with timestamps (RFC 7323, appendix A)
constexpr size_t gue_base = 4, gue_private = 4, gue_remote = 4, gre_base = 4, gre_sum = 4;
constexpr size_t fragment_header = 8;
constexpr uint16_t ethertype_v4 = 0x0800, ethertype_v6 = 0x86dd;
constexpr uint16_t ipv4_df = 0x4000, ipv4_mf = 0x2000;
constexpr uint16_t entropy_port = 0xc123;   // of the flow: the tunnel's source port
constexpr uint16_t first_outer_id = 0x4d00; // of packets that may be cut (RFC 6864, 4.1)
constexpr uint32_t entropy_label = 0x7beef;

uint8_t protocol_of(Transport transport)
{
    if (transport == Transport::sctp) return IPPROTO_SCTP;
    return transport == Transport::udp ? IPPROTO_UDP : IPPROTO_TCP;
}

size_t header_of(Transport transport)
{
    if (transport == Transport::sctp) return sctp_header;
    return transport == Transport::udp ? udp_header : tcp_header;
}

void add_tcp(Octets& bytes, const Frame& sent, const Part& part)
{
    constexpr unsigned cwr = 0x80, nop = 1, timestamps = 8, timestamps_length = 10;
    const unsigned not_here = (part.last ? 0U : TH_PUSH | TH_FIN) | (part.at > 0 ? cwr : 0U);
    add32(bytes, sent.sequence + static_cast<uint32_t>(part.at));
    add32(bytes, sent.acknowledgment);
    add8(bytes, tcp_header / 4 << 4);
    add8(bytes, sent.flags & ~not_here);
    add16(bytes, sent.window);
    add16(bytes, 0); // checksum
    add16(bytes, sent.urgent);
    for (const unsigned byte : {nop, nop, timestamps, timestamps_length}) add8(bytes, byte);
    add32(bytes, sent.timestamps->value);
    add32(bytes, sent.timestamps->echo);
}

void add_sctp(Octets& bytes, const Frame& sent, const Part& part)
{
    constexpr unsigned data_chunk = 0;
    add32(bytes, sent.tag);
    add32(bytes, 0); // checksum
    add8(bytes, data_chunk);
    add8(bytes, sent.chunk.flags);
    add16(bytes, static_cast<unsigned>(16 + part.size));
    add32(bytes, sent.sequence);
    add16(bytes, sent.chunk.stream);
    add16(bytes, sent.chunk.order);
    add32(bytes, sent.chunk.protocol);
}

void add_gue(Octets& bytes, const Layout& at)
{
    add8(bytes, at.remote ? (gue_private + gue_remote) / 4 : 0);
    add8(bytes, ip_protocol(at.inner_family));
    add16(bytes, at.remote ? 0x0001 : 0);
    if (!at.remote) return;
    add32(bytes, 0x80000000);
    const size_t start = at.transport - at.inner;
    add16(bytes, static_cast<unsigned>(start));
    add16(bytes, static_cast<unsigned>(start + sum_offset(at)));
}

void add_tunnel(Octets& bytes, const Cell& cell, const Layout& at, size_t inner)
{
    if (at.udp) {
        add16(bytes, entropy_port);
        add16(bytes, at.gue ? encap(cell.tunnel).port : fou_port(cell.inner));
        add16(bytes, static_cast<unsigned>(at.inner - at.tunnel + inner));
        add16(bytes, 0);
    }
    if (at.gue) add_gue(bytes, at);
    if (!at.gre) return;
    add16(bytes, at.gre_summed ? 0x8000 : 0);
    add16(bytes, at.inner_family == AF_INET ? ethertype_v4 : ethertype_v6);
    if (at.gre_summed) add32(bytes, 0);
}

uint8_t outer_protocol(const Layout& at)
{
    if (at.udp) return IPPROTO_UDP;
    if (at.gre) return IPPROTO_GRE;
    return ip_protocol(at.inner_family);
}

// RFC 2003, 3.1: of IPv4, as the packet inside says. A device's own setting is to heed path MTUs.
bool outer_df(const Cell& cell, const Frame& sent)
{
    if (cell.tunnel == Tunnel::fou) return true;
    return cell.inner == Family::v4 && sent.dont_fragment &&
           cell.fragmenting != Fragmenting::df_unheeded;
}

// RFC 6040, 4.1: ECN is copied. The DSCP is (RFC 2983, 3.1: uniform), but for a device with one of
// its own, which is 0.
uint8_t outer_traffic_class(const Cell& cell, const Frame& sent)
{
    return cell.tunnel == Tunnel::fou ? sent.traffic_class & 3 : sent.traffic_class;
}

// A part of `data` bytes from `offset` on of what is behind the IP header of `whole`.
Octets fragment(const Layout& at, const Octets& whole, size_t offset, size_t data, bool more)
{
    const bool v4 = at.outer_family == AF_INET;
    Octets bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(at.tunnel));
    if (v4) {
        set16(bytes, at.outer + 2, static_cast<unsigned>(20 + data));
        set16(bytes, at.outer + 6, static_cast<unsigned>((more ? ipv4_mf : 0) | offset / 8));
        mend_ip(bytes, at.outer);
    } else {
        set16(bytes, at.outer + 4, static_cast<unsigned>(fragment_header + data));
        bytes[at.outer + 6] = IPPROTO_FRAGMENT;
        add16(bytes, unsigned{outer_protocol(at)} << 8);
        add16(bytes, static_cast<unsigned>(offset | (more ? 1 : 0)));
        add32(bytes, 0x12340000U + get16(whole, at.inner + 4)); // one for all of them
    }
    add(bytes, std::span(whole).subspan(at.tunnel + offset, data));
    return bytes;
}

} // namespace

void add_ip(Octets& bytes, const IpHeader& ip)
{
    const auto address = [&](const Address& one) {
        add(bytes, std::span(one.bytes).first(static_cast<size_t>(one.size())));
    };
    const bool v4 = ip.source.family == AF_INET;
    if (v4) add16(bytes, 0x4500U | ip.traffic_class);
    if (v4) add16(bytes, static_cast<unsigned>(ip.data + 20));
    if (!v4) add32(bytes, 6U << 28 | uint32_t{ip.traffic_class} << 20 | ip.flow_label);
    add16(bytes, static_cast<unsigned>(v4 ? ip.id : ip.data));
    if (v4) add16(bytes, ip.dont_fragment ? ipv4_df : 0);
    add8(bytes, v4 ? ip.ttl : ip.protocol);
    add8(bytes, v4 ? ip.protocol : ip.ttl);
    if (v4) add16(bytes, 0); // checksum
    address(ip.source);
    address(ip.destination);
}

Octets in_ethernet(int family)
{
    Octets bytes;
    add(bytes, to_mac);
    add(bytes, from_mac);
    add16(bytes, family == AF_INET ? ethertype_v4 : ethertype_v6);
    return bytes;
}

Octets inner_packet(const Frame& sent, const Part& part)
{
    const size_t padding = sent.transport == Transport::sctp ? (4 - part.size % 4) % 4 : 0;
    const size_t data = header_of(sent.transport) + part.size + padding;
    Octets bytes;
    add_ip(bytes, {.source = sent.from,
                   .destination = sent.to,
                   .protocol = protocol_of(sent.transport),
                   .ttl = static_cast<uint8_t>(sent.ttl - 1),
                   .traffic_class = sent.traffic_class,
                   .flow_label = sent.flow_label,
                   .id = static_cast<uint16_t>(sent.id + part.number),
                   .dont_fragment = sent.dont_fragment,
                   .data = data});
    add16(bytes, sent.from_port);
    add16(bytes, sent.to_port);
    if (sent.transport == Transport::tcp) add_tcp(bytes, sent, part);
    if (sent.transport == Transport::udp) add32(bytes, static_cast<uint32_t>(data << 16));
    if (sent.transport == Transport::sctp) add_sctp(bytes, sent, part);
    add(bytes, std::span(sent.payload).subspan(part.at, part.size));
    bytes.resize(bytes.size() + padding);
    return bytes;
}

std::vector<Part> parts(const Frame& sent)
{
    const size_t all = sent.payload.size(), each = sent.segment ? sent.segment : all;
    std::vector<Part> made;
    for (size_t at = 0; at < all; at += each)
        made.push_back({at, std::min(each, all - at), static_cast<unsigned>(made.size()), false});
    made.back().last = true;
    return made;
}

Layout layout(const Cell& cell, const Frame& sent)
{
    Layout at{.outer = ethernet};
    at.outer_family = family(cell.outer);
    at.inner_family = family(cell.inner);
    at.transport_protocol = protocol_of(sent.transport);
    at.gue = cell.tunnel == Tunnel::gue || cell.tunnel == Tunnel::gue_csum ||
             cell.tunnel == Tunnel::gue_remcsum;
    at.udp = at.gue || cell.tunnel == Tunnel::fou;
    at.udp_summed = cell.tunnel == Tunnel::gue_csum || cell.tunnel == Tunnel::gue_remcsum;
    at.remote = cell.tunnel == Tunnel::gue_remcsum && (sent.partial || sent.segment);
    at.gre = cell.tunnel == Tunnel::gre || cell.tunnel == Tunnel::gre_csum;
    at.gre_summed = cell.tunnel == Tunnel::gre_csum;
    at.tunnel = at.outer + ip_size(at.outer_family);
    at.inner = at.tunnel + (at.udp ? udp_header : 0) + (at.gue ? gue_base : 0) +
               (at.remote ? gue_private + gue_remote : 0) + (at.gre ? gre_base : 0) +
               (at.gre_summed ? gre_sum : 0);
    at.transport = at.inner + ip_size(at.inner_family);
    at.payload = at.transport + header_of(sent.transport);
    return at;
}

Octets tunnelled(const Cell& cell, const Frame& sent, const Layout& at, const Part& part)
{
    const auto inner = inner_packet(sent, part);
    auto bytes = in_ethernet(at.outer_family);
    const bool df = outer_df(cell, sent);
    add_ip(bytes,
           {.source = director_address(cell.underlay, cell.outer),
            .destination = worker_address(cell.underlay, cell.tunnel, cell.outer, cell.inner),
            .protocol = outer_protocol(at),
            .ttl = static_cast<uint8_t>(sent.ttl - 1),
            .traffic_class = outer_traffic_class(cell, sent),
            .flow_label = cell.tunnel == Tunnel::fou ? entropy_label : 0,
            .id = static_cast<uint16_t>((df ? 0 : first_outer_id) + part.number),
            .dont_fragment = df,
            .data = at.inner - at.tunnel + inner.size()});
    add_tunnel(bytes, cell, at, inner.size());
    add(bytes, inner);
    mend(at, bytes);
    return bytes;
}

std::vector<Octets> fragments(const Layout& at, const Octets& whole, size_t mtu)
{
    const size_t headers =
        ip_size(at.outer_family) + (at.outer_family == AF_INET ? 0 : fragment_header);
    const size_t most = (mtu - headers) / 8 * 8, all = whole.size() - at.tunnel;
    std::vector<Octets> made;
    for (size_t offset = 0; offset < all; offset += most)
        made.push_back(
            fragment(at, whole, offset, std::min(most, all - offset), offset + most < all));
    return made;
}

} // namespace gueway::matrix
