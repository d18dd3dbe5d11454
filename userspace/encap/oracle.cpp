// SPDX-License-Identifier: GPL-2.0-only
#include "encap/oracle.h"

#include "encap/fragments.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <sys/socket.h>

namespace gueway {

namespace {

// A device or tunnel that leaves less carries no IP at all: RFC 791, section 3.2.
constexpr unsigned least_ipv4_mtu = 68;

// RFC 792 (destination unreachable, fragmentation needed), RFC 4443, section 3.2.
constexpr uint8_t icmp_unreachable = 3, icmp_fragmentation_needed = 4;
constexpr uint8_t icmp6_packet_too_big = 2;

bool is_device(const TunnelPath& path)
{
    return path.encap.type == EncapType::fou_interface;
}

unsigned least_mtu(int family)
{
    return family == AF_INET6 ? least_ipv6_mtu : least_ipv4_mtu;
}

// IPVS's own tunnels ask for what the family of the underlay needs, whatever they carry
// (ip_vs_xmit.c, __ip_vs_get_out_rt and __ip_vs_get_out_rt_v6). A device is a link of the family
// that goes over it.
unsigned least_room(const TunnelPath& path, const Shipment& shipment)
{
    return least_mtu(is_device(path) ? shipment.family : path.underlay);
}

// IPv6 never hears of less than 1280 bytes: what is no longer goes through, and it is up to the
// tunnel to cut it (RFC 4213, section 3.2; RFC 8200, section 5).
unsigned told_mtu(int family, unsigned room)
{
    return family == AF_INET6 ? std::max(room, least_ipv6_mtu) : room;
}

// pmtu_disc is asked of tunnels only: in direct mode, which leads to a FOU interface, IPVS always
// tells (ip_vs_xmit.c, ensure_mtu_is_adequate).
bool tells_sender(const TunnelPath& path, const Shipment& shipment)
{
    if (shipment.family == AF_INET6) return true;
    return shipment.dont_fragment && (path.pmtu_disc || is_device(path));
}

unsigned longest_arriving(const Shipment& shipment)
{
    return shipment.longest_fragment ? shipment.longest_fragment : shipment.longest_segment();
}

std::optional<IcmpAnswer> answer(const TunnelPath& path, const Shipment& shipment, unsigned room)
{
    const unsigned mtu = told_mtu(shipment.family, room);
    if (longest_arriving(shipment) <= mtu || !tells_sender(path, shipment)) return std::nullopt;
    if (shipment.family == AF_INET6) return IcmpAnswer{icmp6_packet_too_big, 0, mtu};
    return IcmpAnswer{icmp_unreachable, icmp_fragmentation_needed, mtu};
}

// One segment on the wire: whole, or cut by whoever cuts on this way. The inner packet is cut to
// the device's MTU and each fragment wrapped; the outer one is wrapped and cut.
class Wire {
public:
    Wire(const TunnelPath& path, const Shipment& shipment, unsigned room)
        : device_(is_device(path)), family_(device_ ? shipment.family : path.underlay),
          mtu_(device_ ? room : path.mtu), room_(room),
          header_(ip_header(path.underlay) + tunnel_header(path.encap, shipment))
    {}

    void add(unsigned segment, unsigned length)
    {
        if (length <= room_)
            packets_.push_back({header_ + length, segment, 0, false});
        else
            add_parts(segment, device_ ? length : header_ + length);
    }

    std::vector<WirePacket> take() { return std::move(packets_); }

private:
    void add_parts(unsigned segment, unsigned length)
    {
        const unsigned headers = fragment_headers(family_) + (device_ ? header_ : 0);
        for (const auto& part : cut(family_, length - ip_header(family_), mtu_))
            packets_.push_back({headers + part.length, segment, part.offset, part.more});
    }

    bool device_;
    int family_; // of the IP packet that is cut
    unsigned mtu_, room_, header_;
    std::vector<WirePacket> packets_;
};

Fragments who_is_cut(const TunnelPath& path, const Shipment& shipment, unsigned room)
{
    if (shipment.longest_segment() <= room) return Fragments::none;
    return is_device(path) ? Fragments::inner : Fragments::outer;
}

std::vector<WirePacket> wire(const TunnelPath& path, const Shipment& shipment, unsigned room)
{
    Wire wire(path, shipment, room);
    for (unsigned i = 0; i < shipment.segments(); ++i) wire.add(i, shipment.segment_length(i));
    return wire.take();
}

} // namespace

std::string_view name(Fate fate)
{
    constexpr std::array<std::string_view, 3> names = {"delivered", "refused", "dropped"};
    return names[static_cast<size_t>(fate)];
}

std::string text(const IcmpAnswer& answer)
{
    return fmt::format("ICMP {}/{} MTU {}", answer.type, answer.code, answer.mtu);
}

unsigned tunnel_header(const Encap& encap, const Shipment& shipment)
{
    Encap as_it_is = encap;
    if (encap.checksum == EncapChecksum::remote && !shipment.partial)
        as_it_is.checksum = EncapChecksum::none;
    return overhead(as_it_is, AF_INET) - ip_header(AF_INET);
}

unsigned inner_mtu(const TunnelPath& path, const Shipment& shipment)
{
    const unsigned taken = ip_header(path.underlay) + tunnel_header(path.encap, shipment);
    return path.mtu > taken ? path.mtu - taken : 0;
}

bool exists(const TunnelPath& path, int family)
{
    if (path.mtu < least_mtu(path.underlay)) return false;
    return !is_device(path) || inner_mtu(path.encap, path.underlay, path.mtu) >= least_mtu(family);
}

Expectation untold(const TunnelPath& path, const Shipment& shipment)
{
    const unsigned room = inner_mtu(path, shipment);
    if (room < least_room(path, shipment)) return {.fate = Fate::dropped};
    return {.fate = Fate::delivered,
            .fragments = who_is_cut(path, shipment, room),
            .wire = wire(path, shipment, room)};
}

Expectation expect(const TunnelPath& path, const Shipment& shipment)
{
    auto made = untold(path, shipment);
    if (made.fate == Fate::dropped) return made;
    if (const auto icmp = answer(path, shipment, inner_mtu(path, shipment)))
        return {.fate = Fate::refused, .icmp = icmp};
    return made;
}

} // namespace gueway
