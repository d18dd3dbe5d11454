// SPDX-License-Identifier: GPL-2.0-only
#include "verdict/derive.h"

#include <algorithm>

namespace gueway {

namespace {

using ipvs::Destination;
using ipvs::Forward;
using ipvs::ServiceState;

void put_worker(IpvsFacts& facts, const Destination& to)
{
    facts.worker = {to.address, to.port};
    facts.weight = static_cast<int>(to.weight);
    if (to.forward == Forward::tunnel) facts.encap = to.encap;
}

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
    if (const auto* to = worker(*found, layers)) put_worker(facts, *to);
    return facts;
}

void add_worker(IpvsFacts& facts, State& state)
{
    if (facts.worker.known()) return;
    const auto worker = state.worker(facts.protocol, facts.client, facts.vip);
    const auto all = worker ? state.services() : std::nullopt;
    if (!all) return;
    facts.worker = *worker;
    for (const auto& one : *all) {
        if (one.service.key.address != facts.vip.address) continue;
        const auto to = std::ranges::find(one.destinations, worker->address, &Destination::address);
        if (to != one.destinations.end()) put_worker(facts, *to);
    }
}

} // namespace gueway
