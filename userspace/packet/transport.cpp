// SPDX-License-Identifier: GPL-2.0-only
// What is behind the IP header: TCP, UDP, SCTP and ICMP, for packet/reading.h.
#include "encap/sizes.h"
#include "packet/octets.h"
#include "packet/reading.h"
#include "packet/sums.h"

#include <algorithm>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

namespace gueway {

namespace {

template <class... A>
void complain(Complaints& complaints, fmt::format_string<A...> what, A&&... values)
{
    complaints.push_back(fmt::format(what, std::forward<A>(values)...));
}

// One option behind the one-byte ones; its length, or 0 when it is wrong.
unsigned read_option(Bytes option, TransportReading& tcp, Complaints& complaints)
{
    const unsigned length = option.size() < 2 ? 0 : option[1];
    if (length < 2 || length > option.size()) {
        complain(complaints, "TCP: option {} of {} bytes, where {} are left", option[0], length,
                 option.size());
        return 0;
    }
    if (option[0] != TCPOPT_TIMESTAMP) return length;
    if (length != TCPOLEN_TIMESTAMP)
        complain(complaints, "TCP: timestamps of {} bytes", length);
    else if (tcp.timestamps)
        complain(complaints, "TCP: timestamps twice");
    else
        tcp.timestamps = TcpTimestamps{be32(option, 2), be32(option, 6)};
    return length;
}

void read_options(Bytes options, TransportReading& tcp, Complaints& complaints)
{
    for (size_t at = 0; at < options.size();) {
        const auto rest = options.subspan(at);
        if (rest[0] == TCPOPT_EOL) {
            if (std::ranges::any_of(rest, [](uint8_t byte) { return byte != 0; }))
                complain(complaints, "TCP: something is behind the end of the options");
            return;
        }
        const unsigned length = rest[0] == TCPOPT_NOP ? 1 : read_option(rest, tcp, complaints);
        if (length == 0) return;
        at += length;
    }
}

bool read_tcp(Bytes bytes, TransportReading& tcp, Complaints& complaints)
{
    if (bytes.size() < tcp_header) {
        complain(complaints, "TCP: {} bytes are no header", bytes.size());
        return false;
    }
    tcp.header = 4U * (bytes[12] >> 4);
    if (tcp.header < tcp_header || tcp.header > bytes.size()) {
        complain(complaints, "TCP: a header of {} bytes, where {} are", tcp.header, bytes.size());
        return false;
    }
    if (bytes[12] & 0xf) complain(complaints, "TCP: reserved bits are set");
    tcp.sequence = be32(bytes, 4);
    tcp.acknowledgment = be32(bytes, 8);
    tcp.flags = bytes[13];
    tcp.window = be16(bytes, 14);
    tcp.checksum = be16(bytes, 16);
    tcp.urgent = be16(bytes, 18);
    tcp.payload = static_cast<unsigned>(bytes.size()) - tcp.header;
    read_options(bytes.subspan(tcp_header, tcp.header - tcp_header), tcp, complaints);
    return true;
}

bool read_udp(Bytes bytes, TransportReading& udp, Complaints& complaints)
{
    if (bytes.size() < udp_header || be16(bytes, 4) != bytes.size()) {
        complain(complaints, "UDP: length {}, but {} bytes are there",
                 bytes.size() < udp_header ? 0 : be16(bytes, 4), bytes.size());
        return false;
    }
    udp.header = udp_header;
    udp.checksum = be16(bytes, 6);
    udp.payload = static_cast<unsigned>(bytes.size()) - udp_header;
    return true;
}

bool read_sctp(Bytes bytes, TransportReading& sctp, Complaints& complaints)
{
    if (bytes.size() < sctp_common_header + sctp_data_header) {
        complain(complaints, "SCTP: {} bytes have no DATA chunk", bytes.size());
        return false;
    }
    const auto chunk = bytes.subspan(sctp_common_header);
    const unsigned length = be16(chunk, 2), padded = (length + 3) / 4 * 4;
    if (chunk[0] != 0 || length <= sctp_data_header || padded != chunk.size()) {
        complain(complaints, "SCTP: chunk of type {} and length {}, where {} bytes are", chunk[0],
                 length, chunk.size());
        return false;
    }
    if (chunk[1] & 0xf0) complain(complaints, "SCTP: reserved flags {:#04x} are set", chunk[1]);
    if (std::ranges::any_of(chunk.subspan(length), [](uint8_t byte) { return byte != 0; }))
        complain(complaints, "SCTP: padding that is not zero");
    sctp.header = sctp_common_header + sctp_data_header;
    sctp.tag = be32(bytes, 4);
    for (unsigned i = 0; i < 4; ++i) sctp.checksum |= uint32_t{bytes[8 + i]} << 8 * i;
    sctp.chunk = {chunk[1], be16(chunk, 8), be16(chunk, 10), be32(chunk, 12)};
    sctp.sequence = be32(chunk, 4);
    sctp.payload = length - sctp_data_header;
    return true;
}

void check_crc(Bytes bytes, Sum sum, Complaints& complaints)
{
    if (sum == Sum::pending) {
        const auto field = be32(bytes, 8);
        if (field != 0) complain(complaints, "SCTP: pending CRC {:#010x}, not 0", field);
        return;
    }
    std::vector<uint8_t> zeroed(bytes.begin(), bytes.end());
    uint32_t field = 0;
    for (unsigned i = 0; i < 4; ++i) {
        field |= uint32_t{bytes[8 + i]} << 8 * i;
        zeroed[8 + i] = 0;
    }
    const auto right = crc32c(zeroed);
    if (field != right) complain(complaints, "SCTP: CRC {:#010x}, not {:#010x}", field, right);
}

// An internet checksum: its header's name, where the field is, what is summed in front.
struct Place {
    const char* of;
    unsigned field;
    uint32_t pseudo;
};

void check_internet_sum(Bytes bytes, const Place& place, Sum sum, Complaints& complaints)
{
    const auto field = be16(bytes, place.field);
    const auto seed = internet_sum({}, place.pseudo);
    if (sum == Sum::pending) {
        if (field == seed) return;
        return complain(complaints, "{}: pending checksum {:#06x}, not the pseudo-header's {:#06x}",
                        place.of, field, seed);
    }
    if (internet_sum(bytes, place.pseudo) == 0xffff) return;
    const uint32_t without = place.pseudo + static_cast<uint16_t>(~field);
    complain(complaints, "{}: checksum {:#06x}, not {:#06x}", place.of, field,
             static_cast<uint16_t>(~internet_sum(bytes, without)));
}

uint32_t pseudo_of(const IpReading& ip, size_t length)
{
    return pseudo_header_sum(ip.source, ip.destination, ip.protocol, static_cast<uint32_t>(length));
}

} // namespace

std::optional<TransportReading> read_transport(Bytes bytes, const IpReading& ip,
                                               Complaints& complaints)
{
    TransportReading made;
    bool read = false;
    switch (ip.protocol) {
    case IPPROTO_TCP:
        read = read_tcp(bytes, made, complaints);
        break;
    case IPPROTO_UDP:
        made.transport = Transport::udp;
        read = read_udp(bytes, made, complaints);
        break;
    case IPPROTO_SCTP:
        made.transport = Transport::sctp;
        read = read_sctp(bytes, made, complaints);
        break;
    default:
        return {};
    }
    if (!read) return {};
    made.source = be16(bytes, 0);
    made.destination = be16(bytes, 2);
    return made;
}

std::optional<IcmpReading> read_icmp(Bytes bytes, const IpReading& ip, Complaints& complaints)
{
    constexpr uint8_t unreachable = 3, fragmentation_needed = 4, too_big = 2;
    const bool v4 = ip.protocol == IPPROTO_ICMP && ip.family == AF_INET;
    if (!v4 && (ip.protocol != IPPROTO_ICMPV6 || ip.family != AF_INET6)) return {};
    if (bytes.size() < icmp_header) {
        complain(complaints, "ICMP: {} bytes are no header", bytes.size());
        return {};
    }
    IcmpReading made{.type = bytes[0], .code = bytes[1]};
    if (v4 && made.type == unreachable && made.code == fragmentation_needed)
        made.mtu = be16(bytes, 6);
    if (!v4 && made.type == too_big) made.mtu = be32(bytes, 4);
    return made;
}

void check_sum(Bytes bytes, const IpReading& ip, Sum sum, Complaints& complaints)
{
    switch (ip.protocol) {
    case IPPROTO_SCTP:
        return check_crc(bytes, sum, complaints);
    case IPPROTO_TCP:
        return check_internet_sum(bytes, {"TCP", 16, pseudo_of(ip, bytes.size())}, sum, complaints);
    case IPPROTO_UDP:
        if (sum == Sum::done && be16(bytes, 6) == 0) {
            if (ip.family == AF_INET6) complain(complaints, "UDP: no checksum over IPv6");
            return;
        }
        return check_internet_sum(bytes, {"UDP", 6, pseudo_of(ip, bytes.size())}, sum, complaints);
    case IPPROTO_ICMP:
        return check_internet_sum(bytes, {"ICMP", 2, 0}, Sum::done, complaints);
    case IPPROTO_ICMPV6:
        return check_internet_sum(bytes, {"ICMPv6", 2, pseudo_of(ip, bytes.size())}, Sum::done,
                                  complaints);
    default:
        return;
    }
}

} // namespace gueway
