// SPDX-License-Identifier: GPL-2.0-only
// What is said of a frame beside its bytes, to and by a packet socket with PACKET_VNET_HDR: where
// somebody has yet to put a checksum, and into what segments it is to be cut.
#pragma once

#include <cstdint>

namespace gueway {

// struct virtio_net_hdr of <linux/virtio_net.h>, which is not for C++: in front of each frame of a
// socket with PACKET_VNET_HDR. Host order; offsets are from the Ethernet header on.
struct FrameOffload {
    uint8_t flags = 0, gso_type = 0;
    uint16_t headers = 0, segment = 0, checksum_start = 0, checksum_offset = 0;
};
static_assert(sizeof(FrameOffload) == 10, "as the kernel has it");

// VIRTIO_NET_HDR_F_NEEDS_CSUM, _F_DATA_VALID.
constexpr uint8_t offload_needs_checksum = 1, offload_data_valid = 2;
// VIRTIO_NET_HDR_GSO_*. A kernel before 6.2 knows neither what to do with the last (send(2) is
// EINVAL) nor how to say it (packet/capture.h): include/linux/virtio_net.h of 5.10 and 6.1.192. On
// 5.10 veth does not carry such a packet whole either.
constexpr uint8_t gso_none = 0, gso_tcp4 = 1, gso_tcp6 = 4, gso_udp = 5;
// VIRTIO_NET_HDR_GSO_ECN, beside a type of TCP: CWR is set, and is the first segment's only.
constexpr uint8_t gso_ecn = 0x80;

// Which checksum of a tunnel's packet is left to offload: that of the transport inside, or that of
// UDP or GRE around it.
enum class Pending : uint8_t { none, inner, carrier };

} // namespace gueway
