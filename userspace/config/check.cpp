// SPDX-License-Identifier: GPL-2.0-only
#include "config/check.h"

#include "config/document.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace gueway {

namespace {

// Every host must take IPv4 packets of that size (RFC 791, section 3.1).
constexpr unsigned least_ipv4_mtu = 576;

const char* family_name(int family)
{
    return family == AF_INET6 ? "IPv6" : "IPv4";
}

// An Address that can be looked up.
using Place = std::pair<int, decltype(Address::bytes)>;
Place place(const Address& address)
{
    return {address.family, address.bytes};
}

// The first worker of a pool to which something applies, so that each service need not look at each
// worker.
//   doubles  by the port of a service: a worker that has it, at the address of one that has none of
//            its own, so that both are one there
//   tunneled where tunnels end, by address
struct Firsts {
    const PoolWorker *ipv4 = nullptr, *ipv6 = nullptr, *no_private4 = nullptr,
                     *no_private6 = nullptr, *with_port = nullptr;
    std::map<uint16_t, const PoolWorker*> doubles;
    std::map<Place, const PoolWorker*> tunneled;
};

std::map<uint16_t, const PoolWorker*> find_doubles(const Pool& pool)
{
    std::set<Place> without_port;
    for (const auto& worker : pool.workers)
        if (worker.port == 0) without_port.insert(place(worker.address));
    std::map<uint16_t, const PoolWorker*> found;
    for (const auto& worker : pool.workers)
        if (worker.port && without_port.contains(place(worker.address)))
            found.emplace(worker.port, &worker);
    return found;
}

Firsts firsts(const Pool& pool)
{
    Firsts found;
    const auto first = [&](auto&& applies) {
        const auto at = std::ranges::find_if(pool.workers, applies);
        return at == pool.workers.end() ? nullptr : &*at;
    };
    found.ipv4 = first([](const PoolWorker& worker) { return worker.address.family == AF_INET; });
    found.ipv6 = first([](const PoolWorker& worker) { return worker.address.family == AF_INET6; });
    found.no_private4 = first([](const PoolWorker& worker) { return !worker.private4; });
    found.no_private6 = first([](const PoolWorker& worker) { return !worker.private6; });
    found.with_port = first([](const PoolWorker& worker) { return worker.port != 0; });
    if (found.with_port) found.doubles = find_doubles(pool);
    if (pool.forward == ipvs::Forward::tunnel)
        for (const auto& worker : pool.workers)
            found.tunneled.emplace(place(worker.address), &worker);
    return found;
}

class Together {
public:
    Together(const Config& config, const VirtualService& virtual_service, const Pool& pool,
             const Firsts& firsts)
        : config_(config), service_(virtual_service), pool_(pool), firsts_(firsts),
          family_(virtual_service.service.key.family)
    {}

    void check(Mistakes& mistakes) const
    {
        mistakes.add(families());
        mistakes.add(private_addresses());
        mistakes.add(ports());
        mistakes.add(doubles());
        mistakes.add(tunnel_end());
        for (const PoolWorker* worker : {firsts_.ipv4, firsts_.ipv6})
            if (worker) mistakes.add(room(*worker));
    }

private:
    Error wrong(const Mark& mark, std::string detail, std::string remedy) const
    {
        return error_at(config_.source, mark,
                        fmt::format("service {}: pool {}", service_.service.key.text(), pool_.name),
                        std::move(detail), std::move(remedy));
    }

    Result<void> families() const
    {
        const PoolWorker* other = family_ == AF_INET6 ? firsts_.ipv4 : firsts_.ipv6;
        if (pool_.forward == ipvs::Forward::tunnel || !other) return {};
        return wrong(other->mark,
                     fmt::format("worker {} is {}, the service is {}", other->name,
                                 family_name(other->address.family), family_name(family_)),
                     "mixed address families need forward: tunnel");
    }

    Result<void> private_addresses() const
    {
        if (pool_.encap.type != EncapType::fou_interface) return {};
        const PoolWorker* without = family_ == AF_INET6 ? firsts_.no_private6 : firsts_.no_private4;
        if (without)
            return wrong(without->mark,
                         fmt::format("worker {} has no private {} address", without->name,
                                     family_name(family_)),
                         "fou-interface needs one for each IP version of its services");
        if (family_ == AF_INET6 && pool_.port6 == 0)
            return wrong(pool_.mark, "its encap has no port6",
                         "fou-interface needs a port of its own for IPv6 inside");
        return {};
    }

