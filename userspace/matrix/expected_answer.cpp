// SPDX-License-Identifier: GPL-2.0-only
// Which fields of it may be any: RFC 1812, section 4.3.2, and RFC 4443, section 2 say who may tell,
// and what is quoted; the rest of its IP header is as its sender likes.
#include "matrix/expected_answer.h"

#include "encap/sizes.h"
#include "matrix/answers.h"
#include "matrix/axes.h"
#include "matrix/came.h"
#include "matrix/outer.h"
#include "matrix/places.h"
#include "packet/icmp_error.h"
#include "packet/wrap.h"

#include <algorithm>

#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>

namespace gueway::matrix {

namespace {

using Octets = std::vector<uint8_t>;
constexpr size_t icmp_sum = 2; // place in its header

// Of what a router has quoted of a cell's tunnel, the packet inside.
size_t quotable_inside(const Cell& cell)
{
    const auto way = path(cell);
    const auto wrapping = ip_header(way.underlay) + tunnel_header(way.encap, shipment(cell));
    return std::min(quotable(way.underlay) - wrapping, quotable(family(cell.inner)));
}

class Writer {
public:
    Writer(const Cell& cell, const Frame& sent, Bytes came)
        : cell_(cell), sent_(sent), came_{came}, v4_(cell.inner == Family::v4),
          own_(ip_header(family(cell.inner))), quote_at_(own_ + icmp_header)
    {}

    // `known`: bytes of the packet that the director has to quote from.
    Packet written(const IcmpAnswer& what, size_t known = SIZE_MAX)
    {
        const auto ip = header();
        auto about = quoted();
        about.resize(std::min(about.size(), known));
        if (!came_.there()) any_.add({own_ + icmp_sum, 2});
        return {"client", text(what), icmp_error(ip, what, about), any_.fields()};
    }

private:
    size_t checksum_place() const
    {
        return checksum_at(sent_.transport == Transport::tcp ? IPPROTO_TCP : IPPROTO_UDP);
    }

    IpFields header()
    {
        IpFields made{.from = source(), .to = sent_.from};
        if (v4_) {
            constexpr Stretch sum = {10, 2};
            made.traffic_class = static_cast<uint8_t>(any_.take(came_, {1, 1}, {sum}));
            made.id = static_cast<uint16_t>(any_.take(came_, {4, 2}, {sum}));
            made.dont_fragment = (any_.take(came_, {6, 2}, {}) & IP_DF) != 0;
            made.ttl = static_cast<uint8_t>(any_.take(came_, {8, 1}, {}));
            return made;
        }
        const auto first = any_.take(came_, {0, 4}, {});
        made.traffic_class = static_cast<uint8_t>(first >> 20);
        made.flow_label = first & 0xfffff;
        made.ttl = static_cast<uint8_t>(any_.take(came_, {7, 1}, {}));
        return made;
    }
    // The director, by any address of its own, of which the VIP is one.
    Address source()
    {
        const auto own = director_address(entrance(cell_), cell_.inner);
        const Stretch place = {v4_ ? 12U : 8U, static_cast<size_t>(own.size())};
        any_.add(place);
        if (came_.bytes.size() < place.at + place.size) return own;
        return address_at(own.family, came_.bytes, place.at) == sent_.to ? sent_.to : own;
    }

    // The packet as it was received, or with its lifetime counted down; of one that stands for many
    // as many of them as are quoted.
    Octets quoted()
    {
        auto frame = part();
        const Stretch ttl = {quote_at_ + (v4_ ? 8 : 7), 1}, sum = {quote_at_ + 10, 2};
        any_.add(ttl);
        if (v4_ && !came_.there()) any_.add(sum);
        frame.ttl = forwarded_ttl(sent_.ttl);
        if (came_.number(ttl.at, 1) == sent_.ttl) frame.ttl = sent_.ttl;
        if (any_inner_id(cell_))
            frame.id = static_cast<uint16_t>(any_.take(came_, {quote_at_ + 4, 2}, {}));
        auto made = bytes(frame);
        made.erase(made.begin(), made.begin() + frame.link_header());
        if (sent_.partial || sent_.segment) leave_sum(made);
        return made;
    }
    // It may be yet to be done, and of segments or of all.
    void leave_sum(Octets& packet)
    {
        const size_t at = own_ + checksum_place();
        const Stretch place = {quote_at_ + at, 2};
        if (const auto sum = came_.number(place.at, place.size)) put_be16(packet, at, *sum);
        any_.add(place);
    }
    Frame part() const
    {
        const size_t all = sent_.payload.size(), step = sent_.segment ? sent_.segment : all;
        const auto length = came_.number(quote_at_ + (v4_ ? 2 : 4), 2);
        if (!length || sent_.segment == 0) return sent_;
        const size_t headers = sent_.length() - all - (v4_ ? 0 : ipv6_header);
        const size_t size = *length - std::min<size_t>(*length, headers);
        const auto sequence = came_.number(quote_at_ + own_ + 4, 4);
        const bool tcp = sent_.transport == Transport::tcp;
        const size_t at = tcp && sequence ? *sequence - sent_.sequence : 0;
        const bool ends = size % step == 0 || at + size == all;
        if (at % step != 0 || at >= all || size == 0 || size > all - at || !ends) return sent_;
        return cut(at, size);
    }
    Frame cut(size_t at, size_t size) const
    {
        auto made = sent_;
        const auto from = sent_.payload.begin() + static_cast<std::ptrdiff_t>(at);
        made.payload.assign(from, from + static_cast<std::ptrdiff_t>(size));
        made.id = static_cast<uint16_t>(sent_.id + at / sent_.segment);
        made.sequence += static_cast<uint32_t>(at);
        if (at != 0) made.flags &= static_cast<uint8_t>(~tcp_cwr);
        if (at + size != sent_.payload.size())
            made.flags &= static_cast<uint8_t>(~(TH_PUSH | TH_FIN));
        return made;
    }

    const Cell& cell_;
    const Frame& sent_;
    const Came came_;
    const bool v4_;
    const size_t own_, quote_at_; // bytes of an IP header, the message's and the quoted one's
    AnyFields any_;
};

} // namespace

Packet expected_answer(const Cell& cell, const Frame& sent, const IcmpAnswer& what, Bytes came)
{
    return Writer(cell, sent, came).written(what);
}

Packet expected_passed_on(const Cell& cell, const Frame& sent, const IcmpAnswer& what, Bytes came)
{
    return Writer(cell, sent, came).written(what, quotable_inside(cell));
}

std::vector<Packet> expected_answers(const Cell& cell, const Look& look, const Observation& seen)
{
    if (!look.icmp) return {};
    if (cell.origin == Origin::director)
        return {{"director", text(*look.icmp) + ", to its own socket", {}}};
    std::vector<Packet> made;
    for (const auto& answer : answers(cell, seen.told_first))
        made.push_back(expected_passed_on(cell, seen.sent, look.first_icmp.value_or(*look.icmp),
                                          answer.frame->packet()));
    const auto told = answers(cell, seen.client);
    const auto came = told.empty() ? Bytes() : told.front().frame->packet();
    made.push_back(expected_answer(cell, seen.sent, *look.icmp, came));
    return made;
}

} // namespace gueway::matrix
