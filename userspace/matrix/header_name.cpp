// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/header_name.h"

#include "encap/sizes.h"
#include "matrix/axes.h"
#include "packet/octets.h"

#include <cstdint>
#include <span>
#include <string_view>

#include <fmt/format.h>
#include <netinet/in.h>

namespace gueway::matrix {

namespace {

constexpr size_t fragment_header = 8, to_the_end = SIZE_MAX;

// From `at` on in its header, up to the next.
struct Field {
    size_t at;
    std::string_view name;
};
using Fields = std::span<const Field>;

constexpr std::string_view checksum = "checksum";
constexpr Field ipv4_fields[] = {
    {0, "version"}, {1, "TOS"},      {2, "length"},  {4, "ID"},      {6, "offset"},
    {8, "TTL"},     {9, "protocol"}, {10, checksum}, {12, "source"}, {16, "destination"}};
constexpr Field ipv6_fields[] = {{0, "version and flow"}, {4, "length"}, {6, "next header"},
                                 {7, "hop limit"},        {8, "source"}, {24, "destination"}};
constexpr Field fragment_fields[] = {{0, "next header"}, {2, "offset"}, {4, "ID"}};
constexpr Field icmp_fields[] = {
    {0, "type"}, {1, "code"}, {2, checksum}, {4, "unused"}, {6, "MTU"}};
constexpr Field icmpv6_fields[] = {{0, "type"}, {1, "code"}, {2, checksum}, {4, "MTU"}};
constexpr Field udp_fields[] = {{0, "source"}, {2, "destination"}, {4, "length"}, {6, checksum}};
constexpr Field tcp_fields[] = {
    {0, "source"},          {2, "destination"}, {4, "sequence number"}, {8, "acknowledgment"},
    {12, "header length"},  {13, "flags"},      {14, "window"},         {16, checksum},
    {18, "urgent pointer"}, {20, "options"}};
constexpr Field sctp_fields[] = {
    {0, "source"}, {2, "destination"}, {4, "tag"}, {8, checksum}, {12, "chunk"}};
constexpr Field gre_fields[] = {{0, "flags"}, {2, "protocol"}, {4, checksum}, {6, "reserved"}};

struct Header {
    std::string name;
    size_t size = 0;
    Fields fields;
};

// Headers from the first on. What the packet's bytes do not tell the cell does.
class Headers {
public:
    Headers(const Cell& cell, Bytes bytes) : cell_(cell), bytes_(bytes) {}

    std::vector<Header> to_worker()
    {
        const auto way = path(cell_);
        if (!add_ip("outer ", way.underlay)) return std::move(made_);
        const size_t between = tunnel_header(way.encap, shipment(cell_));
        switch (way.encap.type) {
        case EncapType::ipip:
            break;
        case EncapType::gre:
            add("GRE", between, gre_fields);
            break;
        case EncapType::gue:
        case EncapType::fou_interface:
            add("outer UDP", udp_header, udp_fields);
            add("GUE", between - udp_header);
            break;
        }
        add_packet("inner ");
        return std::move(made_);
    }
    std::vector<Header> to_client()
    {
        const int family = shipment(cell_).family;
        add_ip("", family);
        add("ICMP", icmp_header, family == AF_INET ? Fields(icmp_fields) : icmpv6_fields);
        add_packet("quoted ");
        return std::move(made_);
    }

private:
    void add(const std::string& name, size_t size, Fields fields = {})
    {
        if (size == 0) return;
        made_.push_back({name, size, fields});
        at_ += size;
    }
    // False: a fragment in which no header follows.
    bool add_ip(const std::string& where, int family)
    {
        const auto ip = behind(bytes_, at_);
        const bool v4 = family == AF_INET;
        add(where + (v4 ? "IPv4" : "IPv6"), ip_header(family),
            v4 ? Fields(ipv4_fields) : ipv6_fields);
        size_t offset = ip.size() < ipv4_header || !v4 ? 0 : be16(ip, 6) & 0x1fffU;
        if (!v4 && ip.size() >= ipv6_header + fragment_header && ip[6] == IPPROTO_FRAGMENT) {
            add(where + "fragment", fragment_header, fragment_fields);
            offset = be16(ip, ipv6_header + 2) & 0xfff8U;
        }
        if (offset != 0) add("the part of a fragmented packet", to_the_end);
        return offset == 0;
    }
    void add_packet(const std::string& where)
    {
        const auto packet = shipment(cell_);
        if (!add_ip(where, packet.family)) return;
        constexpr const char* names[] = {"TCP", "UDP", "SCTP"};
        constexpr Fields fields[] = {tcp_fields, udp_fields, sctp_fields};
        const auto transport = static_cast<size_t>(packet.transport);
        add(where + names[transport], packet.transport_header, fields[transport]);
        add("payload", to_the_end);
    }

    const Cell& cell_;
    const Bytes bytes_;
    size_t at_ = 0;
    std::vector<Header> made_;
};

struct Place {
    std::string header;
    std::string_view field;
};

Place place(const Cell& cell, const Packet& packet, size_t at)
{
    Headers all(cell, packet.bytes);
    for (const auto& header : packet.where == "worker" ? all.to_worker() : all.to_client()) {
        if (at >= header.size) {
            at -= header.size;
            continue;
        }
        Place found{.header = header.name};
        for (const auto& field : header.fields)
            if (field.at <= at) found.field = field.name;
        return found;
    }
    return {.header = "payload"};
}

} // namespace

std::string header_name(const Cell& cell, const Packet& packet, size_t at)
{
    const auto [header, field] = place(cell, packet, at);
    return field.empty() ? header : fmt::format("{} {}", header, field);
}

bool in_checksum(const Cell& cell, const Packet& packet, size_t at)
{
    return place(cell, packet, at).field == checksum;
}

} // namespace gueway::matrix
