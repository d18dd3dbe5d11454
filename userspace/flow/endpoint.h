// SPDX-License-Identifier: GPL-2.0-only
// An address and a port: where a server listens and what a client talks to.
#pragma once

#include "util/address.h"
#include "util/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include <sys/socket.h>

namespace gueway::flow {

struct Endpoint {
    Address address;
    uint16_t port = 0; // host byte order

    // "192.0.2.1:80" or "[2001:db8::1]:80": what parse_endpoint() reads.
    std::string text() const;
    bool operator==(const Endpoint&) const = default;
    auto key() const { return std::tie(address.family, address.bytes, port); }
    bool operator<(const Endpoint& other) const { return key() < other.key(); }
};

// Numeric only; EINVAL names the text and says how it is written.
Result<Endpoint> parse_endpoint(std::string_view text);

// As a socket address; returns its length for bind(2) and connect(2).
socklen_t socket_address(const Endpoint& endpoint, sockaddr_storage& storage);

// From what the kernel filled in, AF_INET or AF_INET6.
Endpoint endpoint_of(const sockaddr_storage& storage);

// The local end of a bound socket.
Result<Endpoint> local_endpoint(int fd);

} // namespace gueway::flow
