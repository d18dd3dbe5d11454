// SPDX-License-Identifier: GPL-2.0-only
#include "ipvs/model.h"

#include <array>
#include <tuple>

#include <fmt/format.h>

namespace gueway::ipvs {

std::string_view protocol_name(uint16_t protocol)
{
    return protocol == IPPROTO_UDP ? "udp" : protocol == IPPROTO_SCTP ? "sctp" : "tcp";
}

std::string_view name(Forward forward)
{
    constexpr std::array<std::string_view, 4> names = {"masquerade", "local", "tunnel", "direct"};
    return names[static_cast<size_t>(forward)];
}

std::strong_ordering ServiceKey::operator<=>(const ServiceKey& other) const
{
    const auto parts = [](const ServiceKey& key) {
        return std::tie(key.fwmark, key.family, key.protocol, key.address.bytes, key.port);
    };
    return parts(*this) <=> parts(other);
}

std::string endpoint(const Address& address, uint16_t port)
{
    if (address.family == AF_INET6) return fmt::format("[{}]:{}", address.text(), port);
    return fmt::format("{}:{}", address.text(), port);
}

std::string ServiceKey::text() const
{
    if (fwmark) return fmt::format("fwmark {}{}", fwmark, family == AF_INET6 ? " IPv6" : "");
    return fmt::format("{} {}", protocol_name(protocol), endpoint(address, port));
}

std::string Destination::text() const
{
    return endpoint(address, port);
}

bool Service::same_settings(const Service& other) const
{
    const bool both_persistent = (flags & other.flags & ipvs::persistent) != 0;
    return key == other.key && scheduler == other.scheduler && flags == other.flags &&
           persistence_engine == other.persistence_engine &&
           (!both_persistent || (timeout == other.timeout && netmask == other.netmask));
}

bool Destination::same_settings(const Destination& other) const
{
    return forward == other.forward && weight == other.weight &&
           upper_threshold == other.upper_threshold && lower_threshold == other.lower_threshold &&
           (forward != Forward::tunnel || encap == other.encap);
}

} // namespace gueway::ipvs
