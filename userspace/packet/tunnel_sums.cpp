// SPDX-License-Identifier: GPL-2.0-only
#include "packet/tunnel_sums.h"

#include "packet/octets.h"
#include "packet/sums.h"

#include <fmt/format.h>
#include <netinet/in.h>

namespace gueway {

namespace {

class Sums {
public:
    Sums(Bytes bytes, const Expected& expected, const TunnelReading& reading, Pending pending)
        : bytes_(bytes), expected_(expected), reading_(reading), pending_(pending)
    {}
    Complaints check()
    {
        check_remote_place();
        if (reading_.inner) check_inner(*reading_.inner);
        if (!expected_.encap || !reading_.outer) return std::move(complaints_);
        if (reading_.udp) check_udp(*reading_.udp, *reading_.outer, *expected_.encap);
        if (reading_.gre) check_gre(*reading_.gre, *reading_.outer);
        return std::move(complaints_);
    }

private:
    template <class... A>
    void complain(fmt::format_string<A...> what, A&&... values)
    {
        complaints_.push_back(fmt::format(what, std::forward<A>(values)...));
    }
    bool gso() const { return expected_.gso_size != 0 || expected_.untold_gso; }
    std::optional<RemoteChecksum> remote() const
    {
        return reading_.gue ? reading_.gue->remote : std::nullopt;
    }
    // Of the inner transport checksum, from its header on; TCP and UDP only.
    std::optional<unsigned> inner_field() const;
    void check_remote_place();
    void check_inner(const IpReading& inner);
    std::vector<uint8_t> undone(const RemoteChecksum& remote) const;
    Bytes as_if_done(size_t at);
    void check_udp(const UdpReading& udp, const IpReading& outer, const Encap& encap);
    void check_gre(const GreReading& gre, const IpReading& outer);

    Bytes bytes_;
    const Expected& expected_;
    const TunnelReading& reading_;
    Pending pending_;
    std::vector<uint8_t> done_;
    Complaints complaints_;
};

std::optional<unsigned> Sums::inner_field() const
{
    if (!reading_.transport) return {};
    if (reading_.transport->transport == Transport::tcp) return 16;
    if (reading_.transport->transport == Transport::udp) return 6;
    return {};
}

// A receiver sums from `start` to the end and puts the result at `offset`.
void Sums::check_remote_place()
{
    const auto option = remote();
    if (!option) return;
    const auto& [start, offset] = *option;
    const auto field = inner_field();
    if (!field) return complain("GUE: a remote checksum, and nothing inside that has one");
    const unsigned transport = reading_.transport_at - reading_.inner_at;
    if (start != transport)
        complain("GUE: the remote checksum starts at {}, the transport header at {}", start,
                 transport);
    if (offset != transport + *field)
        complain("GUE: the remote checksum goes to {}, its field is at {}", offset,
                 transport + *field);
}

// The inner transport as a receiver has it when the remote checksum is done.
std::vector<uint8_t> Sums::undone(const RemoteChecksum& remote) const
{
    const auto& [start, offset] = remote;
    const auto inner = bytes_.subspan(reading_.inner_at);
    std::vector<uint8_t> made(inner.begin(), inner.end());
    if (start <= made.size() && size_t{offset} + 2 <= made.size())
        put_be16(made, offset, static_cast<uint16_t>(~internet_sum(behind(inner, start))));
    made.erase(made.begin(), made.begin() + (reading_.transport_at - reading_.inner_at));
    return made;
}

void Sums::check_inner(const IpReading& inner)
{
    if (!reading_.transport && !reading_.icmp) return;
    // A list of segments has the checksum of its first one.
    if (gso() && pending_ == Pending::none && inner_field()) return;
    Complaints found;
    const auto segment = behind(bytes_, reading_.transport_at);
    const bool left = pending_ == Pending::inner;
    const auto option = remote();
    if (option && !left)
        check_sum(undone(*option), inner, Sum::done, found);
    else
        check_sum(segment, inner, left ? Sum::pending : Sum::done, found);
    for (const auto& one : found)
        complaints_.push_back((expected_.encap ? "inner " : "") + one + (option ? ", remote" : ""));
}

// From `at` on, with the pending inner checksum computed: whoever made the one around it did so
// without computing it (Documentation/networking/checksum-offloads.rst, LCO).
Bytes Sums::as_if_done(size_t at)
{
    const auto field = inner_field();
    if (pending_ != Pending::inner || !field) return bytes_.subspan(at);
    done_.assign(bytes_.begin() + static_cast<std::ptrdiff_t>(at), bytes_.end());
    const auto sum = internet_sum(bytes_.subspan(reading_.transport_at));
    put_be16(done_, reading_.transport_at - at + *field, static_cast<uint16_t>(~sum));
    return done_;
}

void Sums::check_udp(const UdpReading& udp, const IpReading& outer, const Encap& encap)
{
    const auto checksum = udp.checksum;
    const bool wanted = encap.checksum != EncapChecksum::none;
    if (!wanted && checksum != 0)
        complain("outer UDP: checksum {:#06x}, where the tunnel has none", checksum);
    if (!wanted) return;
    if (checksum == 0) return complain("outer UDP: no checksum");
    const size_t at = outer.header;
    const bool left = gso() || pending_ == Pending::carrier;
    Complaints found;
    check_sum(left ? bytes_.subspan(at) : as_if_done(at), outer, left ? Sum::pending : Sum::done,
              found);
    for (const auto& one : found) complaints_.push_back("outer " + one);
}

// Of a GSO packet the field is only made when it is cut (net/ipv4/gre_offload.c).
void Sums::check_gre(const GreReading& gre, const IpReading& outer)
{
    if (!gre.checksum || gso()) return;
    if (gre.reserved != 0) complain("GRE: reserved {:#06x}", gre.reserved);
    const auto checksum = *gre.checksum;
    if (pending_ == Pending::carrier) {
        if (checksum != 0) complain("GRE: pending checksum {:#06x}, not 0", checksum);
        return;
    }
    const auto all = as_if_done(outer.header);
    if (internet_sum(all) == 0xffff) return;
    complaints_.push_back(wrong_gre_checksum(
        checksum, static_cast<uint16_t>(~internet_sum(all, static_cast<uint16_t>(~checksum)))));
}

// The tunnel's own.
bool has_sum(const Expected& expected)
{
    return expected.encap && expected.encap->checksum != EncapChecksum::none;
}

} // namespace

std::string wrong_gre_checksum(uint16_t is, uint16_t should)
{
    return fmt::format("GRE: checksum {:#06x}, not {:#06x}", is, should);
}

void check_sums(Bytes bytes, const Expected& expected, TunnelReading& reading)
{
    const auto with = [&](Pending pending) {
        return Sums(bytes, expected, reading, pending).check();
    };
    Complaints found;
    if (!expected.checksum_pending) {
        found = with(Pending::none);
    } else if (const auto at = expected.pending_at; !at) {
        found = with(Pending::inner);
        if (!found.empty() && (reading.udp || reading.gre))
            if (auto carrier = with(Pending::carrier); carrier.size() < found.size())
                found = std::move(carrier);
    } else if (reading.inner && *at == reading.transport_at) {
        found = with(Pending::inner);
    } else if (reading.outer && *at == reading.outer->header && has_sum(expected)) {
        found = with(Pending::carrier);
    } else {
        found = with(Pending::none);
        found.push_back(fmt::format("a checksum is pending at {}, where no header has one", *at));
    }
    reading.complaints.insert(reading.complaints.end(), found.begin(), found.end());
}

} // namespace gueway
