// SPDX-License-Identifier: GPL-2.0-only
#include "verdict/derive.h"

#include <algorithm>

namespace gueway {

namespace {

using ipvs::Destination;
using ipvs::Forward;
using ipvs::ServiceState;

// By address and port; what is scheduled by a firewall mark cannot be told from the packet.
const ServiceState* service(const std::vector<ServiceState>& all, const PacketLayers& layers)
{
    const auto fits = [&](const ServiceState& one) {
        const auto& key = one.service.key;
        return !key.fwmark && key.protocol == layers.inner->protocol &&
               key.address == layers.inner->destination &&
               (key.port == 0 || key.port == layers.transport->destination);
    };
    const auto found = std::ranges::find_if(all, fits);
    return found == all.end() ? nullptr : &*found;
}

const Destination* worker(const ServiceState& service, const PacketLayers& layers)
{
    const auto& workers = service.destinations;
    if (layers.tunnel == TunnelType::none) return workers.size() == 1 ? &workers[0] : nullptr;
    const auto found = std::ranges::find(workers, layers.outer->destination, &Destination::address);
    return found == workers.end() ? nullptr : &*found;
}

} // namespace

std::optional<IpvsFacts> derive_ipvs(const Step& step, State& state)
{
    const auto& layers = step.layers;
    if (!layers.inner || !layers.transport) return {};
    const auto all = state.services();
    const auto* found = all ? service(*all, layers) : nullptr;
    if (!found) return {};
    IpvsFacts facts{.derived = true,
                    .protocol = layers.inner->protocol,
                    .client = {layers.inner->source, layers.transport->source},
                    .vip = {layers.inner->destination, layers.transport->destination},
                    .scheduler = found->service.scheduler,
                    .service_flags = found->service.flags};
    if (const auto* to = worker(*found, layers)) {
        facts.worker = {to->address, to->port};
        facts.weight = static_cast<int>(to->weight);
        if (to->forward == Forward::tunnel) facts.encap = to->encap;
    }
    return facts;
}

} // namespace gueway