    // As ipvsadm does: only masquerading translates the port.
    Result<void> ports() const
    {
        const auto* worker = firsts_.with_port;
        if (!worker || pool_.forward == ipvs::Forward::masquerade || service_.service.key.fwmark ||
            worker->port == service_.service.key.port)
            return {};
        return wrong(worker->mark,
                     fmt::format("worker {} has port {}, the service has {}", worker->name,
                                 worker->port, service_.service.key.port),
                     "only forward: masquerade translates ports: leave the worker's out");
    }

    Result<void> doubles() const
    {
        const auto found = firsts_.doubles.find(service_.service.key.port);
        if (found == firsts_.doubles.end()) return {};
        const auto& worker = *found->second;
        return wrong(worker.mark,
                     fmt::format("worker {} is {}, which another worker without a port is too",
                                 worker.name, ipvs::endpoint(worker.address, worker.port)),
                     "a service has each worker once");
    }

    // With direct and masquerade, such a worker is the director itself.
    Result<void> tunnel_end() const
    {
        const auto& key = service_.service.key;
        const auto found = firsts_.tunneled.find(place(key.address));
        if (key.fwmark || found == firsts_.tunneled.end()) return {};
        return wrong(found->second->mark,
                     fmt::format("worker {} has the VIP as its address", found->second->name),
                     "a tunnel ends at an address of the worker alone");
    }

    Result<void> room(const PoolWorker& worker) const
    {
        if (config_.underlay.mtu == 0) return {};
        const bool tunnel = pool_.forward == ipvs::Forward::tunnel;
        const int outer = worker.address.family;
        const unsigned left =
            tunnel ? inner_mtu(pool_.encap, outer, config_.underlay.mtu) : config_.underlay.mtu;
        const unsigned least = family_ == AF_INET6 ? least_ipv6_mtu : least_ipv4_mtu;
        if (left >= least) return {};
        const unsigned extra = tunnel ? overhead(pool_.encap, outer) : 0;
        return wrong(config_.underlay.mark,
                     fmt::format("an MTU of {} leaves {} bytes, {} needs {}", config_.underlay.mtu,
                                 left, family_name(family_), least),
                     fmt::format("give the underlay an MTU of at least {}", least + extra));
    }

    const Config& config_;
    const VirtualService& service_;
    const Pool& pool_;
    const Firsts& firsts_;
    int family_;
};

// A private address stands for its worker on the director alone: packets to it go into the worker's
// tunnel, whoever else has it.
class Private {
public:
    explicit Private(const Config& config) : config_(config)
    {
        for (const auto& service : config.services)
            if (service.service.key.fwmark == 0)
                others_.emplace(place(service.service.key.address),
                                "the VIP of service " + service.service.key.text());
        for (const auto& pool : config.pools)
            for (const auto& worker : pool.workers)
                others_.emplace(place(worker.address), "the address of worker " + worker.name);
    }

    void check(Mistakes& mistakes) const
    {
        for (const auto& pool : config_.pools)
            for (const auto& worker : pool.workers)
                for (const auto& own : {worker.private4, worker.private6})
                    if (own) mistakes.add(check(pool, worker, *own));
    }

private:
    Result<void> check(const Pool& pool, const PoolWorker& worker, const Address& own) const
    {
        const auto other = others_.find(place(own));
        if (other == others_.end()) return {};
        return error_at(config_.source, worker.mark,
                        fmt::format("pool {}: worker {}", pool.name, worker.name),
                        fmt::format("private address {} is {}", own.text(), other->second),
                        "give one that nobody has");
    }

    const Config& config_;
    std::map<Place, std::string> others_;
};

} // namespace

void check_together(const Config& config, Mistakes& mistakes)
{
    std::map<std::string_view, std::pair<const Pool*, Firsts>> pools;
    for (const auto& pool : config.pools) pools[pool.name] = {&pool, firsts(pool)};
    for (const auto& service : config.services) {
        const auto& [pool, known] = pools.at(service.pool);
        Together(config, service, *pool, known).check(mistakes);
    }
    Private(config).check(mistakes);
}

} // namespace gueway
