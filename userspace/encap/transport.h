// SPDX-License-Identifier: GPL-2.0-only
// What is behind the IP header.
#pragma once

#include <cstdint>

namespace gueway {

enum class Transport : uint8_t { tcp, udp, sctp };

} // namespace gueway
