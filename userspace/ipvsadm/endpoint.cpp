// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm/endpoint.h"

#include "ipvs/model.h"

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>

namespace gueway::ipvsadm {

namespace {

// inet_pton(3) and its like want a terminator. Longer names than the DNS has are none.
class Terminated {
public:
    explicit Terminated(std::string_view text)
        : fits_(text.size() < sizeof text_ && text.find('\0') == std::string_view::npos)
    {
        if (fits_) text.copy(text_, text.size());
        text_[fits_ ? text.size() : 0] = '\0';
    }
    bool fits() const { return fits_; }
    const char* get() const { return text_; }

private:
    bool fits_;
    char text_[256];
};

const char* protocol_name(uint16_t protocol)
{
    switch (protocol) {
    case IPPROTO_TCP:
        return "tcp";
    case IPPROTO_UDP:
        return "udp";
    case IPPROTO_SCTP:
        return "sctp";
    default:
        return nullptr;
    }
}

constexpr bool digit(char c)
{
    return c >= '0' && c <= '9';
}

// What inet_pton(3) takes for IPv4, without a terminator: most words of a restore are such.
std::optional<Address> parse_dotted(std::string_view text)
{
    Address address{AF_INET, {}};
    size_t at = 0;
    for (size_t part = 0; part < 4; ++part) {
        if (part) {
            if (at == text.size() || text[at] != '.') return {};
            ++at;
        }
        unsigned number = 0;
        const size_t begin = at;
        for (; at < text.size() && digit(text[at]) && at - begin < 3; ++at)
            number = number * 10 + static_cast<unsigned>(text[at] - '0');
        const bool padded = at - begin > 1 && text[begin] == '0';
        if (at == begin || padded || number > UINT8_MAX) return {};
        address.bytes[part] = static_cast<uint8_t>(number);
    }
    return at == text.size() ? std::optional(address) : std::nullopt;
}

std::optional<uint16_t> parse_port(std::string_view text, uint16_t protocol)
{
    if (const auto number = parse_int(text, 0, UINT16_MAX)) return static_cast<uint16_t>(*number);
    const Terminated name(text);
    if (!name.fits() || !protocol_name(protocol)) return {};
    const servent* service = ::getservbyname(name.get(), protocol_name(protocol));
    if (!service) return {};
    return ntohs(static_cast<uint16_t>(service->s_port));
}

std::optional<Address> look_up(const char* host, int family)
{
    addrinfo hints{};
    hints.ai_family = family;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host, nullptr, &hints, &found) != 0) return {};
    Address address{family, {}};
    if (family == AF_INET)
        std::memcpy(address.bytes.data(),
                    &reinterpret_cast<const sockaddr_in*>(found->ai_addr)->sin_addr, 4);
    else
        std::memcpy(address.bytes.data(),
                    &reinterpret_cast<const sockaddr_in6*>(found->ai_addr)->sin6_addr, 16);
    ::freeaddrinfo(found);
    return address;
}

std::optional<Address> parse_host6(std::string_view text)
{
    Address address{AF_INET6, {}};
    if (::inet_pton(AF_INET6, Terminated(text).get(), address.bytes.data()) == 1) return address;
    return {};
}

std::optional<Address> parse_host(std::string_view text)
{
    if (auto dotted = parse_dotted(text)) return dotted;
    const Terminated host(text);
    if (!host.fits() || text.empty()) return {};
    in_addr other_forms{};
    if (::inet_aton(host.get(), &other_forms)) {
        Address address{AF_INET, {}};
        std::memcpy(address.bytes.data(), &other_forms, sizeof other_forms);
        return address;
    }
    if (auto found = look_up(host.get(), AF_INET)) return found;
    return look_up(host.get(), AF_INET6);
}

std::optional<Endpoint> endpoint_of(std::optional<Address> address,
                                    std::optional<std::string_view> port, uint16_t protocol)
{
    if (!address) return {};
    if (!port) return Endpoint{*address, {}};
    const auto number = parse_port(*port, protocol);
    if (!number) return {};
    return Endpoint{*address, number};
}

} // namespace

std::optional<int64_t> parse_int(std::string_view text, int64_t least, int64_t most)
{
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    constexpr size_t safe_digits = 18; // that fit into 63 bits
    if (text.empty() || text.size() > safe_digits) return {};
    int64_t number = 0;
    for (const char c : text) {
        if (!digit(c)) return {};
        number = number * 10 + (c - '0');
    }
    if (negative) number = -number;
    if (number < least || number > most) return {};
    return number;
}

std::optional<uint32_t> parse_mask(std::string_view text)
{
    in_addr mask{};
    const Terminated form(text);
    if (!form.fits() || !::inet_aton(form.get(), &mask)) return {};
    return ntohl(mask.s_addr);
}

std::optional<Endpoint> parse_endpoint(std::string_view text, uint16_t protocol)
{
    if (text.starts_with('[')) {
        const size_t end = text.find(']');
        if (end == std::string_view::npos) return {};
        const auto rest = text.substr(end + 1);
        if (!rest.empty() && rest[0] != ':') return {};
        const auto port = rest.empty() ? std::nullopt : std::optional(rest.substr(1));
        return endpoint_of(parse_host6(text.substr(1, end - 1)), port, protocol);
    }
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
        const bool number = std::ranges::all_of(text, digit);
        return number ? std::nullopt : endpoint_of(parse_host(text), {}, protocol);
    }
    if (text.find(':', colon + 1) != std::string_view::npos)
        return endpoint_of(parse_host6(text), {}, protocol);
    return endpoint_of(parse_host(text.substr(0, colon)), text.substr(colon + 1), protocol);
}

const std::optional<Endpoint>& RepeatedEndpoint::parse(std::string_view text, uint16_t protocol)
{
    if (last_ && text == text_ && protocol == protocol_) return last_;
    text_ = text;
    protocol_ = protocol;
    return last_ = parse_endpoint(text, protocol);
}

std::string named_endpoint(const Address& address, uint16_t port, uint16_t protocol)
{
    sockaddr_storage storage{};
    const socklen_t length = socket_address(address, port, storage);
    char host[NI_MAXHOST];
    if (::getnameinfo(reinterpret_cast<const sockaddr*>(&storage), length, host, sizeof host,
                      nullptr, 0, NI_NAMEREQD) != 0)
        ::inet_ntop(address.family, address.bytes.data(), host, sizeof host);
    const char* const name = protocol_name(protocol);
    const servent* service = name ? ::getservbyport(htons(port), name) : nullptr;
    const auto port_name = service ? std::string(service->s_name) : std::to_string(port);
    return address.family == AF_INET6 ? fmt::format("[{}]:{}", host, port_name)
                                      : fmt::format("{}:{}", host, port_name);
}

} // namespace gueway::ipvsadm
