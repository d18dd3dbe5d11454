// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/events.h"

#include "packet/octets.h"
#include "packet/sums.h"

#include <algorithm>
#include <array>
#include <utility>

#include <linux/icmp.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>

namespace gueway::matrix {

namespace {

constexpr unsigned ethernet = 14, ip4 = 20, ip6 = 40, icmp = 8, udp = 8, fragment_header = 8;
// No error is longer than what everybody can take: RFC 1812 4.3.2.3 and RFC 4443 2.4.
constexpr unsigned longest_error4 = 576, longest_error6 = 1280;

using Bytes = std::vector<uint8_t>;

void put_link(Bytes& frame, const MacAddress& from, const MacAddress& to, uint16_t type)
{
    std::ranges::copy(to, frame.begin());
    std::ranges::copy(from, frame.begin() + ETH_ALEN);
    put_be16(frame, size_t{2} * ETH_ALEN, type);
}

void put_ip4_sum(std::span<uint8_t> header)
{
    constexpr size_t at = 10;
    put_be16(header, at, 0);
    put_be16(header, at, static_cast<uint16_t>(~internet_sum(header)));
}

Bytes fragment4(std::span<const uint8_t> whole, size_t from, size_t to)
{
    constexpr size_t length_at = 2, offset_at = 6;
    const auto data = whole.subspan(ethernet + ip4);
    Bytes made(ethernet + ip4 + to - from);
    std::copy_n(whole.begin(), ethernet + ip4, made.begin());
    std::ranges::copy(data.subspan(from, to - from), made.begin() + ethernet + ip4);
    const auto own = std::span(made).subspan(ethernet, ip4);
    put_be16(own, length_at, static_cast<uint32_t>(ip4 + to - from));
    const uint32_t more = to < data.size() ? IP_MF : 0;
    put_be16(own, offset_at, IP_DF | more | static_cast<uint32_t>(from / 8));
    put_ip4_sum(own);
    return made;
}

Bytes fragment6(std::span<const uint8_t> whole, uint32_t id, size_t from, size_t to)
{
    constexpr size_t length_at = 4, next_at = 6;
    const auto data = whole.subspan(ethernet + ip6);
    const size_t size = fragment_header + to - from;
    Bytes made(ethernet + ip6 + size);
    std::copy_n(whole.begin(), ethernet + ip6, made.begin());
    std::ranges::copy(data.subspan(from, to - from),
                      made.begin() + ethernet + ip6 + fragment_header);
    const auto own = std::span(made).subspan(ethernet);
    own[ip6] = std::exchange(own[next_at], IPPROTO_FRAGMENT);
    put_be16(own, length_at, static_cast<uint32_t>(size));
    const uint32_t more = to < data.size();
    put_be16(own, ip6 + 2, static_cast<uint32_t>(from) | more);
    put_be32(own, ip6 + 4, id);
    return made;
}

// Of IPv6 the first is this long, of whatever data: a length whose bits, where one reads them as
// the flags of IPv4's control block, are among others IPSKB_FRAG_PMTU and IPSKB_REROUTED (0x40 and
// 0x10 of include/net/ip.h). ../../Documentation/kernels.md, "C2 the other way round".
constexpr unsigned first_fragment6 = 0x350;

Bytes answer4(std::span<const uint8_t> packet, const Address& router, unsigned mtu)
{
    const auto quoted = std::min<size_t>(packet.size(), longest_error4 - ip4 - icmp);
    Bytes made(ip4 + icmp + quoted);
    const std::span<uint8_t> all(made);
    made[0] = 0x45;
    put_be16(all, 2, static_cast<uint32_t>(made.size()));
    made[8] = IPDEFTTL;
    made[9] = IPPROTO_ICMP;
    std::copy_n(router.bytes.begin(), 4, made.begin() + 12);
    std::copy_n(packet.begin() + 12, 4, made.begin() + 16); // back to its source
    put_ip4_sum(all.first(ip4));
    made[ip4] = ICMP_DEST_UNREACH;
    made[ip4 + 1] = ICMP_FRAG_NEEDED;
    put_be16(all, ip4 + 6, mtu);
    std::copy_n(packet.begin(), quoted, made.begin() + ip4 + icmp);
    put_be16(all, ip4 + 2, static_cast<uint16_t>(~internet_sum(all.subspan(ip4))));
    return made;
}

Bytes answer6(std::span<const uint8_t> packet, const Address& router, unsigned mtu)
{
    const auto quoted = std::min<size_t>(packet.size(), longest_error6 - ip6 - icmp);
    Bytes made(ip6 + icmp + quoted);
    const std::span<uint8_t> all(made);
    made[0] = 0x60;
    put_be16(all, 4, static_cast<uint32_t>(icmp + quoted));
    made[6] = IPPROTO_ICMPV6;
    made[7] = IPDEFTTL;
    std::copy_n(router.bytes.begin(), 16, made.begin() + 8);
    std::copy_n(packet.begin() + 8, 16, made.begin() + 24);
    made[ip6] = ICMP6_PACKET_TOO_BIG;
    put_be32(all, ip6 + 4, mtu);
    std::copy_n(packet.begin(), quoted, made.begin() + ip6 + icmp);
    const auto pseudo = pseudo_header_sum(router, address_at(AF_INET6, packet, 8), IPPROTO_ICMPV6,
                                          static_cast<uint32_t>(icmp + quoted));
    put_be16(all, ip6 + 2, static_cast<uint16_t>(~internet_sum(all.subspan(ip6), pseudo)));
    return made;
}

} // namespace

std::vector<Cell> event_cells()
{
    std::vector<Cell> cells;
    Cell cell;
    cell.l4 = L4::udp;
    cell.underlay = Underlay::whole;
    cell.ingress = Ingress::plain;
    for (const auto tunnel : {Tunnel::ipip, Tunnel::gue, Tunnel::gue_csum, Tunnel::gre})
        for (const auto inner : {Family::v4, Family::v6})
            for (const auto outer : {Family::v4, Family::v6}) {
                cell.tunnel = tunnel;
                cell.inner = inner;
                cell.outer = outer;
                cell.size = Size::more_1;
                cell.event = Event::router;
                cells.push_back(cell);
                if (tunnel == Tunnel::gue_csum) continue;
                cell.event = Event::fragments;
                // What does not fit is cut where the kernel likes; as the client did, with IP in
                // IP.
                if (inner == Family::v6 && outer == Family::v4 && tunnel != Tunnel::ipip)
                    cells.push_back(cell);
                cell.size = Size::fits;
                cells.push_back(cell);
            }
    return cells;
}

size_t first_part(size_t data)
{
    return (data / 2 + udp) / 8 * 8;
}

unsigned longest_fragment(int family, unsigned length)
{
    if (family == AF_INET6) return first_fragment6;
    return static_cast<unsigned>(ip4 + first_part(length - ip4));
}

std::vector<std::vector<uint8_t>> in_fragments(const Frame& frame)
{
    const auto whole = bytes(frame);
    if (frame.from.family == AF_INET6) {
        const size_t data = whole.size() - ethernet - ip6;
        const size_t first = first_fragment6 - ip6 - fragment_header;
        return {fragment6(whole, frame.id, 0, first), fragment6(whole, frame.id, first, data)};
    }
    const size_t data = whole.size() - ethernet - ip4;
    const size_t first = first_part(data);
    return {fragment4(whole, 0, first), fragment4(whole, first, data)};
}

std::vector<uint8_t> router_answer(std::span<const uint8_t> packet, const Address& router,
                                   unsigned mtu, const MacAddress& from, const MacAddress& to)
{
    const bool v4 = router.family == AF_INET;
    const auto content = v4 ? answer4(packet, router, mtu) : answer6(packet, router, mtu);
    Bytes made(ethernet + content.size());
    put_link(made, from, to, v4 ? ETHERTYPE_IP : ETHERTYPE_IPV6);
    std::ranges::copy(content, made.begin() + ethernet);
    return made;
}

} // namespace gueway::matrix
