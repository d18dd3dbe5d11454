// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/events.h"

#include "packet/octets.h"
#include "packet/sums.h"

#include <algorithm>
#include <array>

#include <linux/icmp.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>

namespace gueway::matrix {

namespace {

constexpr unsigned ethernet = 14, ip4 = 20, ip6 = 40, icmp = 8, udp = 8;
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

Bytes fragment(std::span<const uint8_t> whole, size_t from, size_t to)
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
                cell.size = Size::fits;
                cell.event = Event::fragments;
                if (inner == Family::v4 && tunnel != Tunnel::gue_csum) cells.push_back(cell);
            }
    return cells;
}

size_t first_part(size_t data)
{
    return (data / 2 + udp) / 8 * 8;
}

std::vector<std::vector<uint8_t>> in_fragments(const Frame& frame)
{
    const auto whole = bytes(frame);
    const size_t data = whole.size() - ethernet - ip4;
    const size_t first = first_part(data);
    return {fragment(whole, 0, first), fragment(whole, first, data)};
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
