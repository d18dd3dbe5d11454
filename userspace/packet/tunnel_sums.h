// SPDX-License-Identifier: GPL-2.0-only
// The checksums of a packet that packet/tunnel.h has read, which depend on one another.
#pragma once

#include "packet/tunnel.h"

namespace gueway {

// Adds complaints to `reading`. `bytes` end with the packet.
void check_sums(std::span<const uint8_t> bytes, const Expected& expected, TunnelReading& reading);

// The complaint of a GRE checksum, for whoever waits for it.
std::string wrong_gre_checksum(uint16_t is, uint16_t should);

} // namespace gueway
