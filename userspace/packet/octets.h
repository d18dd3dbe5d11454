// SPDX-License-Identifier: GPL-2.0-only
// Numbers and addresses in network order, out of bytes and into them. Nothing is checked: who asks
// knows that they are there.
#pragma once

#include "util/address.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace gueway {

using Bytes = std::span<const uint8_t>;

inline uint16_t be16(Bytes bytes, size_t at)
{
    return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

inline uint32_t be32(Bytes bytes, size_t at)
{
    return static_cast<uint32_t>(be16(bytes, at)) << 16 | be16(bytes, at + 2);
}

inline Address address_at(int family, Bytes bytes, size_t at)
{
    Address made{.family = family};
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), made.size(), made.bytes.begin());
    return made;
}

inline void put_be16(std::span<uint8_t> bytes, size_t at, uint32_t value)
{
    bytes[at] = static_cast<uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<uint8_t>(value);
}

inline void put_be32(std::span<uint8_t> bytes, size_t at, uint32_t value)
{
    put_be16(bytes, at, value >> 16);
    put_be16(bytes, at + 2, value);
}

// All from there on; nothing when they end before.
inline Bytes behind(Bytes bytes, size_t count)
{
    return bytes.subspan(std::min(count, bytes.size()));
}

} // namespace gueway
