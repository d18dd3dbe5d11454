// SPDX-License-Identifier: GPL-2.0-only
// What a director puts around a client's packet: from RFC 2003, 6040 (ECN, normal mode) and 6864
// (IDs), and where they leave a choice as Linux says that it does: net/netfilter/ipvs/ip_vs_xmit.c,
// for FOU devices net/ipv4/ip_tunnel.c, net/ipv6/sit.c and ip6_tunnel.c.
#pragma once

#include "matrix/cell.h"
#include "packet/frame.h"
#include "packet/wrap.h"

namespace gueway::matrix {

// Each hop takes one off.
constexpr uint8_t forwarded_ttl(uint8_t ttl)
{
    return static_cast<uint8_t>(ttl - 1);
}

// All that is said of it; what may be any is zero. Checksums are as if none was left to offload.
Wrapping outer(const Cell& cell, const Frame& sent);

// A FOU device hashes a flow label for each flow (RFC 6438); IPVS's own tunnels have none.
bool any_flow_label(const Cell& cell);
// Packets that nobody may cut need no ID (RFC 6864, section 4.1), and have none
// (ip_select_ident()); others have any.
bool any_outer_id(const Cell& cell, const Frame& sent);
// The client's is the sending socket's own.
bool any_inner_id(const Cell& cell);

// What Linux gives out to be a tunnel's UDP source port (ip_local_port_range).
constexpr uint16_t first_entropy_port = 32768, last_entropy_port = 60999;

} // namespace gueway::matrix
