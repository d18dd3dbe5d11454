// SPDX-License-Identifier: GPL-2.0-only
#include "util/address.h"

#include "util/text.h"

#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace gueway {

std::string Address::text() const
{
    char text[INET6_ADDRSTRLEN] = "?";
    ::inet_ntop(family, bytes.data(), text, sizeof text);
    return text;
}

bool Prefix::contains(const Address& other) const
{
    if (other.family != address.family) return false;
    const int whole = length / 8, rest = length % 8;
    if (std::memcmp(address.bytes.data(), other.bytes.data(), static_cast<size_t>(whole)) != 0)
        return false;
    if (rest == 0) return true;
    const auto at = static_cast<size_t>(whole);
    return (address.bytes[at] ^ other.bytes[at]) >> (8 - rest) == 0;
}

std::string Prefix::text() const
{
    return address.text() + "/" + std::to_string(length);
}

Result<Address> parse_address(std::string_view text)
{
    const std::string word(text);
    Address address;
    for (const int family : {AF_INET, AF_INET6}) {
        if (::inet_pton(family, word.c_str(), address.bytes.data()) != 1) continue;
        address.family = family;
        return address;
    }
    return error("address \"" + word + "\"", "parse", "neither IPv4 nor IPv6",
                 "write it as 192.0.2.1 or 2001:db8::1");
}

Result<Prefix> parse_prefix(std::string_view text)
{
    const auto slash = text.find('/');
    Prefix prefix;
    prefix.address = TRY(parse_address(text.substr(0, slash)));
    prefix.length = prefix.address.bits();
    if (slash == std::string_view::npos) return prefix;
    const auto length = parse_number<int>(text.substr(slash + 1));
    if (!length || *length < 0 || *length > prefix.address.bits())
        return error("prefix \"" + std::string(text) + "\"", "parse",
                     "its length is not 0.." + std::to_string(prefix.address.bits()));
    prefix.length = *length;
    return prefix;
}

socklen_t socket_address(const Address& address, uint16_t port, sockaddr_storage& storage)
{
    storage = {};
    if (address.family == AF_INET) {
        sockaddr_in v4{
            .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {}, .sin_zero = {}};
        std::memcpy(&v4.sin_addr, address.bytes.data(), sizeof v4.sin_addr);
        std::memcpy(&storage, &v4, sizeof v4);
        return sizeof v4;
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, address.bytes.data(), sizeof v6.sin6_addr);
    std::memcpy(&storage, &v6, sizeof v6);
    return sizeof v6;
}

} // namespace gueway
