// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/events.h"

#include "encap/sizes.h"
#include "packet/fragment.h"
#include "packet/icmp_error.h"
#include "packet/octets.h"

#include <algorithm>

#include <linux/icmp.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>

namespace gueway::matrix {

namespace {

using Bytes = std::vector<uint8_t>;

void put_link(Bytes& frame, const MacAddress& from, const MacAddress& to, uint16_t type)
{
    std::ranges::copy(to, frame.begin());
    std::ranges::copy(from, frame.begin() + ETH_ALEN);
    put_be16(frame, size_t{2} * ETH_ALEN, type);
}

// Of IPv6 the first is this long, of whatever data: a length whose bits, where one reads them as
// the flags of IPv4's control block, are among others IPSKB_FRAG_PMTU and IPSKB_REROUTED (0x40 and
// 0x10 of include/net/ip.h). ../../Documentation/kernels.md, "C2 the other way round".
constexpr unsigned first_fragment6 = 0x350;

// The packet in a frame with the Ethernet header of another.
Bytes framed(const Bytes& like, const Bytes& packet)
{
    Bytes made(like.begin(), like.begin() + ethernet_header);
    made.insert(made.end(), packet.begin(), packet.end());
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
    return (data / 2 + udp_header) / 8 * 8;
}

unsigned longest_fragment(int family, unsigned length)
{
    if (family == AF_INET6) return first_fragment6;
    return static_cast<unsigned>(ipv4_header + first_part(length - ipv4_header));
}

std::vector<std::vector<uint8_t>> in_fragments(const Frame& frame)
{
    const auto whole = bytes(frame);
    const auto packet = std::span(whole).subspan(ethernet_header);
    const int family = frame.from.family;
    const auto data = static_cast<unsigned>(packet.size()) - ip_header(family);
    const unsigned first = longest_fragment(family, frame.length()) - fragment_headers(family);
    return {framed(whole, fragment(packet, {0, first, true}, frame.id)),
            framed(whole, fragment(packet, {first, data - first, false}, frame.id))};
}

std::vector<uint8_t> router_answer(std::span<const uint8_t> packet, const Address& router,
                                   unsigned mtu, const MacAddress& from, const MacAddress& to)
{
    const bool v4 = router.family == AF_INET;
    const auto source = address_at(router.family, packet, v4 ? 12 : 8);
    const auto what = v4 ? IcmpAnswer{ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, mtu}
                         : IcmpAnswer{ICMP6_PACKET_TOO_BIG, 0, mtu};
    Bytes link(ethernet_header);
    put_link(link, from, to, v4 ? ETHERTYPE_IP : ETHERTYPE_IPV6);
    return framed(link, icmp_error({.from = router, .to = source}, what, packet));
}

} // namespace gueway::matrix
