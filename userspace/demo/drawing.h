// SPDX-License-Identifier: GPL-2.0-only
// The one picture of the bug: the packet's bytes to scale, and where inner_mac_header points.
#pragma once

#include "demo/model.h"

#include <string>

namespace gueway {

// tnl_hlen as __skb_udp_tunnel_segment computes it, in bytes: inner_mac - transport.
int64_t tunnel_length(uint32_t inner_mac, const DemoOffsets& offsets);

// An <svg>, or nothing when the offsets are not in the order of a tunnelled packet
// (network < transport < inner_network, and inner_mac_unfixed not beyond inner_network).
std::string packet_drawing(const DemoOffsets& offsets);

} // namespace gueway
