// SPDX-License-Identifier: GPL-2.0-only
// Bugs of fragments: too few, too many, or where there need be none.
#include "encap/fragments.h"
#include "encap/sizes.h"
#include "matrix/bugs.h"
#include "matrix/events.h"

#include <algorithm>

#include <sys/socket.h>

namespace gueway::matrix::bugs {

namespace {

using Lengths = std::vector<unsigned>;
constexpr unsigned frag_pmtu = 64; // IPSKB_FRAG_PMTU of include/net/ip.h

// As an IPv6 packet of `length` comes out of ip6_fragment, which puts its header into the only
// fragment too.
void add_cut(Lengths& lengths, unsigned length, unsigned mtu)
{
    for (const auto& part : cut(AF_INET6, length - ip_header(AF_INET6), mtu))
        lengths.push_back(fragment_headers(AF_INET6) + part.length);
}

// Segments that fit, beside others that do not, in one fragment each.
Lengths with_atomic_fragments(const Numbers& numbers)
{
    Lengths lengths;
    for (const auto length : uncut(numbers)) add_cut(lengths, length, numbers.path.mtu);
    return lengths;
}

Lengths cut_as_ipv4_came(const Numbers& numbers, unsigned inner)
{
    const unsigned own = ip_header(AF_INET);
    Lengths lengths;
    for (const auto& part :
         cut(AF_INET, numbers.wrapping - own + inner, numbers.shipment.longest_fragment))
        lengths.push_back(own + part.length);
    return lengths;
}

// At 1280 bytes or more; but the kernel still has the client's fragments apart, and sends them as
// they are where the tunnel's header leaves their places multiples of 8.
Lengths cut_as_ipv6_came(const Numbers& numbers, unsigned inner)
{
    const unsigned headers = fragment_headers(AF_INET6);
    const unsigned added = numbers.wrapping - ip_header(AF_INET6); // between the IP headers
    const unsigned first =
        added + numbers.shipment.longest_fragment - (headers - ip_header(AF_INET6));
    if (first % 8 == 0) return {headers + first, headers + added + inner - first};
    Lengths lengths;
    add_cut(lengths, numbers.wrapping + inner, least_ipv6_mtu);
    return lengths;
}

} // namespace

// skb_gso_transport_seglen leaves the inner UDP header out.
bool c1_strikes(const Cell& cell)
{
    if (cell.l4 != L4::udp_gso || cell.tunnel == Tunnel::fou) return false;
    const Numbers numbers(cell);
    return numbers.expected.fragments == Fragments::outer &&
           numbers.shipment.longest_segment() <= numbers.room + udp_header;
}

// The segments go out as they are; what is too long may not get past the devices.
bool c1_change(const Cell& cell, Look& look)
{
    if (cell.l4 != L4::udp_gso || look.fragments != Fragments::outer) return false;
    const Numbers numbers(cell);
    if (numbers.shipment.longest_segment() > numbers.room + udp_header) return false;
    look.lengths = uncut(numbers);
    look.fragments = Fragments::none;
    lose_too_long(cell, look);
    return true;
}

// Of packets that came in fragments, which leave a mark: IPv4's flags, over IPv6; and the reverse,
// where the length of the client's longest fragment (IP6CB's frag_max_size) is read as IPv4's
// flags, of which IPSKB_FRAG_PMTU has ip_do_fragment() set DF. The reverse was written after it had
// been seen; before, the first was of any IPv4 packet over IPv6, of which no other has been seen.
bool c2_strikes(const Cell& cell)
{
    if (cell.event != Event::fragments || cell.inner == cell.outer) return false;
    const Numbers numbers(cell);
    if (numbers.expected.fate != Fate::delivered) return false;
    // In IP in IP the client's fragments are taken over as they are.
    return cell.inner == Family::v4 ||
           (cell.tunnel != Tunnel::ipip && numbers.expected.fragments == Fragments::outer &&
            (numbers.shipment.longest_fragment & frag_pmtu) != 0);
}

bool c2_change(const Cell& cell, Look& look)
{
    if (!c2_strikes(cell) || look.lengths.empty()) return false;
    if (cell.inner == Family::v6) {
        look.df_added = true;
        return true;
    }
    const Numbers numbers(cell);
    Lengths lengths;
    add_cut(lengths, numbers.wrapping + numbers.shipment.headers() + numbers.shipment.payload,
            least_ipv6_mtu);
    if (lengths == look.lengths) return false;
    look.lengths = std::move(lengths);
    look.fragments = Fragments::outer;
    return true;
}

// A packet that came in fragments is cut as it came, the tunnel's packet around it too, although
// nobody in the tunnel asked: ip_do_fragment() where they had DF, ip6_fragment() always, and both
// because of a frag_max_size that is the client's. Seen here first.
bool as_it_came_strikes(const Cell& cell)
{
    return cell.event == Event::fragments && cell.outer == cell.inner;
}

bool as_it_came_change(const Cell& cell, Look& look)
{
    if (!as_it_came_strikes(cell) || look.lengths.empty()) return false;
    const Numbers numbers(cell);
    const unsigned inner = numbers.shipment.headers() + numbers.shipment.payload;
    look.lengths = cell.outer == Family::v4 ? cut_as_ipv4_came(numbers, inner)
                                            : cut_as_ipv6_came(numbers, inner);
    look.fragments = Fragments::outer;
    return true;
}

bool atomic_strikes(const Cell& cell)
{
    if (!gso(cell) || cell.outer != Family::v6 || cell.tunnel == Tunnel::fou) return false;
    const Numbers numbers(cell);
    const auto& packet = numbers.shipment;
    return numbers.expected.fragments == Fragments::outer &&
           packet.segment_length(packet.segments() - 1) <= numbers.room;
}

bool atomic_change(const Cell& cell, Look& look)
{
    if (!gso(cell) || cell.outer != Family::v6 || look.fragments != Fragments::outer) return false;
    auto lengths = with_atomic_fragments(Numbers(cell));
    if (lengths == look.lengths) return false;
    look.lengths = std::move(lengths);
    return true;
}

} // namespace gueway::matrix::bugs
