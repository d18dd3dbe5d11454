// SPDX-License-Identifier: GPL-2.0-only
#include "config/config.h"

#include <algorithm>
#include <array>
#include <span>

#include <netinet/in.h>

namespace gueway {

const Pool* Config::pool(const std::string& name) const
{
    const auto found = std::ranges::find(pools, name, &Pool::name);
    return found == pools.end() ? nullptr : &*found;
}

ipvs::Destination destination_of(const VirtualService& service, const Pool& pool,
                                 const PoolWorker& worker)
{
    const auto& key = service.service.key;
    ipvs::Destination made{.address = worker.address,
                           .port = worker.port ? worker.port : key.port,
                           .forward = pool.forward,
                           .weight = worker.weight,
                           .upper_threshold = worker.upper_threshold,
                           .lower_threshold = worker.lower_threshold,
                           .encap = pool.encap};
    if (pool.encap.type != EncapType::fou_interface) return made;
    const auto& own = key.family == AF_INET6 ? worker.private6 : worker.private4;
    if (own) made.address = *own; // check_together() has seen to it
    made.forward = ipvs::Forward::direct;
    made.encap = {};
    return made;
}

std::string_view unfit_worker(const Address& address)
{
    constexpr std::array<uint8_t, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    const auto& bytes = address.bytes;
    if (address.family != AF_INET6) return {};
    if (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80)
        return "it is link-local, IPVS wants an address that needs no device";
    return std::ranges::equal(mapped, std::span(bytes).first<12>()) ? "it is an IPv4 address" : "";
}

std::string_view unfit_vip(const Address& address)
{
    const bool loopback = address.family == AF_INET6 ? address == parse_address("::1").value()
                                                     : address.bytes[0] == IN_LOOPBACKNET;
    return loopback ? "a loopback address reaches no director" : "";
}

} // namespace gueway
