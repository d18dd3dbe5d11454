// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/delivery.h"

#include "matrix/places.h"
#include "packet/reassemble.h"
#include "packet/tunnel.h"

#include <algorithm>

#include <fmt/format.h>
#include <linux/if_ether.h>
#include <netinet/tcp.h>

namespace gueway::matrix {

namespace {

using Bytes = std::vector<uint8_t>;

// Reads one capture after the other.
class Reader {
public:
    Reader(const Cell& cell, const Observation& seen)
        : cell_(cell), sent_(seen.sent), shipment_(shipment(cell)), path_(path(cell))
    {
        for (const auto& frame : seen.worker) take(frame);
        if (!outer_parts_.empty() || !inner_parts_.empty())
            complain("fragments of it are missing", made_.lengths.size());
    }
    Delivery made() && { return std::move(made_); }

private:
    void complain(const std::string& what, size_t packet)
    {
        made_.complaints.push_back(fmt::format("packet {}: {}", packet, what));
    }
    void complain(const Complaints& all)
    {
        for (const auto& what : all) complain(what, made_.lengths.size());
    }

    // What a link of bytes only cannot carry: a device's notes beside them.
    void check_link(const Captured& frame)
    {
        const auto packet = made_.lengths.size() + 1;
        const unsigned type = path_.underlay == AF_INET ? ETH_P_IP : ETH_P_IPV6;
        if (frame.ethertype() != type)
            complain(fmt::format("EtherType {:#06x}, not {:#06x}", frame.ethertype(), type),
                     packet);
        if (frame.vlan || frame.network() != ETH_HLEN) complain("a VLAN tag", packet);
        if (cell_.underlay == Underlay::wire && frame.checksum_pending)
            complain("a checksum is still pending", packet);
    }

    void take(const Captured& frame)
    {
        check_link(frame);
        const auto bytes = frame.packet();
        Complaints complaints;
        const auto ip = read_ip(bytes, path_.underlay, complaints);
        if (!ip || !ip->fragment()) {
            read(Bytes(bytes.begin(), bytes.end()), frame.checksum_pending);
            return;
        }
        made_.lengths.push_back(static_cast<unsigned>(bytes.size()));
        made_.texts.push_back(
            fmt::format("{} fragment {}+{} of id {}{}", path_.underlay == AF_INET ? "IPv4" : "IPv6",
                        ip->offset, bytes.size() - ip->header, ip->id, ip->more ? "" : ", last"));
        made_.fragmented = true;
        outer_parts_.emplace_back(bytes.begin(), bytes.end());
        if (ip->more) return;
        read_whole(join(outer_parts_), frame.checksum_pending);
    }

    // Puts the parts together and forgets them.
    Bytes join(std::vector<Bytes>& parts)
    {
        std::vector<std::span<const uint8_t>> views(parts.begin(), parts.end());
        auto whole = reassemble(views);
        complain(whole.complaints);
        parts.clear();
        return std::move(whole.packet);
    }

    // A packet on the wire that is no fragment.
    void read(Bytes bytes, bool pending)
    {
        const auto length = static_cast<unsigned>(bytes.size());
        if (!is_whole(length)) {
            made_.lengths.push_back(length);
            read_whole(bytes, pending);
            return;
        }
        const unsigned headers = length - shipment_.payload;
        for (unsigned left = shipment_.payload; left > 0;) {
            const unsigned part = std::min(left, shipment_.gso_size);
            made_.lengths.push_back(headers + part);
            left -= part;
        }
        read_whole(bytes, pending, shipment_.gso_size);
    }

    // A GSO packet that goes over the wire as one, which only veth carries.
    bool is_whole(unsigned length) const
    {
        return cell_.underlay == Underlay::whole && shipment_.gso_size && length > path_.mtu &&
               length > shipment_.payload &&
               length == tunnel_header(path_.encap, shipment_) + ip_header(path_.underlay) +
                             shipment_.headers() + shipment_.payload;
    }

