// SPDX-License-Identifier: GPL-2.0-only
// What was read of the delivery, against what was sent.
#include "encap/sizes.h"
#include "matrix/delivery.h"
#include "matrix/outer.h"
#include "packet/octets.h"
#include "packet/sums.h"
#include "packet/tunnel_sums.h"
#include "packet/wrap.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

namespace gueway::matrix {

namespace {

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
    Comparison(const Cell& cell, const Look& look, const Observation& seen)
        : cell_(cell), look_(look), sent_(seen.sent), outer_(matrix::outer(cell, seen.sent)),
          ids_(look.skipped), at_(size_t{look.skipped} * sent_.segment)
    {}

    void segment(const Segment& segment)
    {
        const auto& reading = segment.reading;
        ++number_;
        if (!reading.inner || !reading.transport) {
            wrong("cannot be read");
            return;
        }
        for (const auto& ip : segment.outers) outer(ip);
        if (!segment.outers.empty()) outer_id(segment.outers.front());
        for (const auto& ip : segment.inners) inner(ip);
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

    void outer(const IpReading& ip)
    {
        same("outer source", ip.source.text(), outer_.ip.from.text());
        same("outer destination", ip.destination.text(), outer_.ip.to.text());
        same("outer traffic class", unsigned{ip.traffic_class}, unsigned{outer_.ip.traffic_class});
        same("outer TTL", unsigned{ip.ttl}, sent_.ttl - hops(look_.first_hop_outside ? ids_ : 0));
        if (cell_.outer == Family::v6) {
            if (!any_flow_label(cell_)) same("outer flow label", ip.flow_label, 0U);
            return;
        }
        const bool lost = look_.df_lost && look_.fragments == Fragments::outer;
        same("outer DF", ip.dont_fragment, (outer_.ip.dont_fragment && !lost) || look_.df_added);
    }
    // GSO counts IPv4's IDs on, and those of fragments are not another packet's (RFC 791, section
    // 3.2; RFC 8200, section 4.5).
    void outer_id(const IpReading& ip)
    {
        if (ip.fragment() && !ids_of_fragments_.insert(ip.id).second)
            wrong("outer ID {} is that of another packet's fragments", ip.id);
        if (cell_.outer == Family::v6 || look_.fragments == Fragments::inner) return;
        const unsigned next = number_ == 1 ? ids_ : last_outer_id_ + 1;
        if (number_ > 1 ? sent_.segment != 0 : !any_outer_id(cell_, sent_))
            same("outer ID", ip.id, next & 0xffffU);
        last_outer_id_ = ip.id;
    }
    void inner(const IpReading& ip)
    {
        same("source", ip.source.text(), sent_.from.text());
        same("destination", ip.destination.text(), sent_.to.text());
        same("traffic class", unsigned{ip.traffic_class}, unsigned{sent_.traffic_class});
        same("TTL", unsigned{ip.ttl}, sent_.ttl - hops(ids_));
        same("flow label", ip.flow_label, sent_.flow_label);
        if (cell_.inner == Family::v6) return;
        same("DF", ip.dont_fragment,
             sent_.dont_fragment && !(look_.df_lost && look_.fragments == Fragments::inner));
        if (number_ == 1) first_id_ = any_inner_id(cell_) ? ip.id - ids_ : sent_.id;
        same("ID", ip.id, (first_id_ + ids_) & 0xffffU);
    }
    void transport(const TransportReading& transport, const Segment& segment)
    {
        same("source port", transport.source, sent_.from_port);
        same("destination port", transport.destination, sent_.to_port);
        if (transport.transport == Transport::udp) {
            if (transport.checksum == 0) wrong("no UDP checksum, where one was sent");
            if (cell_.ingress == Ingress::gro_list && segment.segments > 1)
                same("checksum of a list", transport.checksum, checksum_of_first());
            return;
        }
        same("sequence number", transport.sequence, sent_.sequence + static_cast<uint32_t>(at_));
        if (transport.transport == Transport::sctp) {
            same("verification tag", transport.tag, sent_.tag);
            sctp(transport.chunk);
            return;
        }
        tcp(transport, at_ + segment.payload.size() == sent_.payload.size());
    }
    // A list that comes as one packet has its first segment's checksum.
    uint32_t checksum_of_first() const
    {
        const auto first = split(sent_).front();
        return be16(bytes(first),
                    first.link_header() + ip_header(first.from.family) + checksum_at(IPPROTO_UDP));
    }
    void sctp(const SctpData& chunk)
    {
        same("chunk flags", unsigned{chunk.flags}, unsigned{sent_.chunk.flags});
        same("stream", chunk.stream, sent_.chunk.stream);
        same("stream sequence number", chunk.order, sent_.chunk.order);
        same("payload protocol", chunk.protocol, sent_.chunk.protocol);
    }
    // CWR is the first segment's only (RFC 3168, section 6.1.2), PSH and FIN are the last one's.
    void tcp(const TransportReading& tcp, bool last)
    {
        same("acknowledgment", tcp.acknowledgment, sent_.acknowledgment);
        const unsigned not_here = (at_ > 0 ? tcp_cwr : 0U) | (last ? 0U : TH_PUSH | TH_FIN);
        same("TCP flags", unsigned{tcp.flags}, sent_.flags & ~not_here);
        same("window", tcp.window, sent_.window);
        same("urgent pointer", tcp.urgent, sent_.urgent);
        if (tcp.timestamps != sent_.timestamps) wrong("other TCP timestamps than were sent");
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
    // By which the TTL of the packet with that ID is less than when it was sent.
    unsigned hops(unsigned id) const { return look_.first_hop && id > 0 ? 0 : 1; }

    const Cell& cell_;
    const Look& look_;
    const Frame& sent_;
    const Wrapping outer_;
    unsigned number_ = 0, ids_;
    uint32_t first_id_ = 0, last_outer_id_ = 0;
    std::set<uint32_t> ids_of_fragments_;
    size_t at_; // in the payload
};

// Of the reader's complaints those that are not of checksums which should be wrong; and others of
// those that are not wrong as they should be.
std::vector<std::string> of_reader(const Look& look, const Delivery& delivery)
{
    auto left = delivery.complaints;
    for (unsigned i = 0; i < look.gre_wrong; ++i) {
        const size_t packet = i + 1;
        std::optional<uint16_t> is;
        if (i < delivery.segments.size())
            if (const auto& gre = delivery.segments[i].reading.gre) is = gre->checksum;
        const auto wrong =
            is ? wrong_gre_checksum(*is, checksum_plus(*is, look.gre_short)) : std::string();
        if (std::erase(left, of_packet(packet, wrong)) == 0)
            left.push_back(
                of_packet(packet, fmt::format("GRE: checksum is not {} short", look.gre_short)));
    }
    return left;
}

} // namespace

std::vector<std::string> compare(const Cell& cell, const Look& look, const Observation& seen,
                                 const Delivery& delivery)
{
    std::vector<std::string> wrong;
    if (delivery.lengths != look.lengths)
        wrong.push_back(fmt::format("on the wire: {}; expected: {}", list(delivery.lengths),
                                    list(look.lengths)));
    if (look.whole && !std::ranges::all_of(seen.worker, &Captured::whole))
        wrong.emplace_back("it came in segments, not as one packet");
    Comparison comparison(cell, look, seen);
    for (const auto& segment : delivery.segments) comparison.segment(segment);
    if (!delivery.segments.empty()) comparison.end();
    wrong.insert(wrong.end(), comparison.complaints_.begin(), comparison.complaints_.end());
    const auto read = of_reader(look, delivery);
    wrong.insert(wrong.end(), read.begin(), read.end());
    return wrong;
}

} // namespace gueway::matrix
