// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/check_icmp.h"

#include "matrix/axes.h"
#include "matrix/places.h"
#include "packet/octets.h"

#include <cerrno>

#include <fmt/format.h>
#include <netinet/icmp6.h>

namespace gueway::matrix {

namespace {

using Lines = std::vector<std::string>;

// Neighbour discovery and the like: a network's own talk.
bool is_talk(const IcmpReading& icmp, int family)
{
    return family == AF_INET6 && icmp.type >= ICMP6_INFOMSG_MASK;
}

void add_all(Lines& to, Lines more)
{
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

uint8_t protocol(Transport transport)
{
    if (transport == Transport::sctp) return IPPROTO_SCTP;
    return transport == Transport::udp ? IPPROTO_UDP : IPPROTO_TCP;
}

// Of which packet it is about, an ICMP error has at least the first 64 bits behind the IP header
// (RFC 792).
constexpr size_t enough_quoted = 8;

// A GSO packet may be quoted as a whole, or as segments of it: from one boundary to another.
Lines check_quoted_part(const IpReading& ip, std::span<const uint8_t> data, const Cell& cell,
                        const Frame& sent)
{
    if (cell.event == Event::fragments) return {};
    const auto all = sent.payload.size(), step = sent.segment ? sent.segment : all;
    const auto size = ip.length - (sent.length() - all);
    const bool tcp = sent.transport == Transport::tcp;
    const bool from_socket = cell.l4 == L4::udp_gso || cell.origin == Origin::director;
    const size_t at = tcp ? be32(data, 4) - sent.sequence : 0;
    Lines wrong;
    if (at % step != 0 || at >= all)
        wrong.push_back(fmt::format("the ICMP message quotes sequence number {}", be32(data, 4)));
    if (size == 0 || size > all || (size % step != 0 && size % step != all % step))
        wrong.push_back(fmt::format("the ICMP message quotes a packet of {} bytes", ip.length));
    if (cell.inner == Family::v4 && !from_socket && ((sent.id + at / step) & 0xffffU) != ip.id)
        wrong.push_back(fmt::format("the ICMP message quotes ID {}", ip.id));
    return wrong;
}

Lines check_quote(const Answer& answer, const Cell& cell, const Frame& sent)
{
    const auto packet = answer.frame->packet();
    const size_t at = answer.ip.header + answer.icmp.quoted;
    Lines wrong;
    if (packet.size() <= at) return {"the ICMP message quotes nothing"};
    const auto ip = read_ip(packet.subspan(at), sent.from.family, wrong, Extent::quoted);
    if (!ip) return {"the ICMP message quotes what is no packet"};
    if (ip->source != sent.from || ip->destination != sent.to)
        wrong.push_back(fmt::format("the ICMP message quotes a packet from {} to {}",
                                    ip->source.text(), ip->destination.text()));
    if (ip->protocol != protocol(sent.transport))
        wrong.push_back(fmt::format("the ICMP message quotes protocol {}", ip->protocol));
    const auto data = behind(packet, at + ip->header);
    if (data.size() < enough_quoted) {
        wrong.emplace_back("the ICMP message quotes too little");
        return wrong;
    }
    if (be16(data, 0) != sent.from_port || be16(data, 2) != sent.to_port)
        wrong.emplace_back("the ICMP message quotes other ports");
    add_all(wrong, check_quoted_part(*ip, data, cell, sent));
    return wrong;
}

// It is the director who says it: to the sender, from an address of its own (RFC 1812, section
// 4.3.2.4), of which the VIP is one.
Lines check_parties(const Answer& answer, const Cell& cell, const Frame& sent)
{
    constexpr size_t unused = 4;
    const auto& ip = answer.ip;
    Lines wrong;
    if (ip.destination != sent.from)
        wrong.push_back(fmt::format("the ICMP message went to {}", ip.destination.text()));
    if (ip.source != sent.to && ip.source != director_address(entrance(cell), cell.inner))
        wrong.push_back(fmt::format("the ICMP message came from {}", ip.source.text()));
    if (cell.inner == Family::v4 && be16(answer.frame->packet(), ip.header + unused) != 0)
        wrong.emplace_back("the ICMP message has something in its unused bytes");
    return wrong;
}

Lines check_answer(const Answer& answer, const Cell& cell, const IcmpAnswer& expected,
                   const Frame& sent)
{
    const auto& icmp = answer.icmp;
    Lines wrong;
    if (icmp.type != expected.type || icmp.code != expected.code || icmp.mtu != expected.mtu)
        wrong.push_back(fmt::format("the client was told ICMP {}/{} MTU {}, not {}/{} MTU {}",
                                    icmp.type, icmp.code, icmp.mtu, expected.type, expected.code,
                                    expected.mtu));
    add_all(wrong, answer.reading.complaints);
    add_all(wrong, check_parties(answer, cell, sent));
    add_all(wrong, check_quote(answer, cell, sent));
    return wrong;
}

// What a router says is passed on to the client at once, or the client is told when it sends again.
Lines check_passed_on(const Cell& cell, const Look& look, const Observation& seen)
{
    Lines wrong;
    const auto told = answers(cell, seen.told_first);
    if (told.size() > 1)
        wrong.push_back(fmt::format("the client was told {} times at once", told.size()));
    for (const auto& answer : told)
        add_all(wrong, look.first_icmp ? check_answer(answer, cell, *look.first_icmp, seen.sent)
                                       : Lines{"the client got " + answer.reading.text()});
    return wrong;
}

Lines check_answers(const Cell& cell, const Look& look, const Observation& seen)
{
    const auto told = answers(cell, seen.client);
    Lines wrong;
    if (look.icmp && told.empty()) wrong.emplace_back("the client was not told");
    if (look.icmp && told.size() > 1)
        wrong.push_back(fmt::format("the client was told {} times", told.size()));
    for (const auto& answer : told)
        add_all(wrong, look.icmp ? check_answer(answer, cell, *look.icmp, seen.sent)
                                 : Lines{"the client got " + answer.reading.text()});
    return wrong;
}

} // namespace

std::vector<Answer> answers(const Cell& cell, const std::vector<Captured>& frames)
{
    std::vector<Answer> found;
    for (const auto& frame : frames) {
        if (frame.ethertype() != (cell.inner == Family::v4 ? 0x0800 : 0x86dd)) continue;
        auto reading = read_tunnel(frame.packet(), {.encap = {},
                                                    .family = family(cell.inner),
                                                    .checksum_pending = frame.checksum_pending});
        if (!reading.inner || !reading.icmp || is_talk(*reading.icmp, family(cell.inner))) continue;
        const auto ip = *reading.inner;
        const auto icmp = *reading.icmp;
        found.push_back({&frame, std::move(reading), ip, icmp});
    }
    return found;
}

std::vector<std::string> check_told(const Cell& cell, const Look& look, const Observation& seen)
{
    Lines wrong = check_passed_on(cell, look, seen);
    const bool own = cell.origin == Origin::director;
    // What the director tells itself is in its counters, which are looked at with the others.
    auto plain = look;
    if (own) plain.icmp.reset();
    add_all(wrong, check_answers(cell, plain, seen));
    return wrong;
}

} // namespace gueway::matrix
