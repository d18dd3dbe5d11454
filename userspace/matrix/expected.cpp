// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/expected.h"

#include "encap/sizes.h"
#include "matrix/axes.h"
#include "matrix/came.h"
#include "matrix/expected_answer.h"
#include "matrix/outer.h"
#include "packet/fragment.h"
#include "packet/sums.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>
#include <netinet/in.h>

namespace gueway::matrix {

namespace {

using Octets = std::vector<uint8_t>;

constexpr Stretch ipv4_id = {4, 2}, ipv4_sum = {10, 2}, flow_label = {1, 3};
constexpr size_t gre_sum_and_reserved = 4;
constexpr size_t udp_sum = 6, gre_sum = 4;      // places in their headers
constexpr size_t fragment_id = ipv6_header + 4; // of IPv6
constexpr uint32_t flow_label_bits = 0xfffff;

Stretch behind(size_t header, Stretch field)
{
    return {header + field.at, field.size};
}

// By what networks keep packets together, one for all that have ports, and one for fragments.
struct Flow {
    std::optional<uint16_t> port;
    std::optional<uint32_t> label;
};

size_t differing(const Octets& made, const Came& came)
{
    size_t count =
        std::max(made.size(), came.bytes.size()) - std::min(made.size(), came.bytes.size());
    for (size_t i = 0; i < std::min(made.size(), came.bytes.size()); ++i)
        count += made[i] != came.bytes[i];
    return count;
}

// Writes what the worker should get, packet after packet.
class Writer {
public:
    Writer(const Cell& cell, const Look& look, const Observation& seen)
        : cell_(cell), look_(look), seen_(seen), outer_(outer(cell, seen.sent)),
          own_(ip_header(outer_.ip.from.family)),
          inner_at_(overhead(outer_.encap, outer_.ip.from.family)),
          inner_header_(ip_header(seen.sent.from.family)), wrapped_(look.skipped)
    {
        auto forwarded = seen.sent;
        forwarded.ttl = forwarded_ttl(forwarded.ttl);
        forwarded.partial = false;
        segments_ = split(forwarded);
        if (look.first_hop)
            for (auto& later : std::span(segments_).subspan(1)) later.ttl = seen.sent.ttl;
        if (look.df_added) outer_.ip.dont_fragment = true;
        if (look.df_lost) lose_df();
    }

    std::vector<Packet> packets()
    {
        const auto wire = this->wire();
        for (size_t i = 0; i < wire.size();) {
            const auto* frame =
                made_.size() < seen_.worker.size() ? &seen_.worker[made_.size()] : nullptr;
            const auto count = stands_for(frame, wire[i], wire.size() - i);
            add(wire[i], count, frame);
            i += count;
        }
        return std::move(made_);
    }

private:
    bool cut() const { return look_.fragments != Fragments::none; }

    void lose_df()
    {
        if (look_.fragments == Fragments::outer) outer_.ip.dont_fragment = false;
        if (look_.fragments == Fragments::inner)
            for (auto& segment : segments_) segment.dont_fragment = false;
    }

    // What each length is: a segment, or the next part of one.
    std::vector<WirePacket> wire() const
    {
        const bool inside = look_.fragments == Fragments::inner;
        const int family = inside ? seen_.sent.from.family : outer_.ip.from.family;
        const auto in_front = static_cast<unsigned>(inside ? inner_at_ : 0);
        const unsigned headers = in_front + fragment_headers(family);
        std::vector<WirePacket> made;
        unsigned segment = look_.skipped, offset = 0;
        for (const auto length : look_.lengths) {
            if (segment >= segments_.size()) break;
            const unsigned data = whole_length(segment) - in_front - ip_header(family);
            const bool whole = length == whole_length(segment);
            const unsigned end = whole ? data : offset + length - headers;
            made.push_back({length, segment, offset, end < data});
            segment += end < data ? 0 : 1;
            offset = end < data ? end : 0;
        }
        return made;
    }
    unsigned whole_length(unsigned segment) const
    {
        return static_cast<unsigned>(inner_at_) + segments_[segment].length();
    }
    // All of it may be, in one fragment of IPv6, which is longer.
    bool is_part(const WirePacket& packet) const
    {
        return packet.length != whole_length(packet.segment);
    }

    // How many of the packets that are left came as one.
    size_t stands_for(const Captured* frame, const WirePacket& packet, size_t left) const
    {
        const size_t segment = seen_.sent.segment;
        if (!frame || !frame->whole() || segment == 0 || is_part(packet)) return 1;
        const size_t headers = packet.length - segments_.at(packet.segment).payload.size();
        const size_t size = frame->packet().size();
        const size_t payload = size > headers ? size - headers : 1;
        return std::min((payload - 1) / segment + 1, left);
    }

