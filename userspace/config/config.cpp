// SPDX-License-Identifier: GPL-2.0-only
#include "config/config.h"

#include <algorithm>

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

} // namespace gueway
