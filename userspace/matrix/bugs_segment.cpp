// SPDX-License-Identifier: GPL-2.0-only
// Bugs of segmentation in software.
#include "matrix/bugs.h"

#include <algorithm>

namespace gueway::matrix::bugs {

namespace {

constexpr unsigned ethernet_header = 14;
constexpr unsigned gso_max_size = 65536; // of a device that says nothing (GSO_LEGACY_MAX_SIZE)

// Where the checksum is done already, as in a list of segments, GUE has no option for it.
bool remcsum(const Cell& cell, const Numbers& numbers)
{
    return cell.tunnel == Tunnel::gue_remcsum && numbers.shipment.partial;
}

// gso_features_check: too long for any device.
bool longer_than_devices_take(const Numbers& numbers)
{
    const auto& packet = numbers.shipment;
    return ethernet_header + numbers.wrapping + packet.headers() + packet.payload >= gso_max_size;
}

// Comes from somebody whom the kernel does not trust to have counted right, as a virtual machine or
// our packet socket (SKB_GSO_DODGY of virtio_net_hdr_to_skb()): its segmentation code looks at the
// headers then, although a device takes the packet whole (skb_mac_gso_segment()).
bool looked_at(const Cell& cell)
{
    return cell.l4 == L4::tcp_gso && cell.ingress == Ingress::tso;
}

// A list of segments has no checksum pending, without which the kernel gives no device a GSO packet
// unlooked at (netif_needs_gso()).
bool is_list(const Cell& cell)
{
    return cell.ingress == Ingress::gro_list;
}

// The device below takes the GSO packet as it is. None offers remote checksums; one of the mlx5
// class gives GUE back, and has GRE prepared by the kernel (GSO partial).
bool device_takes_whole(const Cell& cell, const Numbers& numbers)
{
    return cell.underlay == Underlay::whole && !looked_at(cell) && !is_list(cell) &&
           !remcsum(cell, numbers) && !longer_than_devices_take(numbers);
}

// C1 lets what should be cut go to the device as it is.
bool cut_in_time(const Cell& cell, const Numbers& numbers)
{
    return cuts_segments(numbers) && !c1_strikes(cell);
}

// veth hands the packet over as it is, and the worker's fou socket, which takes no packet that
// stands for many datagrams, has it segmented (udp_unexpected_gso).
bool worker_segments(const Cell& cell)
{
    return cell.l4 == L4::udp_gso && gue(cell);
}

} // namespace

// Not what C4 has refused before.
bool inner_mac_strikes(const Cell& cell)
{
    if (!gso(cell) || !(gue(cell) || gre(cell))) return false;
    const Numbers numbers(cell);
    if (numbers.expected.fate != Fate::delivered || c4_strikes(cell)) return false;
    return cut_in_time(cell, numbers) || !device_takes_whole(cell, numbers) ||
           worker_segments(cell);
}

// Where it is segmented for a device, the device counts the loss; where it is for fragments nobody
// does (ip_finish_output_gso frees it), unless C1 lets it come as far as the device.
bool inner_mac_looks(const Cell& cell, const Symptoms& seen)
{
    const Numbers numbers(cell);
    if (seen.icmp_mtu != 0) return false;
    const bool cut = cut_in_time(cell, numbers);
    if (!cut && device_takes_whole(cell, numbers)) return seen.udp_in_errors > 0;
    return silent(seen) && (seen.device_dropped > 0) == !cut;
}

// Fragments are new packets, which do not inherit the mark. Over IPv4 each segment of a packet
// whose segments are cut becomes one, over IPv6 only those that are too long.
bool n1_strikes(const Cell& cell)
{
    if (!gso(cell) || cell.underlay == Underlay::wire) return false;
    const Numbers numbers(cell);
    if (!remcsum(cell, numbers) || numbers.expected.fate != Fate::delivered) return false;
    if (!cuts_segments(numbers)) return true;
    const auto& packet = numbers.shipment;
    return cell.outer == Family::v6 && packet.segment_length(packet.segments() - 1) <= numbers.room;
}

// All is well on the wire; the worker's fou receiver lets the seed stand where the checksum goes.
bool n1_looks(const Cell&, const Symptoms& seen)
{
    return seen.lengths == seen.wanted && seen.bad_inner_sum == 0 && seen.sum_errors > 0;
}

} // namespace gueway::matrix::bugs
