// SPDX-License-Identifier: GPL-2.0-only
// The list. Commits and versions: ../shared/kernel-facts.md, and Debian's changelogs of linux 6.1
// and 6.12; the commits' ids and subjects are those of Linux itself, not of a stable line. What is
// not of those is in ../../Documentation/kernels.md with where it is from.
#include "matrix/known_bugs.h"

#include "matrix/bugs.h"

#include <algorithm>
#include <array>

namespace gueway::matrix {

namespace {

// Made for something else: it takes from packets whose checksum is not pending what lets
// __udp_gso_segment() leave them to the device.
constexpr std::string_view list_fix =
    "30b03f2a0592 udp: Fall back to software USO if IPv6 extension headers are present";
constexpr std::string_view list_fixed_in = "6.11";

constexpr std::array table = {
    KnownBug{"gso-mtu", "GSO packets pass the MTU check, whatever their segments' length",
             "67bf42cae41d ipvs: fix MTU check for GSO packets in tunnel mode", "6.12.91, 6.1.175",
             bugs::gso_mtu_strikes, bugs::gso_mtu_change},
    KnownBug{"C4",
             "an IPv6 client is told less than 1280 bytes",
             {},
             {},
             bugs::c4_strikes,
             bugs::c4_change},
    KnownBug{"C3",
             "what a router reports is forgotten where the client or the tunnel has IPv6",
             {},
             {},
             bugs::c3_strikes,
             bugs::c3_change},
    KnownBug{"icmp-pmtu", "of GUE and GRE the client is told what IP in IP would leave",
             "6b335af0d0d1 ipvs: fix PMTU for GUE/GRE tunnel ICMP errors", "6.12.97, 6.1.178",
             bugs::icmp_pmtu_strikes, bugs::icmp_pmtu_change},
    KnownBug{"stale-mtu",
             "the client is told the underlay's MTU at first, not what a router said",
             {},
             {},
             bugs::stale_mtu_strikes,
             bugs::stale_mtu_change},
    KnownBug{"list-offload",
             "a list of UDP segments in a tunnel makes the kernel warn (skb_warn_bad_offload)",
             list_fix, list_fixed_in, bugs::list_offload_strikes, bugs::list_offload_change},
    KnownBug{"C2",
             "IPv4's flags and IPv6's fragment length share a place: IPv4 over IPv6 is cut at 1280 "
             "bytes, fragments of IPv6 over IPv4 say DF",
             {},
             {},
             bugs::c2_strikes,
             bugs::c2_change},
    KnownBug{"as-it-came",
             "the tunnel's packet is cut at the length of the client's fragments",
             {},
             {},
             bugs::as_it_came_strikes,
             bugs::as_it_came_change},
    KnownBug{"C1",
             "UDP segments up to 8 bytes longer than the MTU go out whole",
             {},
             {},
             bugs::c1_strikes,
             bugs::c1_change},
    KnownBug{"atomic-fragment", "segments that fit get a fragment header beside those that do not",
             "03d6c848bfb4 ipv6: avoid atomic fragment on GSO packets", "6.1.63",
             bugs::atomic_strikes, bugs::atomic_change},
    KnownBug{"inner-mac",
             "GUE and GRE packets that the kernel segments are dropped: inner MAC header not set",
             "d7fce52fdf96 ipvs: align inner_mac_header for encapsulation",
             "6.4, 6.3.10, 6.1.36, 5.15.119, 5.10.186, 5.4.249", bugs::inner_mac_strikes,
             bugs::inner_mac_change},
    KnownBug{"partial-sum",
             "GRE's own checksum of UDP segments that the device cuts (GSO partial) is wrong",
             {},
             {},
             bugs::partial_sum_strikes,
             bugs::partial_sum_change},
    KnownBug{"list-ttl",
             "in a list of segments only the first one's TTL is counted down",
             {},
             {},
             bugs::list_ttl_strikes,
             bugs::list_ttl_change},
    KnownBug{"list-sum", "a list of UDP segments that crosses veth whole fails its checksum",
             list_fix, list_fixed_in, bugs::list_sum_strikes, bugs::list_sum_change},
    KnownBug{"N1",
             "remote checksums of segments that cross veth are taken for done",
             {},
             {},
             bugs::n1_strikes,
             bugs::n1_change},
};

} // namespace

std::span<const KnownBug> known_bugs()
{
    return table;
}

const KnownBug* known_bug(std::string_view id)
{
    const auto* const found = std::ranges::find(table, id, &KnownBug::id);
    return found == table.end() ? nullptr : found;
}

} // namespace gueway::matrix
