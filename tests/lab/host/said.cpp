// SPDX-License-Identifier: GPL-2.0-only
#include "said.h"

#include "packet/octets.h"
#include "packet/sums.h"

#include <algorithm>

namespace gueway {

namespace {

// A complaint about a checksum of that header: "outer IPv4: header checksum 0x1234, not 0x1235".
bool is_wrong(const Complaints& complaints, const std::string& header)
{
    return std::ranges::any_of(complaints, [&](const std::string& one) {
        return one.starts_with(header + ": ") && (one.contains("checksum") || one.contains("CRC"));
    });
}

void put(Said& said, const char* field, const std::string& value)
{
    said.fields[field].push_back(value);
}
void put(Said& said, const char* field, uint64_t value)
{
    put(said, field, std::to_string(value));
}

// What the device, or the receiver of a remote checksum, puts there: the sum of what is there.
uint16_t finished(std::span<const uint8_t> from_header)
{
    return static_cast<uint16_t>(~internet_sum(from_header));
}

void say_tcp(Said& said, const TransportReading& tcp)
{
    put(said, "tcp.srcport", tcp.source);
    put(said, "tcp.dstport", tcp.destination);
    put(said, "tcp.seq_raw", tcp.sequence);
    put(said, "tcp.ack_raw", tcp.acknowledgment);
    put(said, "tcp.hdr_len", tcp.header);
    put(said, "tcp.flags", tcp.flags);
    put(said, "tcp.window_size_value", tcp.window);
    put(said, "tcp.urgent_pointer", tcp.urgent);
    put(said, "tcp.checksum", tcp.checksum);
    put(said, "tcp.len", tcp.payload);
}

void say_sctp(Said& said, const TransportReading& sctp)
{
    put(said, "sctp.srcport", sctp.source);
    put(said, "sctp.dstport", sctp.destination);
    put(said, "sctp.verification_tag", sctp.tag);
    put(said, "sctp.data_tsn_raw", sctp.sequence);
    put(said, "sctp.checksum", __builtin_bswap32(sctp.checksum)); // first byte first
}

void say_udp(Said& said, const UdpReading& udp)
{
    put(said, "udp.srcport", udp.source);
    put(said, "udp.dstport", udp.destination);
    put(said, "udp.length", udp.length);
    put(said, "udp.checksum", udp.checksum);
}

void say_icmp(Said& said, const IcmpReading& icmp, bool v4, bool wrong)
{
    const std::string name = v4 ? "icmp" : "icmpv6";
    put(said, (name + ".type").c_str(), icmp.type);
    put(said, (name + ".code").c_str(), icmp.code);
    if (icmp.mtu) put(said, (name + ".mtu").c_str(), icmp.mtu);
    said.sums[name].push_back({.wrong = wrong, .finished = {}, .rule = {}});
}

SaidSum sum_of_transport(const TunnelReading& reading, std::span<const uint8_t> bytes,
                         const SaidNotes& notes, const std::string& header)
{
    const bool sctp = header.ends_with("SCTP");
    const bool remote = reading.gue && reading.gue->remote;
    SaidSum sum{.wrong = is_wrong(reading.complaints, header)};
    if (notes.pending && sctp) sum.rule = "unmade";
    if (notes.whole && !notes.pending && !sctp) sum.rule = "unmade";
    if ((notes.pending || remote) && !sctp)
        sum.finished = finished(bytes.subspan(reading.transport_at));
    return sum;
}

} // namespace

const std::vector<std::string>& said_fields()
{
    static const std::vector<std::string> all = {"ip.len",
                                                 "ip.id",
                                                 "ip.ttl",
                                                 "ip.proto",
                                                 "ip.src",
                                                 "ip.dst",
                                                 "ip.dsfield",
                                                 "ip.hdr_len",
                                                 "ip.flags.df",
                                                 "ip.flags.mf",
                                                 "ip.frag_offset",
                                                 "ipv6.plen",
                                                 "ipv6.hlim",
                                                 "ipv6.src",
                                                 "ipv6.dst",
                                                 "ipv6.tclass",
                                                 "ipv6.flow",
                                                 "ipv6.fraghdr.offset",
                                                 "ipv6.fraghdr.more",
                                                 "ipv6.fraghdr.ident",
                                                 "udp.srcport",
                                                 "udp.dstport",
                                                 "udp.length",
                                                 "udp.checksum",
                                                 "gre.flags_and_version",
                                                 "gre.proto",
                                                 "gre.checksum",
                                                 "tcp.srcport",
                                                 "tcp.dstport",
                                                 "tcp.seq_raw",
                                                 "tcp.ack_raw",
                                                 "tcp.hdr_len",
                                                 "tcp.flags",
                                                 "tcp.window_size_value",
                                                 "tcp.urgent_pointer",
                                                 "tcp.checksum",
                                                 "tcp.len",
                                                 "sctp.srcport",
                                                 "sctp.dstport",
                                                 "sctp.verification_tag",
                                                 "sctp.data_tsn_raw",
                                                 "sctp.checksum",
                                                 "icmp.type",
                                                 "icmp.code",
                                                 "icmp.mtu",
                                                 "icmpv6.type",
                                                 "icmpv6.code",
                                                 "icmpv6.mtu"};
    return all;
}

void say_ip(Said& said, const IpReading& ip, const Complaints& complaints, const std::string& of)
{
    if (ip.family == AF_INET) {
        put(said, "ip.len", ip.length);
        put(said, "ip.id", ip.id);
        put(said, "ip.ttl", ip.ttl);
        put(said, "ip.proto", ip.protocol);
        put(said, "ip.src", ip.source.text());
        put(said, "ip.dst", ip.destination.text());
        put(said, "ip.dsfield", ip.traffic_class);
        put(said, "ip.hdr_len", ip.header);
        put(said, "ip.flags.df", ip.dont_fragment ? 1 : 0);
        put(said, "ip.flags.mf", ip.more ? 1 : 0);
        put(said, "ip.frag_offset", ip.offset / 8); // as it is in the header
        said.sums["ip"].push_back(
            {.wrong = is_wrong(complaints, of + "IPv4"), .finished = {}, .rule = {}});
        return;
    }
    constexpr unsigned header = 40;
    put(said, "ipv6.plen", ip.length - header);
    put(said, "ipv6.hlim", ip.ttl);
    put(said, "ipv6.src", ip.source.text());
    put(said, "ipv6.dst", ip.destination.text());
    put(said, "ipv6.tclass", ip.traffic_class);
    put(said, "ipv6.flow", ip.flow_label);
    if (!ip.fragment()) return;
    put(said, "ipv6.fraghdr.offset", ip.offset / 8);
    put(said, "ipv6.fraghdr.more", ip.more ? 1 : 0);
    put(said, "ipv6.fraghdr.ident", ip.id);
}

void say_carrier(Said& said, const TunnelReading& reading, const SaidNotes& notes)
{
    std::string rule;
    if (notes.whole)
        rule = "unmade";
    else if (notes.pending)
        rule = "around";
    if (reading.udp) {
        say_udp(said, *reading.udp);
        said.sums["udp"].push_back({.wrong = is_wrong(reading.complaints, "outer UDP"),
                                    .finished = {},
                                    .rule = reading.udp->checksum ? rule : ""});
    }
    if (!reading.gre) return;
    const auto& gre = *reading.gre;
    put(said, "gre.flags_and_version", gre.flags);
    put(said, "gre.proto", gre.protocol);
    if (!gre.checksum) return;
    put(said, "gre.checksum", *gre.checksum);
    said.sums["gre"].push_back(
        {.wrong = is_wrong(reading.complaints, "GRE"), .finished = {}, .rule = rule});
}

void say_transport(Said& said, const TunnelReading& reading, std::span<const uint8_t> bytes,
                   const SaidNotes& notes)
{
    const std::string of = reading.outer ? "inner " : "";
    if (reading.icmp) {
        const bool v4 = reading.inner && reading.inner->family == AF_INET;
        const bool wrong = is_wrong(reading.complaints, of + (v4 ? "ICMP" : "ICMPv6"));
        return say_icmp(said, *reading.icmp, v4, wrong);
    }
    if (!reading.transport) return;
    const auto& transport = *reading.transport;
    switch (transport.transport) {
    case Transport::tcp:
        say_tcp(said, transport);
        said.sums["tcp"].push_back(sum_of_transport(reading, bytes, notes, of + "TCP"));
        break;
    case Transport::udp:
        say_udp(said, {transport.source, transport.destination,
                       static_cast<uint16_t>(transport.payload + transport.header),
                       static_cast<uint16_t>(transport.checksum)});
        said.sums["udp"].push_back(sum_of_transport(reading, bytes, notes, of + "UDP"));
        break;
    case Transport::sctp:
        say_sctp(said, transport);
        said.sums["sctp"].push_back(sum_of_transport(reading, bytes, notes, of + "SCTP"));
        break;
    }
}

} // namespace gueway
