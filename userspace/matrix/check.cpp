// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/check.h"

#include "matrix/delivery.h"
#include "matrix/known_bugs.h"
#include "packet/octets.h"
#include "packet/tunnel.h"

#include <algorithm>

#include <fmt/format.h>
#include <netinet/icmp6.h>

namespace gueway::matrix {

namespace {

using Lines = std::vector<std::string>;
constexpr size_t kept_bytes = 192;

uint64_t count(const Counts& counts, std::string_view name)
{
    const auto found = counts.find(name);
    return found == counts.end() ? 0 : found->second;
}

// Neighbour discovery and the like: a network's own talk.
bool is_talk(const IcmpReading& icmp, int family)
{
    return family == AF_INET6 && icmp.type >= ICMP6_INFOMSG_MASK;
}

struct Answer {
    const Captured* frame;
    TunnelReading reading;
    IpReading ip;
    IcmpReading icmp;
};

// ICMP errors that the client got.
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
    if (cell.event != Event::none) return {};
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
Lines check_passed_on(const Cell& cell, const Expectation& expected, const Observation& seen)
{
    Lines wrong;
    for (const auto& answer : answers(cell, seen.told_first))
        add_all(wrong, expected.icmp ? check_answer(answer, cell, *expected.icmp, seen.sent)
                                     : Lines{"the client got " + answer.reading.text()});
    return wrong;
}

// What says that the director did not just lose packets: it counted them somewhere.
bool is_account(std::string_view name)
{
    for (const std::string_view part : {"dropped", "errors", "Discards", "FragFails", "NoRoutes",
                                        "Errors", "DestUnreachs", "TooBigs", "Truncated"})
        if (name.contains(part)) return true;
    return false;
}

Lines accounts(const Observation& seen)
{
    Lines lines;
    for (const auto& [host, counts] :
         {std::pair("director", &seen.director), std::pair("worker", &seen.receiver)})
        for (const auto& [name, by] : *counts)
            if (is_account(name) || name == "IPVS in_packets" || name.contains("Frag"))
                lines.push_back(fmt::format("{}: {} +{}", host, name, by));
    return lines;
}

bool accounted(const Observation& seen)
{
    return std::ranges::any_of(seen.director,
                               [](const auto& moved) { return is_account(moved.first); });
}

Lines check_arrival(const Cell& cell, const Observation& seen)
{
    const auto taken = count(seen.director, "IPVS in_packets");
    if (cell.event != Event::none) return {}; // fragments, and a router's answers, count too
    if (taken == 1 || (through_gro(cell) && taken > 1)) return {};
    return {fmt::format("IPVS took {} packets of 1 sent", taken)};
}

uint64_t device_drops(const Cell& cell, const Observation& seen)
{
    uint64_t drops = 0;
    const std::string_view underlay = device(cell.underlay);
    for (const char* name : {"tx_dropped", "tx_errors"})
        drops += count(seen.director, fmt::format("{} {}", underlay, name));
    for (const char* name : {"rx_dropped", "rx_errors"})
        drops += count(seen.receiver, fmt::format("{} {}", underlay, name));
    return drops;
}

Symptoms symptoms(const Cell& cell, const Expectation& expected, const Observation& seen,
                  const Delivery& delivery)
{
    Symptoms made;
    made.lengths = delivery.lengths;
    made.wanted = lengths(expected);
    made.icmp_mtu = told_mtu(cell, seen.client);
    made.first_icmp_mtu = told_mtu(cell, seen.told_first);
    made.old_ttl = cell.origin == Origin::remote ? delivery.old_ttl : 0;
    made.told_itself =
        cell.origin == Origin::director && count(seen.director, "Icmp6OutPktTooBigs") > 0;
    made.bad_offload = std::ranges::any_of(seen.splats, [](const std::string& splat) {
        return splat.contains("skb_warn_bad_offload");
    });
    made.bad_inner_sum = delivery.bad_inner_sum;
    made.device_dropped = device_drops(cell, seen);
    made.udp_in_errors =
        count(seen.receiver, "Udp InErrors") + count(seen.receiver, "Udp6InErrors");
    for (const char* name : {"Tcp InCsumErrors", "Udp InCsumErrors", "Udp6InCsumErrors"})
        made.sum_errors += count(seen.receiver, name);
    return made;
}

void keep(CellResult& result, const Cell& cell, const Expectation& expected,
          const Observation& seen, const Delivery& delivery)
{
    for (const auto& packet : expected.wire)
        result.expected.push_back(
            {"worker",
             fmt::format("{} bytes, segment {}{}", packet.length, packet.segment,
                         packet.more || packet.offset
                             ? fmt::format(", fragment at {}", packet.offset)
                             : ""),
             {}});
    if (expected.icmp)
        result.expected.push_back({"client",
                                   fmt::format("ICMP {}/{}, MTU {}", expected.icmp->type,
                                               expected.icmp->code, expected.icmp->mtu),
                                   {}});
    const auto keep_frame = [&](const char* where, std::string text, const Captured& frame) {
        const auto packet = frame.packet();
        const auto end =
            packet.begin() + static_cast<ptrdiff_t>(std::min(packet.size(), kept_bytes));
        result.seen.push_back({where, std::move(text), {packet.begin(), end}});
    };
    for (size_t i = 0; i < seen.worker.size(); ++i)
        keep_frame("worker", i < delivery.texts.size() ? delivery.texts[i] : "", seen.worker[i]);
    for (const auto* frames : {&seen.told_first, &seen.client})
        for (const auto& answer : answers(cell, *frames))
            keep_frame("client", answer.reading.text(), *answer.frame);
    result.accounts = accounts(seen);
}

} // namespace

unsigned told_mtu(const Cell& cell, const std::vector<Captured>& frames)
{
    const auto told = answers(cell, frames);
    return told.empty() ? 0 : told.front().icmp.mtu;
}

std::vector<std::string> check_refusal(const Cell& cell, const Expectation& expected,
                                       const Observation& seen)
{
    if (cell.origin == Origin::director && expected.icmp) {
        const bool told = seen.refused == EMSGSIZE ||
                          count(seen.director, "Icmp OutDestUnreachs") > 0 ||
                          count(seen.director, "Icmp6OutPktTooBigs") > 0;
        return told ? Lines{} : Lines{"the director's own sender was not told"};
    }
    const auto told = answers(cell, seen.client);
    if (!expected.icmp) {
        Lines wrong;
        for (const auto& answer : told) wrong.push_back("the client got " + answer.reading.text());
        return wrong;
    }
    if (told.empty()) return {"the client was not told"};
    Lines wrong;
    if (told.size() > 1 && !through_gro(cell))
        wrong.push_back(fmt::format("the client was told {} times", told.size()));
    for (const auto& answer : told)
        add_all(wrong, check_answer(answer, cell, *expected.icmp, seen.sent));
    return wrong;
}

// The worker's kernel is a second reader: it counts what came out of its tunnels in order.
std::vector<std::string> check_receiver(const Cell& cell, const Observation& seen, size_t packets)
{
    const auto transport = matrix::transport(cell.l4);
    const bool v6 = cell.inner == Family::v6;
    Lines wrong;
    for (const char* name :
         {"Tcp InCsumErrors", "Udp InCsumErrors", "Udp6InCsumErrors", "Tcp InErrs", "Udp InErrors",
          "Udp6InErrors", "Ip InHdrErrors", "Ip6InHdrErrors"})
        if (const auto bad = count(seen.receiver, name))
            wrong.push_back(fmt::format("the worker's kernel counts {} +{}", name, bad));
    if (transport == Transport::sctp) return wrong; // it has none
    uint64_t taken = count(seen.receiver, "Tcp InSegs");
    if (transport == Transport::udp)
        taken = count(seen.receiver, v6 ? "Udp6NoPorts" : "Udp NoPorts") - (v6 ? 0 : seen.fences);
    const bool whole = cell.underlay == Underlay::whole && cell.l4 == L4::udp_gso;
    if (taken != packets && !whole)
        wrong.push_back(fmt::format("the worker's kernel took {} packets of {}", taken, packets));
    return wrong;
}

CellResult judge(const Cell& cell, const Observation& seen)
{
    const auto expected = expect(path(cell), shipment(cell));
    const auto delivery = read_delivery(cell, seen);
    CellResult result{.cell = cell};
    auto& wrong = result.complaints;
    const auto add = [&](Lines lines) { add_all(wrong, std::move(lines)); };
    add(compare(cell, expected, seen, delivery));
    add(check_refusal(cell, expected, seen));
    add(check_passed_on(cell, expected, seen));
    add(check_receiver(cell, seen, delivery.segments.size()));
    add(check_arrival(cell, seen));
    for (const auto& splat : seen.splats) wrong.push_back("the kernel says: " + splat);
    if (delivery.lengths.size() < expected.wire.size() && !accounted(seen))
        wrong.emplace_back("what is missing was counted nowhere");
    if (const auto drops = device_drops(cell, seen); drops && wrong.empty())
        wrong.push_back(fmt::format("nothing is missing, and {} counts {} dropped",
                                    device(cell.underlay), drops));
    if (wrong.empty()) return result;
    result.bugs = recognise(cell, symptoms(cell, expected, seen, delivery));
    result.outcome = result.bugs.empty() ? Outcome::failed : Outcome::known;
    keep(result, cell, expected, seen, delivery);
    return result;
}

} // namespace gueway::matrix
