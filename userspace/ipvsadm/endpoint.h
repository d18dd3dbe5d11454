// SPDX-License-Identifier: GPL-2.0-only
// host[:port] as ipvsadm reads it, and back with names.
#pragma once

#include "util/address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gueway::ipvsadm {

struct Endpoint {
    Address address;
    std::optional<uint16_t> port;
};

// "10.0.0.1:80", "10.0.0.1", "[2001:db8::1]:80", "[2001:db8::1]", "2001:db8::1", "www:http". What
// is not a number is asked for: hosts of getaddrinfo(3), IPv4 first, and ports of services(5) for
// `protocol`. The forms of inet_aton(3) are numbers too, but a lone one is not a host.
std::optional<Endpoint> parse_endpoint(std::string_view text, uint16_t protocol);

// The same for texts of which many are the one before, as in a file with a thousand servers of one
// service. A name is asked for once, too.
class RepeatedEndpoint {
public:
    // Lives until the next call.
    const std::optional<Endpoint>& parse(std::string_view text, uint16_t protocol);

private:
    std::string text_;
    uint16_t protocol_ = 0;
    std::optional<Endpoint> last_;
};

// An IPv4 mask in host order, in the forms of inet_aton(3).
std::optional<uint32_t> parse_mask(std::string_view text);

// A decimal number with an optional sign, in [least, most].
std::optional<int64_t> parse_int(std::string_view text, int64_t least, int64_t most);

// "www.example.org:http" as far as there are names; protocol 0 has none for ports.
std::string named_endpoint(const Address& address, uint16_t port, uint16_t protocol);

} // namespace gueway::ipvsadm
