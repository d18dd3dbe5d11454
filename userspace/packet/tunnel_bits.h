// SPDX-License-Identifier: GPL-2.0-only
// Flags of the headers between two IP headers. For .cpp files only. Sources: RFC 2784,
// draft-ietf-intarea-gue, its flag for private data as in include/net/gue.h.
#pragma once

#include <cstdint>

namespace gueway {

constexpr uint16_t gre_checksum_present = 0x8000;
constexpr uint16_t gue_private = 1;
constexpr uint32_t gue_private_remote = 0x80000000; // remote checksum offload

} // namespace gueway
