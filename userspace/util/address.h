// SPDX-License-Identifier: GPL-2.0-only
// IP addresses of both families as values, and prefixes with the arithmetic of subnets.
#pragma once

#include "util/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <sys/socket.h>

namespace gueway {

// One address. `bytes` is in network order; IPv4 uses the first four, the rest stay zero.
struct Address {
    int family = AF_UNSPEC; // AF_INET or AF_INET6
    std::array<uint8_t, 16> bytes{};

    int bits() const { return family == AF_INET ? 32 : 128; }
    int size() const { return bits() / 8; }
    std::string text() const;
    bool operator==(const Address&) const = default;
};

// An address with a length in bits: a device's address in its subnet, or a route's destination.
struct Prefix {
    Address address;
    int length = 0;

    // Same family, and equal in the first `length` bits.
    bool contains(const Address& other) const;
    // Covers one address only: /32 or /128.
    bool single() const { return length == address.bits(); }
    std::string text() const; // always with its length
    bool operator==(const Prefix&) const = default;
};

// "192.0.2.1" or "2001:db8::1", numeric only; EINVAL names the text.
Result<Address> parse_address(std::string_view text);

// "192.0.2.1/24"; without a length it is a single address.
Result<Prefix> parse_prefix(std::string_view text);

// The address as a socket address; returns its length for bind(2) and connect(2).
socklen_t socket_address(const Address& address, uint16_t port, sockaddr_storage& storage);

} // namespace gueway
