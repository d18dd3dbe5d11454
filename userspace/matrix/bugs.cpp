// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/bugs.h"

#include "matrix/axes.h"
#include "matrix/places.h"
#include "matrix/topology.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::matrix::bugs {

namespace {

constexpr unsigned ethernet_header = 14, vlan_header = 4;
constexpr unsigned gso_max_size = 65536; // of a device that says nothing (GSO_LEGACY_MAX_SIZE)

// gso_features_check: too long for any device.
bool longer_than_devices_take(const Numbers& numbers)
{
    const auto& packet = numbers.shipment;
    return ethernet_header + numbers.wrapping + packet.headers() + packet.payload >= gso_max_size;
}

// Where the checksum is done already, as in a list of segments, GUE has no option for it.
bool remcsum(const Cell& cell, const Numbers& numbers)
{
    return cell.tunnel == Tunnel::gue_remcsum && numbers.shipment.partial;
}

// Comes from somebody whom the kernel does not trust to have counted right, as a virtual machine or
// our packet socket (SKB_GSO_DODGY of virtio_net_hdr_to_skb()): its segmentation code looks at the
// headers then, although a device takes the packet whole (skb_mac_gso_segment()).
bool looked_at(const Cell& cell)
{
    return cell.l4 == L4::tcp_gso && cell.ingress == Ingress::tso;
}

// The wire has full segments of IP in IP and GRE cut by its device (GSO partial), which is given
// them in one packet; but for lists, of which each segment has its own checksum.
bool in_one_packet(const Cell& cell)
{
    return (cell.tunnel == Tunnel::ipip || gre(cell)) && !is_list(cell);
}

} // namespace

Numbers::Numbers(const Cell& cell)
    : path(matrix::path(cell)), shipment(matrix::shipment(cell)), expected(expect(path, shipment)),
      room(inner_mtu(path, shipment)),
      wrapping(ip_header(path.underlay) + tunnel_header(path.encap, shipment))
{}

bool gso(const Cell& cell)
{
    return is_gso(cell.l4);
}

bool gue(const Cell& cell)
{
    return cell.tunnel == Tunnel::gue || cell.tunnel == Tunnel::gue_csum ||
           cell.tunnel == Tunnel::gue_remcsum;
}

bool gre(const Cell& cell)
{
    return cell.tunnel == Tunnel::gre || cell.tunnel == Tunnel::gre_csum;
}

bool is_list(const Cell& cell)
{
    return gso(cell) && cell.ingress == Ingress::gro_list;
}

std::vector<unsigned> uncut(const Numbers& numbers)
{
    std::vector<unsigned> lengths;
    lengths.reserve(numbers.shipment.segments());
    for (unsigned i = 0; i < numbers.shipment.segments(); ++i)
        lengths.push_back(numbers.wrapping + numbers.shipment.segment_length(i));
    return lengths;
}

// None offers remote checksums; one of the mlx5 class gives GUE back, and has GRE prepared by the
// kernel (GSO partial). A list of segments has no checksum pending, without which the kernel gives
// no device a GSO packet unlooked at (netif_needs_gso()).
bool device_takes_whole(const Cell& cell)
{
    const Numbers numbers(cell);
    return cell.underlay == Underlay::whole && !looked_at(cell) && !is_list(cell) &&
           !remcsum(cell, numbers) && !longer_than_devices_take(numbers);
}

// tcp_v4_rcv() and __udp4_lib_rcv() count them as errors too; UDP then asks no further who listens.
void fail_sums(const Cell& cell, Look& look, uint64_t count)
{
    const bool tcp = transport(cell.l4) == Transport::tcp;
    const std::string_view family = cell.inner == Family::v6 ? "Udp6" : "Udp ";
    look.worker[tcp ? "Tcp InCsumErrors" : fmt::format("{}InCsumErrors", family)] += count;
    look.worker[tcp ? "Tcp InErrs" : fmt::format("{}InErrors", family)] += count;
    if (!tcp) look.untaken += count;
}

// veth's other end takes what its own MTU and a VLAN tag leave (____dev_forward_skb()), and both
// ends count what it does not; our wire takes what the director's MTU says.
void lose_too_long(const Cell& cell, Look& look)
{
    const bool wire = cell.underlay == Underlay::wire;
    if (!wire && (look.whole || device_takes_whole(cell))) return;
    const unsigned most = wire ? path(cell).mtu : widest_underlay + vlan_header;
    const auto lost = std::erase_if(look.lengths, [&](unsigned length) { return length > most; });
    if (lost == 0) return;
    look.skipped = static_cast<unsigned>(lost);
    const std::string_view name = device(cell.underlay);
    if (wire) {
        look.director[fmt::format("{} tx_errors", name)] = in_one_packet(cell) ? 1 : lost;
        return;
    }
    look.director[fmt::format("{} tx_dropped", name)] = lost;
    look.worker[fmt::format("{} rx_dropped", name)] = lost;
}

} // namespace gueway::matrix::bugs
