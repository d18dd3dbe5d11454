// SPDX-License-Identifier: GPL-2.0-only
// Cuts an IP packet. Sources: RFC 791, section 3.2, RFC 8200, section 4.5. How long the parts are
// is of encap/fragments.h; what puts them together again is packet/reassemble.h.
#pragma once

#include "encap/fragments.h"

#include <cstdint>
#include <span>
#include <vector>

namespace gueway {

// The fragment that has that part of `packet`, which begins with its IP header, has neither options
// nor extension headers and is no fragment. IPv4's DF stays as it is. `id` is IPv6's; of IPv4 the
// packet has it.
std::vector<uint8_t> fragment(std::span<const uint8_t> packet, const Part& part, uint32_t id);

} // namespace gueway
