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
// tells): one packet, of whose transport checksum only the pseudo-header's sum is there.
void deliver_whole(Scene& scene)
{
    const auto& cell = scene.cell;
    const auto& seen = scene.seen;
    const auto& at = scene.at;
    constexpr uint8_t tcp4 = 1, tcp6 = 4, udp = 5, cwr_first = 0x80;
    const uint8_t tcp = cwr_first | (at.inner_family == AF_INET ? tcp4 : tcp6);
    scene.offloaded = true;
    auto bytes = tunnelled(cell, seen.sent, at, {0, seen.sent.payload.size()});
    const auto pseudo = pseudo_header(bytes, at.inner, at.inner_family, at.transport_protocol,
                                      bytes.size() - at.transport);
    set16(bytes, at.transport + sum_offset(at), folded(pseudo));
    auto frame = captured(std::move(bytes));
    frame.checksum_pending = true;
    frame.offload = {.flags = 1,
                     .gso_type = at.transport_protocol == IPPROTO_UDP ? udp : tcp,
                     .headers = static_cast<uint16_t>(at.payload),
                     .segment = seen.sent.segment,
                     .checksum_start = static_cast<uint16_t>(at.transport),
                     .checksum_offset = static_cast<uint16_t>(sum_offset(at))};
    scene.seen.worker.push_back(std::move(frame));
}

void deliver(Scene& scene, size_t mtu)
{
    const bool told = scene.cell.underlay == Underlay::whole;
    if (told && scene.seen.sent.segment != 0) return deliver_whole(scene);
    const auto add = [&](Octets bytes) {
        scene.seen.worker.push_back(captured(std::move(bytes)));
        if (told) scene.seen.worker.back().offload.emplace();
    };
    for (const auto& part : parts(scene.seen.sent)) {
        const auto whole = tunnelled(scene.cell, scene.seen.sent, scene.at, part);
        const bool fits = whole.size() - ethernet <= mtu;
        if (fits) add(whole);
        if (fits) continue;
        scene.fragments = true;
        for (auto& bytes : fragments(scene.at, whole, mtu)) add(std::move(bytes));
    }
}

