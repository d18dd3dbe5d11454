// SPDX-License-Identifier: GPL-2.0-only
// Waits for the conditions a topology needs before traffic makes sense. Each gives up at its
// deadline with ETIMEDOUT and the condition that did not come.
#pragma once

#include "encap/transport.h"
#include "link/namespace.h"
#include "util/address.h"
#include "util/deadline.h"

#include <cstdint>
#include <string_view>

namespace gueway {

// Duplicate address detection is over on every device. An address that somebody else has is an
// Error at once (EADDRINUSE).
Result<void> wait_addresses(const Namespace& where, const Deadline& deadline);

// The kernel knows the neighbour's MAC; asks for it as often as needed.
Result<void> wait_neighbour(const Namespace& where, const std::string& device,
                            const Address& address, const Deadline& deadline);

// Where a server is expected, of TCP or UDP.
struct Listener {
    Address address;
    uint16_t port = 0; // host order
    Transport transport = Transport::tcp;
    std::string text() const; // "TCP listener on 198.51.100.150 port 8000"
};

// Somebody listens there, by that address or by the wildcard.
Result<void> wait_listener(const Namespace& where, const Listener& listener,
                           const Deadline& deadline);

// Whether `table` (/proc/net/tcp, tcp6, udp or udp6) shows it. A socket on :: counts for IPv4 too:
// the table does not tell IPV6_V6ONLY.
bool shows_listener(std::string_view table, const Listener& listener);

} // namespace gueway
