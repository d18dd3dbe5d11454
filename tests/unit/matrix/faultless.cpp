// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/matrix/faultless.h"

#include "tests/unit/matrix/built.h"
#include "tests/unit/matrix/octets.h"

#include <algorithm>
#include <limits>
#include <span>

#include <netinet/in.h>

namespace gueway::matrix {

using namespace rfc;

namespace {

constexpr uint8_t icmpv6_protocol = 58, icmpv4_protocol = 1;

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