    void read_whole(const Bytes& bytes, bool pending, unsigned gso_size = 0)
    {
        auto reading = read_tunnel(bytes, {.encap = path_.encap,
                                           .family = path_.underlay,
                                           .checksum_pending = pending,
                                           .pending_at = {},
                                           .gso_size = gso_size});
        complain(reading.complaints);
        made_.texts.push_back(reading.text());
        if (reading.inner && reading.inner->fragment()) {
            made_.fragmented = true;
            take_inner_part(bytes, reading, reading.inner->more);
            return;
        }
        add(bytes, std::move(reading), gso_size);
    }

    void take_inner_part(const Bytes& bytes, const TunnelReading& reading, bool more)
    {
        inner_parts_.emplace_back(bytes.begin() + reading.inner_at, bytes.end());
        if (reading.outer) outer_of_parts_ = *reading.outer;
        if (more) return;
        const auto whole = join(inner_parts_);
        auto inner = read_tunnel(whole, {.encap = {}, .family = shipment_.family});
        complain(inner.complaints);
        inner.outer = outer_of_parts_;
        add(whole, std::move(inner), 0);
    }

    void add(const Bytes& bytes, TunnelReading reading, unsigned gso_size)
    {
        Segment segment;
        const size_t end = std::min<size_t>(bytes.size(), reading.payload_at + reading.payload);
        if (reading.transport && reading.payload_at <= end)
            segment.payload.assign(bytes.begin() + reading.payload_at,
                                   bytes.begin() + static_cast<ptrdiff_t>(end));
        if (reading.inner && reading.inner->ttl == sent_.ttl) ++made_.old_ttl;
        if (gso_size) segment.segments = shipment_.segments();
        made_.bad_inner_sum += static_cast<unsigned>(
            std::ranges::count_if(reading.complaints, [](const std::string& what) {
                return what.starts_with("inner ") && what.contains("checksum") &&
                       !what.contains("header checksum");
            }));
        segment.reading = std::move(reading);
        made_.segments.push_back(std::move(segment));
    }

    const Cell& cell_;
    const Frame& sent_;
    const Shipment shipment_;
    const TunnelPath path_;
    Delivery made_;
    std::vector<Bytes> outer_parts_, inner_parts_;
    IpReading outer_of_parts_;
};

std::string list(const std::vector<unsigned>& lengths)
{
    constexpr size_t shown = 6;
    std::string text;
    for (size_t i = 0; i < lengths.size() && i < shown; ++i)
        text += fmt::format("{}{}", i ? " " : "", lengths[i]);
    if (lengths.size() > shown) text += fmt::format(" ... ({})", lengths.size());
    return text.empty() ? "nothing" : text;
}

// Holds segment after segment against what was sent.
class Comparison {
public:
    Comparison(const Cell& cell, const Observation& seen, bool fragmented)
        : cell_(cell), sent_(seen.sent), path_(path(cell)), fragmented_(fragmented)
    {}

    void segment(const Segment& segment)
    {
        const auto& reading = segment.reading;
        ++number_;
        if (!reading.inner || !reading.transport) {
            wrong("cannot be read");
            return;
        }
        outer(reading);
        inner(*reading.inner);
        transport(*reading.transport, segment);
        payload(segment);
        at_ += segment.payload.size();
        ids_ += segment.segments;
    }
    void end()
    {
        if (at_ < sent_.payload.size())
            complaints_.push_back(
                fmt::format("{} of {} bytes of payload arrived", at_, sent_.payload.size()));
    }
    std::vector<std::string> complaints_;

private:
    template <class... Words>
    void wrong(fmt::format_string<Words...> text, Words&&... words)
    {
        complaints_.push_back(fmt::format("segment {}: {}", number_,
                                          fmt::format(text, std::forward<Words>(words)...)));
    }
    template <class T>
    void same(const char* what, const T& is, const T& should)
    {
        if (is != should) wrong("{} is {}, not {}", what, is, should);
    }

