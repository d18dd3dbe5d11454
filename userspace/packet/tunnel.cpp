// SPDX-License-Identifier: GPL-2.0-only
#include "packet/tunnel.h"

#include "encap/sizes.h"
#include "packet/octets.h"
#include "packet/sums.h"
#include "packet/tunnel_bits.h"
#include "packet/tunnel_sums.h"

#include <fmt/format.h>
#include <net/ethernet.h>
#include <netinet/in.h>

namespace gueway {

namespace {

constexpr size_t least_frame = 46; // an Ethernet device may pad up to here (IEEE 802.3)

class Reader {
public:
    Reader(Bytes bytes, const Expected& expected) : bytes_(bytes), expected_(expected) {}
    TunnelReading read();

private:
    template <class... A>
    void complain(fmt::format_string<A...> what, A&&... values)
    {
        made_.complaints.push_back(fmt::format(what, std::forward<A>(values)...));
    }
    // Of a header that is inside or around another.
    void complain_of(const char* where, const Complaints& complaints)
    {
        for (const auto& one : complaints)
            made_.complaints.push_back(std::string(expected_.encap ? where : "") + one);
    }
    void check_end(unsigned length);
    bool read_carrier(const Encap& encap, const IpReading& outer);
    bool read_inside_ip(unsigned at, uint8_t protocol, const char* of);
    bool read_udp(const Encap& encap, unsigned at);
    bool read_gue(const Encap& encap, unsigned at);
    void read_private(const Encap& encap, Bytes options, GueReading& gue);
    bool read_gre(const Encap& encap, unsigned at);
    void read_inner();

