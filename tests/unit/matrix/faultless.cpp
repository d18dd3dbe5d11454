// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/faultless.h"

#include "tests/unit/matrix/octets.h"

#include <algorithm>
#include <limits>
#include <span>

#include <netinet/in.h>
#include <netinet/tcp.h>

namespace gueway::matrix {

using namespace rfc;

namespace {

constexpr size_t ethernet = 14;
constexpr size_t udp_header = 8, sctp_header = 12 + 16; // SCTP's with its chunk's
constexpr size_t tcp_header = 20 + 12;                  // with timestamps (RFC 7323, appendix A)
constexpr size_t gue_base = 4, gue_private = 4, gue_remote = 4, gre_base = 4, gre_sum = 4;
constexpr size_t fragment_header = 8;
constexpr uint16_t ethertype_v4 = 0x0800, ethertype_v6 = 0x86dd;
constexpr uint16_t ipv4_df = 0x4000, ipv4_mf = 0x2000;
constexpr uint8_t icmpv6_protocol = 58, icmpv4_protocol = 1;
constexpr uint16_t entropy_port = 0xc123;   // of the flow: the tunnel's source port
constexpr uint16_t first_outer_id = 0x4d00; // of packets that may be cut (RFC 6864, 4.1)
constexpr uint32_t entropy_label = 0x7beef;

//   data  bytes behind the header
struct IpHeader {
    Address source, destination;
    uint8_t protocol = 0, ttl = 64, traffic_class = 0;
    uint32_t flow_label = 0;
    uint16_t id = 0;
    bool dont_fragment = false;
    size_t data = 0;
};

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

// A part of the payload that is a packet of its own, from `at` on.
struct Part {
    size_t at = 0, size = 0;
    unsigned number = 0;
    bool last = true;
};

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

// The client's packet as it leaves the director, its lifetime one less; checksums zero.
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

size_t sum_offset(const Layout& at)
{
    return at.transport_protocol == IPPROTO_UDP ? 6 : 16;
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

constexpr MacAddress to_mac = {2, 0, 0, 0, 0, 1}, from_mac = {2, 0, 0, 0, 0, 2};

Octets in_ethernet(int family)
{
    Octets bytes;
    add(bytes, to_mac);
    add(bytes, from_mac);
    add16(bytes, family == AF_INET ? ethertype_v4 : ethertype_v6);
    return bytes;
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

Captured captured(Octets bytes)
{
    Captured made;
    made.bytes = std::move(bytes);
    return made;
}

// What a device takes that segments by itself (virtio 1.2, 5.1.6.2, of which PACKET_VNET_HDR
// tells): one packet, of whose TCP checksum only the pseudo-header's sum is there.
void deliver_whole(Scene& scene)
{
    const auto& [cell, seen, at, fragments, offloaded] = scene;
    constexpr uint8_t tcp4 = 1, tcp6 = 4, cwr_first = 0x80;
    scene.offloaded = true;
    auto bytes = tunnelled(cell, seen.sent, at, {0, seen.sent.payload.size()});
    const auto pseudo = pseudo_header(bytes, at.inner, at.inner_family, at.transport_protocol,
                                      bytes.size() - at.transport);
    set16(bytes, at.transport + sum_offset(at), folded(pseudo));
    auto frame = captured(std::move(bytes));
    frame.checksum_pending = true;
    frame.offload = {
        .flags = 1,
        .gso_type = static_cast<uint8_t>((at.inner_family == AF_INET ? tcp4 : tcp6) | cwr_first),
        .headers = static_cast<uint16_t>(at.payload),
        .segment = seen.sent.segment,
        .checksum_start = static_cast<uint16_t>(at.transport),
        .checksum_offset = static_cast<uint16_t>(sum_offset(at))};
    scene.seen.worker.push_back(std::move(frame));
}

void deliver(Scene& scene, size_t mtu)
{
    if (scene.cell.underlay == Underlay::whole) return deliver_whole(scene);
    for (const auto& part : parts(scene.seen.sent)) {
        const auto whole = tunnelled(scene.cell, scene.seen.sent, scene.at, part);
        const bool fits = whole.size() - ethernet <= mtu;
        if (fits) scene.seen.worker.push_back(captured(whole));
        if (fits) continue;
        scene.fragments = true;
        for (auto& bytes : fragments(scene.at, whole, mtu))
            scene.seen.worker.push_back(captured(std::move(bytes)));
    }
}

void count(Scene& scene)
{
    auto& seen = scene.seen;
    seen.fences = 2;
    seen.carried = seen.worker.size() + seen.fences;
    seen.director[std::string(device(scene.cell.underlay)) + " tx_packets"] = seen.carried;
    seen.sctp_counted = true;
    seen.director["IPVS in_packets"] = 1;
    seen.receiver["Udp NoPorts"] = seen.fences;
    if (scene.refused()) {
        seen.director[scene.cell.inner == Family::v4 ? "Icmp OutDestUnreachs"
                                                     : "Icmp6OutPktTooBigs"] = 1;
        return;
    }
    const auto packets = scene.offloaded ? 1 : parts(seen.sent).size();
    if (seen.sent.transport == Transport::sctp) seen.receiver["SctpOutOfBlues"] = packets;
    if (seen.sent.transport == Transport::tcp) seen.receiver["Tcp InSegs"] = packets;
    if (seen.sent.transport == Transport::udp)
        seen.receiver[scene.cell.inner == Family::v4 ? "Udp NoPorts" : "Udp6NoPorts"] += packets;
}

} // namespace

void mend_ip(Octets& frame, size_t at)
{
    set16(frame, at + 10, 0);
    set16(frame, at + 10, complement(pairs(std::span(frame).subspan(at, 20))));
}

void mend_inner(const Layout& at, Octets& frame)
{
    if (at.inner_family == AF_INET) mend_ip(frame, at.inner);
    const auto pseudo = pseudo_header(frame, at.inner, at.inner_family, at.transport_protocol,
                                      frame.size() - at.transport);
    const size_t field = at.transport + sum_offset(at);
    if (at.transport_protocol == IPPROTO_SCTP) {
        std::fill_n(frame.begin() + static_cast<ptrdiff_t>(at.transport) + 8, 4, 0);
        const auto sum = crc(from(frame, at.transport));
        for (size_t i = 0; i < 4; ++i)
            frame[at.transport + 8 + i] = static_cast<uint8_t>(sum >> (8 * i));
    } else if (at.remote) {
        set16(frame, field, folded(pseudo));
    } else {
        set16(frame, field, 0);
        const auto sum = complement(pseudo + pairs(from(frame, at.transport)));
        set16(frame, field, at.transport_protocol == IPPROTO_UDP ? never_zero(sum) : sum);
    }
}

void mend_tunnel(const Layout& at, Octets& frame)
{
    if (at.gre_summed) {
        set16(frame, at.tunnel + 4, 0);
        set16(frame, at.tunnel + 4, complement(pairs(from(frame, at.tunnel))));
    }
    if (at.udp_summed) {
        set16(frame, at.tunnel + 6, 0);
        const auto around =
            pseudo_header(frame, at.outer, at.outer_family, IPPROTO_UDP, frame.size() - at.tunnel);
        set16(frame, at.tunnel + 6, never_zero(complement(around + pairs(from(frame, at.tunnel)))));
    }
    if (at.outer_family == AF_INET) mend_ip(frame, at.outer);
}

void mend(const Layout& at, Octets& frame)
{
    mend_inner(at, frame);
    mend_tunnel(at, frame);
}

size_t icmp_at(const Scene& scene)
{
    return ethernet + ip_size(scene.at.inner_family);
}

void mend_icmp(const Scene& scene, Octets& frame)
{
    const size_t at = icmp_at(scene);
    set16(frame, at + 2, 0);
    const uint64_t around =
        scene.cell.inner == Family::v4
            ? 0
            : pseudo_header(frame, ethernet, AF_INET6, icmpv6_protocol, frame.size() - at);
    set16(frame, at + 2, complement(around + pairs(from(frame, at))));
}

// RFC 792 and 1191, of which 1812 wants no more than 576 bytes; RFC 4443, of which all that fits
// into 1280. `room` is what the next hop takes. The packet is quoted as it was received.
Captured refusal(const Scene& scene, size_t room)
{
    const auto& [cell, seen, at, fragments, offloaded] = scene;
    const bool v4 = cell.inner == Family::v4;
    auto quoted = inner_packet(seen.sent, {0, seen.sent.payload.size()});
    if (v4) mend_ip(quoted, 0);
    quoted.resize(std::min(quoted.size(), (v4 ? 576 : 1280) - ip_size(at.inner_family) - 8));
    auto bytes = in_ethernet(at.inner_family);
    add_ip(bytes, {.source = director_address(entrance(cell), cell.inner),
                   .destination = seen.sent.from,
                   .protocol = v4 ? icmpv4_protocol : icmpv6_protocol,
                   .data = icmp_header + quoted.size()});
    add16(bytes, v4 ? 3 << 8 | 4 : 2 << 8);
    add16(bytes, 0); // checksum
    add32(bytes, static_cast<uint32_t>(room));
    add(bytes, quoted);
    if (v4) mend_ip(bytes, ethernet);
    mend_icmp(scene, bytes);
    return captured(std::move(bytes));
}

namespace {

Scene undelivered(const Cell& cell, uint64_t number)
{
    Scene scene{.cell = cell};
    scene.seen.sent = cell_frame(cell, number);
    scene.seen.from_mac = from_mac;
    scene.seen.to_mac = to_mac;
    scene.at = layout(cell, scene.seen.sent);
    return scene;
}

} // namespace

Scene faultless(const Cell& cell, uint64_t number)
{
    auto scene = undelivered(cell, number);
    const auto& sent = scene.seen.sent;
    const size_t mtu = path(cell).mtu, room = mtu - (scene.at.inner - ethernet);
    const size_t longest = scene.at.payload - scene.at.inner + parts(sent).front().size;
    const bool may_be_cut = cell.inner == Family::v4 &&
                            (!sent.dont_fragment || cell.fragmenting == Fragmenting::df_unheeded);
    if (longest <= room || may_be_cut)
        deliver(scene, mtu);
    else
        scene.seen.client.push_back(refusal(scene, room));
    count(scene);
    return scene;
}

Scene uncut(const Cell& cell, uint64_t number)
{
    auto scene = undelivered(cell, number);
    deliver(scene, std::numeric_limits<size_t>::max());
    count(scene);
    return scene;
}

} // namespace gueway::matrix
