// SPDX-License-Identifier: GPL-2.0-only
#include "packet/wrap.h"

#include "encap/sizes.h"
#include "packet/octets.h"
#include "packet/sums.h"
#include "packet/tunnel_bits.h"

#include <net/ethernet.h>
#include <netinet/in.h>

namespace gueway {

namespace {

using Out = std::span<uint8_t>;

constexpr unsigned udp_checksum = 6, gre_checksum = 4;

uint8_t inner_protocol(Bytes inner)
{
    return inner[0] >> 4 == 4 ? IPPROTO_IPIP : IPPROTO_IPV6;
}

uint8_t carrier_protocol(const Encap& encap, Bytes inner)
{
    if (encap.type == EncapType::gre) return IPPROTO_GRE;
    if (encap.type == EncapType::ipip) return inner_protocol(inner);
    return IPPROTO_UDP;
}

// The sum of the pseudo-header goes where the checksum will be.
void seed_inner(Out inner)
{
    const auto [at, end, protocol] = find_transport(inner);
    const auto pseudo = pseudo_header_sum(inner, protocol, static_cast<uint32_t>(end - at));
    put_be16(inner, at + checksum_at(protocol), internet_sum({}, pseudo));
}

void put_gue(Out gue, const Encap& encap, Bytes inner)
{
    constexpr unsigned words = 2; // the private flags and the option
    gue[1] = inner_protocol(inner);
    if (encap.checksum != EncapChecksum::remote) return;
    gue[0] = words;
    put_be16(gue, 2, gue_private);
    put_be32(gue, 4, gue_private_remote);
    const auto place = find_transport(inner);
    const auto start = static_cast<uint32_t>(place.at);
    put_be16(gue, 8, start);
    put_be16(gue, 10, start + checksum_at(place.protocol));
}

// `carrier` goes on to the end of the packet.
void put_udp(Out carrier, const Wrapping& wrapping)
{
    put_be16(carrier, 0, wrapping.from_port);
    put_be16(carrier, 2, wrapping.encap.port);
    put_be16(carrier, 4, static_cast<uint32_t>(carrier.size()));
}

void put_gre(Out gre, const Encap& encap, Bytes inner)
{
    if (encap.checksum == EncapChecksum::full) put_be16(gre, 0, gre_checksum_present);
    put_be16(gre, 2, inner_protocol(inner) == IPPROTO_IPIP ? ETHERTYPE_IP : ETHERTYPE_IPV6);
}

// UDP's, where zero would say that there is none (RFC 768), or GRE's.
void put_sum(Out carrier, const Wrapping& wrapping, Pending pending)
{
    if (wrapping.encap.checksum == EncapChecksum::none) return;
    const bool left = pending == Pending::carrier;
    if (wrapping.encap.type == EncapType::gre) {
        if (!left) put_be16(carrier, gre_checksum, static_cast<uint16_t>(~internet_sum(carrier)));
        return;
    }
    const auto pseudo = pseudo_header_sum(wrapping.ip.from, wrapping.ip.to, IPPROTO_UDP,
                                          static_cast<uint32_t>(carrier.size()));
    if (left) return put_be16(carrier, udp_checksum, internet_sum({}, pseudo));
    const auto sum = static_cast<uint16_t>(~internet_sum(carrier, pseudo));
    put_be16(carrier, udp_checksum, sum == 0 ? 0xffff : sum);
}

} // namespace

unsigned checksum_at(uint8_t protocol)
{
    return protocol == IPPROTO_TCP ? 16 : 6;
}

std::vector<uint8_t> wrap(const Wrapping& wrapping, Bytes inner, Pending pending)
{
    const auto& encap = wrapping.encap;
    const unsigned own = ip_header(wrapping.ip.from.family);
    const size_t headers = overhead(encap, wrapping.ip.from.family);
    std::vector<uint8_t> made(headers + inner.size());
    std::ranges::copy(inner, made.begin() + static_cast<std::ptrdiff_t>(headers));
    auto ip = wrapping.ip;
    ip.protocol = carrier_protocol(encap, inner);
    ip.data = static_cast<unsigned>(made.size()) - own;
    put_ip(made, ip);
    const auto carrier = std::span(made).subspan(own), packet = std::span(made).subspan(headers);
    if (ip.protocol == IPPROTO_UDP) put_udp(carrier, wrapping);
    if (encap.type == EncapType::gue) put_gue(carrier.subspan(udp_header), encap, inner);
    if (encap.type == EncapType::gre) put_gre(carrier, encap, inner);
    // What is around a checksum that is yet to be done is computed as if it were.
    if (encap.checksum == EncapChecksum::remote && pending != Pending::inner) seed_inner(packet);
    put_sum(carrier, wrapping, pending);
    if (pending == Pending::inner) seed_inner(packet);
    return made;
}

} // namespace gueway
