// SPDX-License-Identifier: GPL-2.0-only
// Writing tunnels' packets: what a director puts around a client's. What reads them is
// packet/tunnel.h. Sources: those of packet/tunnel.h.
#pragma once

#include "encap/encap.h"
#include "packet/ip_fields.h"
#include "packet/offload.h"

#include <cstdint>
#include <span>
#include <vector>

namespace gueway {

// Numbers in host order.
//   encap      its checksum `remote`: the packet has GUE's option for it, and its UDP a checksum;
//              without the option it is `full`
//   ip         of the outer header; protocol and data are computed
//   from_port  UDP's: GUE's and FOU's
struct Wrapping {
    Encap encap;
    IpFields ip;
    uint16_t from_port = 0;
};

// From the outer IP header on. `inner` begins with its IP header, its checksums are done; of those
// whose checksum is remote or pending it is TCP or UDP without extension headers, and has the sum
// of the pseudo-header in its field then. Of a pending carrier UDP has that sum of its own, GRE
// zero.
std::vector<uint8_t> wrap(const Wrapping& wrapping, std::span<const uint8_t> inner,
                          Pending pending = Pending::none);

// Where TCP or UDP have their checksum, from their header on.
unsigned checksum_at(uint8_t protocol);

} // namespace gueway