void count(Scene& scene)
{
    auto& seen = scene.seen;
    seen.fences = 2;
    seen.freed.counts = {{"__udp4_lib_rcv", seen.fences}}; // no one listens for them
    seen.carried = seen.worker.size() + seen.fences;
    seen.director[std::string(device(scene.cell.underlay)) + " tx_packets"] = seen.carried;
    seen.director["IPVS in_packets"] = 1;
    seen.receiver["Udp NoPorts"] = seen.fences;
    if (scene.refused()) {
        const bool v4 = scene.cell.inner == Family::v4;
        seen.director[v4 ? "Icmp OutDestUnreachs" : "Icmp6OutPktTooBigs"] = 1;
        if (scene.cell.origin == Origin::director)
            seen.director[v4 ? "Icmp InDestUnreachs" : "Icmp6InPktTooBigs"] = 1;
        return;
    }
    // A socket of GUE's or FOU's takes no UDP packet that stands for many.
    const bool one = scene.offloaded && (!scene.at.udp || seen.sent.transport != Transport::udp);
    const auto packets = one ? 1 : parts(seen.sent).size();
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

// RFC 792 and 1191, 4443. `room` is what the next hop takes, `most` bytes are as many as the
// message may have. The packet is quoted as it was received.
static Captured too_long(const Scene& scene, size_t room, size_t most)
{
    const auto& cell = scene.cell;
    const auto& seen = scene.seen;
    const auto& at = scene.at;
    const bool v4 = cell.inner == Family::v4;
    auto quoted = inner_packet(seen.sent, {0, seen.sent.payload.size()});
    Layout alone{.transport = ip_size(at.inner_family)};
    alone.inner_family = at.inner_family;
    alone.transport_protocol = at.transport_protocol;
    alone.remote = seen.sent.partial || seen.sent.segment != 0; // its checksum is yet to be done
    mend_inner(alone, quoted);
    quoted.resize(std::min(quoted.size(), most - ip_size(at.inner_family) - icmp_header));
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

// RFC 1812 wants no more than 576 bytes; RFC 4443 all that fits into 1280.
static size_t longest(int family)
{
    return family == AF_INET ? 576 : 1280;
}

Captured refusal(const Scene& scene, size_t room)
{
    return too_long(scene, room, longest(scene.at.inner_family));
}

// Of one family: what the router has quoted begins with the tunnel's headers.
Captured passed_on(const Scene& scene, size_t room)
{
    return too_long(scene, room,
                    longest(scene.at.outer_family) - (scene.at.inner - scene.at.outer));
}

namespace {

// Its own socket a director tells without a wire (RFC 792 and 4443: type, code, MTU).
void tell(Scene& scene, size_t room)
{
    const auto mtu = static_cast<unsigned>(room);
    if (scene.cell.event == Event::router) scene.seen.told_first = {passed_on(scene, room)};
    if (scene.cell.origin == Origin::remote)
        scene.seen.client.push_back(refusal(scene, room));
    else
        scene.seen.told_self.push_back(scene.cell.inner == Family::v4 ? IcmpAnswer{3, 4, mtu}
                                                                      : IcmpAnswer{2, 0, mtu});
}

} // namespace

void free_in(Scene& scene, const std::string& function)
{
    (*scene.seen.freed.counts)[function] = 1;
    scene.freed_in = function;
}

void vanish(Scene& scene, const std::string& freed_in)
{
    auto& seen = scene.seen;
    seen.worker.clear();
    seen.receiver.clear();
    seen.director.clear();
    scene.fragments = scene.offloaded = scene.untold = false;
    count(scene);
    seen.receiver = {{"Udp NoPorts", seen.fences}};
    free_in(scene, freed_in);
}

// A director that is IPv4 all through passes the answer on itself; else its ICMP has it, which
// looks for the socket of what is quoted, and has none of UDP.
static Counts of_answer(const Scene& scene)
{
    const bool outer4 = scene.at.outer_family == AF_INET;
    if (outer4 && scene.is_v4()) return {{"Icmp OutDestUnreachs", 1}};
    Counts counts = {{outer4 ? "Icmp InDestUnreachs" : "Icmp6InPktTooBigs", 1}};
    if (scene.at.udp) counts[outer4 ? "Icmp InErrors" : "Icmp6InErrors"] = 1;
    return counts;
}

Scene faultless(const Cell& cell, uint64_t number)
{
    auto scene = undelivered(cell, number);
    if (cell.event == Event::router) {
        scene.seen.before = {uncut(cell, number).seen};
        scene.seen.director_answered = of_answer(scene);
        scene.seen.receiver_answered["Udp NoPorts"] = 1; // the fence
    }
    const auto& sent = scene.seen.sent;
    const size_t mtu = path(cell).mtu, room = mtu - (scene.at.inner - ethernet);
    // Linux tunnels nothing over IPv6 that leaves less than any link must carry (RFC 8200).
    constexpr size_t least = 1280;
    if (cell.outer == Family::v6 && cell.tunnel != Tunnel::fou && room < least) {
        vanish(scene, "ip_vs_tunnel_xmit_v6");
        return scene;
    }
    const size_t longest = scene.at.payload - scene.at.inner + parts(sent).front().size;
    const bool may_be_cut = cell.inner == Family::v4 &&
                            (!sent.dont_fragment || cell.fragmenting == Fragmenting::df_unheeded);
    if (longest <= room || may_be_cut)
        deliver(scene, mtu);
    else
        tell(scene, room);
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

Scene cut_at(const Cell& cell, uint64_t number, size_t length)
{
    auto scene = undelivered(cell, number);
    scene.fragments = true;
    for (const auto& part : parts(scene.seen.sent))
        for (auto& bytes :
             fragments(scene.at, tunnelled(cell, scene.seen.sent, scene.at, part), length))
            scene.seen.worker.push_back(captured(std::move(bytes)));
    count(scene);
    return scene;
}

} // namespace gueway::matrix
