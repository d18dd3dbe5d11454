// SPDX-License-Identifier: GPL-2.0-only
#include "flow/endpoint.h"

#include "util/text.h"

#include <cerrno>
#include <cstring>

#include <netinet/in.h>

namespace gueway::flow {

std::string Endpoint::text() const
{
    const std::string host = address.text();
    return (address.family == AF_INET6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Endpoint> parse_endpoint(std::string_view text)
{
    const Error malformed{"\"" + std::string(text) + "\"", "parse address and port", EINVAL,
                          "not a numeric address and a port",
                          "write 192.0.2.1:80 or [2001:db8::1]:80"};
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return malformed;
    std::string_view host = text.substr(0, colon);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    const auto address = parse_address(host);
    const auto port = parse_number<uint16_t>(text.substr(colon + 1));
    if (!address || !port || bracketed != (address->family == AF_INET6)) return malformed;
    return Endpoint{*address, *port};
}

socklen_t socket_address(const Endpoint& endpoint, sockaddr_storage& storage)
{
    return socket_address(endpoint.address, endpoint.port, storage);
}

Endpoint endpoint_of(const sockaddr_storage& storage)
{
    Endpoint endpoint;
    endpoint.address.family = storage.ss_family;
    if (storage.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &storage, sizeof v4);
        std::memcpy(endpoint.address.bytes.data(), &v4.sin_addr, sizeof v4.sin_addr);
        endpoint.port = ntohs(v4.sin_port);
    } else {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &storage, sizeof v6);
        std::memcpy(endpoint.address.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
        endpoint.port = ntohs(v6.sin6_port);
    }
    return endpoint;
}

Result<Endpoint> local_endpoint(int fd)
{
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length) != 0)
        return errno_error("socket", "read its local address");
    return endpoint_of(storage);
}

} // namespace gueway::flow