    void outer(const TunnelReading& reading)
    {
        if (!reading.outer) return;
        const auto& ip = *reading.outer;
        same("outer source", ip.source.text(),
             director_address(cell_.underlay, cell_.outer).text());
        same("outer destination", ip.destination.text(),
             worker_address(cell_.underlay, cell_.tunnel, cell_.outer, cell_.inner).text());
        // ip_vs_prepare_tunneled_skb(): an IPv4 packet's bit, where path MTUs are heeded.
        if (cell_.outer == Family::v4 && cell_.inner == Family::v4 && cell_.tunnel != Tunnel::fou &&
            !ip.fragment())
            same("outer DF", ip.dont_fragment, sent_.dont_fragment && path_.pmtu_disc);
        if (cell_.outer == Family::v4 && sent_.segment && number_ > 1 && !fragmented_)
            same("outer ID", ip.id, (last_outer_id_ + 1) & 0xffffU);
        last_outer_id_ = ip.id;
    }
    void inner(const IpReading& ip)
    {
        same("source", ip.source.text(), sent_.from.text());
        same("destination", ip.destination.text(), sent_.to.text());
        same("traffic class", unsigned{ip.traffic_class}, unsigned{sent_.traffic_class});
        if (cell_.origin == Origin::remote) same("TTL", unsigned{ip.ttl}, sent_.ttl - 1U);
        if (cell_.inner == Family::v6) return;
        same("DF", ip.dont_fragment, sent_.dont_fragment);
        if (number_ == 1 && !from_socket()) first_id_ = sent_.id;
        if (number_ == 1 && from_socket()) first_id_ = ip.id;
        same("ID", ip.id, (first_id_ + ids_) & 0xffffU);
    }
    void transport(const TransportReading& transport, const Segment& segment)
    {
        same("source port", transport.source, sent_.from_port);
        same("destination port", transport.destination, sent_.to_port);
        if (transport.transport == Transport::udp) {
            if (transport.checksum == 0) wrong("no UDP checksum, where one was sent");
            return;
        }
        same("sequence number", transport.sequence, sent_.sequence + static_cast<uint32_t>(at_));
        if (transport.transport == Transport::sctp) {
            same("verification tag", transport.tag, sent_.tag);
            return;
        }
        same("acknowledgment", transport.acknowledgment, sent_.acknowledgment);
        same("PSH", (transport.flags & TH_PUSH) != 0,
             at_ + segment.payload.size() == sent_.payload.size());
        constexpr unsigned others = 0xffU & ~unsigned{TH_PUSH};
        same("flags but PSH", transport.flags & others, sent_.flags & others);
    }
    void payload(const Segment& segment)
    {
        const auto left = sent_.payload.size() - std::min(at_, sent_.payload.size());
        if (segment.payload.size() > left) {
            wrong("{} bytes more than were sent", segment.payload.size() - left);
            return;
        }
        const auto here = sent_.payload.begin() + static_cast<ptrdiff_t>(at_);
        const auto differs = std::ranges::mismatch(
            segment.payload,
            std::ranges::subrange(here, here + static_cast<ptrdiff_t>(segment.payload.size())));
        if (differs.in1 != segment.payload.end())
            wrong("payload differs from byte {} on", differs.in1 - segment.payload.begin());
    }
    bool from_socket() const { return cell_.l4 == L4::udp_gso || cell_.origin == Origin::director; }

    const Cell& cell_;
    const Frame& sent_;
    const TunnelPath path_;
    const bool fragmented_;
    unsigned number_ = 0, ids_ = 0;
    uint32_t first_id_ = 0, last_outer_id_ = 0;
    size_t at_ = 0; // in the payload
};

} // namespace

Delivery read_delivery(const Cell& cell, const Observation& seen)
{
    return Reader(cell, seen).made();
}

std::vector<unsigned> lengths(const Expectation& expected)
{
    std::vector<unsigned> all(expected.wire.size());
    std::ranges::transform(expected.wire, all.begin(), &WirePacket::length);
    return all;
}

std::vector<std::string> compare(const Cell& cell, const Expectation& expected,
                                 const Observation& seen, const Delivery& delivery)
{
    const auto wanted = lengths(expected);
    std::vector<std::string> wrong;
    if (delivery.lengths != wanted)
        wrong.push_back(
            fmt::format("on the wire: {}; expected: {}", list(delivery.lengths), list(wanted)));
    Comparison comparison(cell, seen, delivery.fragmented);
    for (const auto& segment : delivery.segments) comparison.segment(segment);
    if (!delivery.segments.empty() && !wanted.empty()) comparison.end();
    wrong.insert(wrong.end(), comparison.complaints_.begin(), comparison.complaints_.end());
    wrong.insert(wrong.end(), delivery.complaints.begin(), delivery.complaints.end());
    return wrong;
}

} // namespace gueway::matrix