    void add(const WirePacket& packet, size_t count, const Captured* frame)
    {
        const bool part = is_part(packet);
        const bool outside = part && look_.fragments == Fragments::outer;
        const bool inside = part && look_.fragments == Fragments::inner;
        const size_t pushed = outside ? fragment_headers(outer_.ip.from.family) - own_ : 0;
        Came came{frame ? frame->packet() : Bytes(), own_, pushed};
        any_ = {};
        if (packet.offset == 0) begin(packet, count, frame, came);
        Octets bytes = outside  ? part_outside(packet, came)
                       : inside ? part_inside(packet, came)
                                : whole_;
        const bool one = count == 1;
        made_.push_back(
            {"worker",
             fmt::format("{} bytes, segment{} {}{}{}", bytes.size(), one ? "" : "s", packet.segment,
                         one ? "" : fmt::format(" to {}", packet.segment + count - 1),
                         part ? fmt::format(", fragment at {}", packet.offset) : ""),
             std::move(bytes), any_.fields()});
    }

    // A segment, or several that came as one.
    void begin(const WirePacket& packet, size_t count, const Captured* frame, const Came& came)
    {
        const bool as_one = frame && frame->whole() && !is_part(packet);
        auto inner = segments(packet.segment, count);
        if (look_.fragments == Fragments::inner && is_part(packet)) {
            name(inner, came);
            inner_ = ip_packet(inner);
            return;
        }
        const auto wrapping = around(packet, came, flow_);
        name(inner, came);
        if (as_one)
            whole_ = handed_over(wrapping, inner, *frame, came);
        else
            whole_ = wrap(wrapping, ip_packet(inner), left(wrapping, inner, frame, came));
        if (made_.size() < look_.gre_wrong) shorten_gre_sum();
        known_ = came.there();
    }

    void shorten_gre_sum()
    {
        const size_t at = own_ + gre_sum;
        const auto less = static_cast<uint16_t>(~look_.gre_short);
        put_be16(whole_, at, checksum_plus(be16(whole_, at), less));
    }

    Frame segments(size_t first, size_t count) const
    {
        auto one = segments_.at(first);
        for (size_t i = first + 1; i < first + count; ++i) {
            const auto& next = segments_.at(i);
            one.payload.insert(one.payload.end(), next.payload.begin(), next.payload.end());
            one.flags |= next.flags;
        }
        return one;
    }

    // A socket's IDs count on from any.
    void name(Frame& inner, const Came& came)
    {
        if (!any_inner_id(cell_)) return;
        const auto number = static_cast<uint16_t>(inner.id - seen_.sent.id);
        if (!first_inner_id_) {
            const auto id =
                any_.take(came, behind(inner_at_, ipv4_id), {behind(inner_at_, ipv4_sum)});
            if (came.there()) first_inner_id_ = id - number;
            inner.id = static_cast<uint16_t>(came.there() ? id : number);
            return;
        }
        inner.id = static_cast<uint16_t>(*first_inner_id_ + number);
    }

    Octets ip_packet(const Frame& frame) const
    {
        auto made = bytes(frame);
        made.erase(made.begin(), made.begin() + frame.link_header());
        return made;
    }

    // With what may be any of the outer header, as it came, or as that of an earlier packet says.
    Wrapping around(const WirePacket& packet, const Came& came, Flow& flow)
    {
        auto made = outer_;
        if (look_.first_hop_outside) made.ip.ttl = segments_[packet.segment].ttl;
        if (has_udp()) made.from_port = port(came, flow);
        if (any_flow_label(cell_)) made.ip.flow_label = label(came, flow);
        if (cell_.outer == Family::v4) made.ip.id = outer_id(came);
        ++wrapped_;
        return made;
    }
    uint16_t port(const Came& came, Flow& flow)
    {
        if (flow.port) return *flow.port;
        const Stretch place = {own_, 2};
        const auto number = came.number(place.at, place.size);
        const bool given_out =
            number && *number >= first_entropy_port && *number <= last_entropy_port;
        if (given_out) flow.port = static_cast<uint16_t>(*number);
        if (given_out || !number) any_.add(place);
        if (!number && outer_.encap.checksum != EncapChecksum::none) any_.add({own_ + udp_sum, 2});
        return flow.port.value_or(first_entropy_port);
    }
    uint32_t label(const Came& came, Flow& flow)
    {
        if (flow.label) return *flow.label;
        any_.add(flow_label);
        if (const auto first = came.number(0, 4)) flow.label = *first & flow_label_bits;
        return flow.label.value_or(0);
    }
    // Segments count on from the first; each packet that is cut has one of its own.
    uint16_t outer_id(const Came& came)
    {
        if (!cut() && !any_outer_id(cell_, seen_.sent)) first_outer_id_ = 0;
        if (!cut() && first_outer_id_) return static_cast<uint16_t>(*first_outer_id_ + wrapped_);
        const auto id = any_.take(came, ipv4_id, {ipv4_sum});
        if (!cut() && came.there()) first_outer_id_ = id - wrapped_;
        return static_cast<uint16_t>(came.there() ? id : wrapped_);
    }
    bool has_udp() const
    {
        return outer_.encap.type == EncapType::gue || outer_.encap.type == EncapType::fou_interface;
    }