    Bytes bytes_;
    const Expected& expected_;
    int inner_family_ = 0;
    TunnelReading made_;
};

void Reader::check_end(unsigned length)
{
    if (bytes_.size() > length && bytes_.size() > least_frame)
        complain("{} bytes are behind the packet", bytes_.size() - length);
    bytes_ = bytes_.first(length);
}

bool Reader::read_inside_ip(unsigned at, uint8_t protocol, const char* of)
{
    made_.inner_at = at;
    inner_family_ = protocol == IPPROTO_IPIP ? AF_INET : AF_INET6;
    if (protocol == IPPROTO_IPIP || protocol == IPPROTO_IPV6) return true;
    complain("{}: protocol {}, neither 4 nor 41", of, protocol);
    return false;
}

// The private flags word, and what it announces. Without private flags there are no options.
void Reader::read_private(const Encap& encap, Bytes options, GueReading& gue)
{
    constexpr size_t words = 8;
    if (options.size() < 4) return; // length is complained of
    const auto flags = be32(options, 0);
    gue.private_flags = flags;
    if (flags & ~gue_private_remote)
        complain("GUE: unknown private flags {:#010x}", flags & ~gue_private_remote);
    if (!(flags & gue_private_remote) || options.size() < words) return;
    gue.remote = RemoteChecksum{be16(options, 4), be16(options, 6)};
    if (encap.checksum != EncapChecksum::remote)
        complain("GUE: a remote checksum in a tunnel without");
}

bool Reader::read_gue(const Encap& encap, unsigned at)
{
    constexpr unsigned base = 4;
    const auto bytes = behind(bytes_, at);
    if (bytes.size() < base) {
        complain("GUE: {} bytes are no header", bytes.size());
        return false;
    }
    auto& gue = made_.gue.emplace(GueReading{.version = static_cast<uint8_t>(bytes[0] >> 6),
                                             .words = static_cast<uint8_t>(bytes[0] & 0x1f),
                                             .protocol = bytes[1],
                                             .control = (bytes[0] & 0x20) != 0,
                                             .flags = be16(bytes, 2)});
    if (gue.version != 0) complain("GUE: version {}", gue.version);
    if (gue.control) complain("GUE: a control message");
    if (const int unknown = gue.flags & ~gue_private)
        complain("GUE: unknown flags {:#06x}", unknown);
    const unsigned header = base + 4U * gue.words;
    if (header > bytes.size()) {
        complain("GUE: a header of {} bytes, where {} are", header, bytes.size());
        return false;
    }
    if (gue.version != 0 || gue.control) return false;
    const bool has_private = (gue.flags & gue_private) != 0;
    if (has_private) read_private(encap, bytes.subspan(base, header - base), gue);
    const bool remote = gue.private_flags.value_or(0) != 0;
    const unsigned wanted = (has_private ? 1 : 0) + (remote ? 1 : 0);
    if (gue.words != wanted)
        complain("GUE: {} words of options, where its flags want {}", gue.words, wanted);
    return read_inside_ip(at + header, gue.protocol, "GUE");
}

bool Reader::read_udp(const Encap& encap, unsigned at)
{
    const auto udp = behind(bytes_, at);
    if (udp.size() < udp_header) {
        complain("outer UDP: {} bytes are no header", udp.size());
        return false;
    }
    const auto& head =
        made_.udp.emplace(UdpReading{be16(udp, 0), be16(udp, 2), be16(udp, 4), be16(udp, 6)});
    if (head.destination != encap.port)
        complain("outer UDP: port {}, not {}", head.destination, encap.port);
    if (head.length != udp.size()) {
        complain("outer UDP: length {}, but {} bytes are there", head.length, udp.size());
        return false;
    }
    if (encap.type == EncapType::gue) return read_gue(encap, at + udp_header);
    if (udp.size() == udp_header) {
        complain("FOU: nothing is inside");
        return false;
    }
    const bool v4 = udp[udp_header] >> 4 == 4;
    return read_inside_ip(at + udp_header, v4 ? IPPROTO_IPIP : IPPROTO_IPV6, "FOU");
}

bool Reader::read_gre(const Encap& encap, unsigned at)
{
    const auto gre = behind(bytes_, at);
    const bool wanted = encap.checksum == EncapChecksum::full;
    const bool present = gre.size() >= 2 && (be16(gre, 0) & gre_checksum_present) != 0;
    const unsigned header = present ? 8 : 4;
    if (gre.size() < header) {
        complain("GRE: {} bytes are no header", gre.size());
        return false;
    }
    auto& head = made_.gre.emplace(GreReading{.flags = be16(gre, 0), .protocol = be16(gre, 2)});
    if (present) head.checksum = be16(gre, 4), head.reserved = be16(gre, 6);
    if (present != wanted)
        complain("GRE: {} checksum, where the tunnel has {}", present ? "a" : "no",
                 wanted ? "one" : "none");
    if (const int unknown = head.flags & ~gre_checksum_present) {
        complain("GRE: flags or version {:#06x}", unknown);
        return false;
    }
    made_.inner_at = at + header;
    inner_family_ = head.protocol == ETHERTYPE_IP ? AF_INET : AF_INET6;
    if (head.protocol == ETHERTYPE_IP || head.protocol == ETHERTYPE_IPV6) return true;
    complain("GRE: protocol {:#06x}, neither IPv4 nor IPv6", head.protocol);
    return false;
}

// What is between the IP headers.
bool Reader::read_carrier(const Encap& encap, const IpReading& outer)
{
    const auto protocol = outer.protocol;
    const auto wanted = [&](uint8_t right) {
        if (protocol != right) complain("outer IP: protocol {}, not {}", protocol, right);
        return protocol == right;
    };
    switch (encap.type) {
    case EncapType::ipip:
        return read_inside_ip(outer.header, protocol, "outer IP");
    case EncapType::gre:
        return wanted(IPPROTO_GRE) && read_gre(encap, outer.header);
    case EncapType::gue:
    case EncapType::fou_interface:
        return wanted(IPPROTO_UDP) && read_udp(encap, outer.header);
    }
    return false;
}

void Reader::read_inner()
{
    Complaints complaints;
    const auto packet = bytes_.subspan(made_.inner_at);
    made_.inner = read_ip(packet, inner_family_, complaints);
    if (made_.inner && !expected_.encap) check_end(made_.inner->length);
    if (made_.inner && expected_.encap && made_.inner->length != packet.size())
        complaints.push_back(
            fmt::format("{} bytes are behind the packet", packet.size() - made_.inner->length));
    if (made_.inner && !made_.inner->fragment()) {
        const auto rest =
            packet.subspan(made_.inner->header, made_.inner->length - made_.inner->header);
        made_.transport_at = made_.inner_at + made_.inner->header;
        made_.transport = read_transport(rest, *made_.inner, complaints);
        made_.icmp = read_icmp(rest, *made_.inner, complaints);
        if (made_.transport) {
            made_.payload_at = made_.transport_at + made_.transport->header;
            made_.payload = made_.transport->payload;
        } else if (!made_.icmp && complaints.empty()) {
            complaints.push_back(fmt::format("IP: unknown protocol {}", made_.inner->protocol));
        }
    }
    complain_of("inner ", complaints);
}

TunnelReading Reader::read()
{
    inner_family_ = expected_.family;
    if (expected_.encap) {
        Complaints complaints;
        made_.outer = read_ip(bytes_, expected_.family, complaints);
        complain_of("outer ", complaints);
        if (!made_.outer) return made_;
        check_end(made_.outer->length);
        if (made_.outer->fragment() || !read_carrier(*expected_.encap, *made_.outer)) return made_;
    }
    read_inner();
    check_sums(bytes_, expected_, made_);
    return made_;
}

std::string ip_text(const IpReading& ip, unsigned length)
{
    auto made = fmt::format("{} {}", ip.family == AF_INET ? "IPv4" : "IPv6", length);
    if (ip.family == AF_INET || ip.fragment()) made += fmt::format(" id {}", ip.id);
    if (ip.family == AF_INET && ip.dont_fragment) made += " DF";
    if (ip.fragment()) made += fmt::format(" offset {}{}", ip.offset, ip.more ? " MF" : "");
    return made;
}

std::string_view transport_name(Transport transport)
{
    switch (transport) {
    case Transport::tcp:
        return "TCP";
    case Transport::udp:
        return "UDP";
    case Transport::sctp:
        return "SCTP";
    }
    return "";
}

std::string tunnel_name(const TunnelReading& reading)
{
    if (reading.gue) return reading.gue->remote ? " GUE remcsum" : " GUE";
    if (reading.gre) return " GRE";
    if (reading.udp) return " UDP";
    return "";
}

} // namespace

std::string TunnelReading::text() const
{
    std::string made;
    if (outer) made = ip_text(*outer, outer->length) + tunnel_name(*this);
    if (!inner) return made.empty() ? "unreadable" : made;
    if (outer) made += " | ";
    made += ip_text(*inner, inner->length);
    if (icmp) made += fmt::format(" ICMP {}/{} mtu {}", icmp->type, icmp->code, icmp->mtu);
    if (!transport) return made;
    made += fmt::format(" {} {} > {}", transport_name(transport->transport), transport->source,
                        transport->destination);
    if (transport->transport != Transport::udp) made += fmt::format(" seq {}", transport->sequence);
    return made + fmt::format(" +{}", payload);
}

TunnelReading read_tunnel(Bytes bytes, const Expected& expected)
{
    return Reader(bytes, expected).read();
}

} // namespace gueway