    // Which checksum is left to offload, as whoever handed it over tells; or, when he does not, as
    // it looks.
    Pending left(const Wrapping& wrapping, const Frame& inner, const Captured* frame,
                 const Came& came) const
    {
        if (!frame || !frame->checksum_pending) return Pending::none;
        const auto at = frame->pending_at();
        const bool sctp = inner.transport == Transport::sctp; // sent complete
        if (at ? *at == own_ : sctp) return Pending::carrier;
        if (at || sctp)
            return !sctp && *at == inner_at_ + inner_header_ ? Pending::inner : Pending::none;
        const auto packet = ip_packet(inner);
        return differing(wrap(wrapping, packet, Pending::carrier), came) <
                       differing(wrap(wrapping, packet, Pending::inner), came)
                   ? Pending::carrier
                   : Pending::inner;
    }

    // A GSO packet as one. Its transport checksum is pending, but for a list's, which is that of
    // its first segment or any; UDP's around it is pending, GRE's is made when it is cut.
    Octets handed_over(const Wrapping& wrapping, Frame inner, const Captured& frame,
                       const Came& came)
    {
        inner.segment = seen_.sent.segment;
        inner.partial = true;
        auto made = wrap(wrapping, ip_packet(inner), Pending::carrier);
        const size_t transport_at = inner_at_ + inner_header_;
        const uint8_t protocol = inner.transport == Transport::tcp ? IPPROTO_TCP : IPPROTO_UDP;
        if (!frame.checksum_pending)
            any_.copy(came, {transport_at + checksum_at(protocol), 2}, made);
        if (wrapping.encap == Encap{EncapType::gre, 0, EncapChecksum::full})
            any_.copy(came, {own_ + gre_sum, gre_sum_and_reserved}, made);
        return made;
    }

    // Of the tunnel's packet.
    Octets part_outside(const WirePacket& packet, const Came& came)
    {
        const int family = outer_.ip.from.family;
        auto fields = any_.fields();
        for (auto& field : fields) field.at += field.at >= own_ ? came.pushed : 0;
        any_ = {};
        for (const auto& field : fields) any_.add(field);
        if (packet.offset != 0 && !known_ && family == AF_INET)
            for (const auto& field : {ipv4_id, ipv4_sum}) any_.add(field);
        const auto id = family == AF_INET6 ? number_of_parts(packet, came, 0) : 0;
        return fragment(whole_, part(packet, fragment_headers(family)), id);
    }
    // Of the client's, in a tunnel's packet of its own.
    Octets part_inside(const WirePacket& packet, const Came& came)
    {
        const int family = seen_.sent.from.family;
        const auto wrapping = around(packet, came, flow_of_fragments_);
        if (packet.offset != 0 && any_inner_id(cell_) && !first_inner_id_)
            for (const auto& field : {ipv4_id, ipv4_sum}) any_.add(behind(inner_at_, field));
        const auto id = family == AF_INET6 ? number_of_parts(packet, came, inner_at_) : 0;
        const auto headers = static_cast<unsigned>(inner_at_) + fragment_headers(family);
        return wrap(wrapping, fragment(inner_, part(packet, headers), id));
    }
    static Part part(const WirePacket& packet, unsigned headers)
    {
        return {packet.offset, packet.length - headers, packet.more};
    }
    // IPv6's ID, in a fragment header behind the IP header at `ip`; one for all parts.
    uint32_t number_of_parts(const WirePacket& packet, const Came& came, size_t ip)
    {
        const Came as_it_is{came.bytes};
        if (packet.offset == 0) id_of_parts_ = as_it_is.number(ip + fragment_id, 4);
        if (packet.offset == 0 || !id_of_parts_) any_.add({ip + fragment_id, 4});
        return id_of_parts_.value_or(0);
    }

    const Cell& cell_;
    const Look& look_;
    const Observation& seen_;
    Wrapping outer_;
    const size_t own_, inner_at_, inner_header_; // the outer IP header's size, where the inner is
    std::vector<Frame> segments_;
    std::vector<Packet> made_;
    Flow flow_, flow_of_fragments_;
    std::optional<uint32_t> first_outer_id_, first_inner_id_, id_of_parts_;
    unsigned wrapped_;
    AnyFields any_;        // of the packet that is being written
    Octets whole_, inner_; // the tunnel's packet and the client's that are being cut
    bool known_ = false;   // something came for the first part of it
};

} // namespace

std::vector<Packet> expected_packets(const Cell& cell, const Look& look, const Observation& seen)
{
    auto made = Writer(cell, look, seen).packets();
    for (auto& answer : expected_answers(cell, look, seen)) made.push_back(std::move(answer));
    return made;
}

} // namespace gueway::matrix
