// SPDX-License-Identifier: GPL-2.0-only
#include "director/save.h"

#include "director/describe.h"
#include "director/director_plan.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace gueway {

namespace {

// The worker behind a private address, and the tunnels that lead to it.
struct FouWorker {
    Address address;
    std::optional<Address> private4, private6;
    uint16_t port = 0, port6 = 0;
    bool checksum = false;
};

// By private address. A worker's n-th IPv4 address goes with its n-th IPv6 address.
std::map<std::string, FouWorker> fou_workers(const std::vector<FouInterface>& interfaces)
{
    std::map<std::string, std::vector<FouWorker>> by_remote;
    for (const auto& [name, device, addresses] : interfaces) {
        if (!device.remote) continue;
        auto& workers = by_remote[device.remote->text()];
        workers.resize(std::max(workers.size(), addresses.size()));
        for (size_t i = 0; i < addresses.size(); ++i) {
            auto& worker = workers[i];
            const bool v6 = addresses[i].family == AF_INET6;
            worker.address = *device.remote;
            (v6 ? worker.private6 : worker.private4) = addresses[i];
            (v6 ? worker.port6 : worker.port) = device.udp.port;
            worker.checksum = device.udp.checksum;
        }
    }
    std::map<std::string, FouWorker> found;
    for (const auto& [remote, workers] : by_remote)
        for (const auto& worker : workers)
            for (const auto& own : {worker.private4, worker.private6})
                if (own) found.emplace(own->text(), worker);
    return found;
}

// Whether pools are the same but for their names.
bool same(const Pool& one, const Pool& other)
{
    const auto same_worker = [](const PoolWorker& a, const PoolWorker& b) {
        return a.address == b.address && a.weight == b.weight && a.port == b.port &&
               a.upper_threshold == b.upper_threshold && a.lower_threshold == b.lower_threshold &&
               a.private4 == b.private4 && a.private6 == b.private6;
    };
    return one.forward == other.forward && one.encap == other.encap && one.port6 == other.port6 &&
           std::ranges::equal(one.workers, other.workers, same_worker);
}

class Saver {
public:
    explicit Saver(const State& state) : fou_(fou_workers(state.fou_interfaces))
    {
        // Tunnels that are told apart by the device below them (see fou_interface.cpp).
        for (const auto& each : state.fou_interfaces)
            if (!each.device.link.empty()) config_.underlay.device = each.device.link;
    }

    Result<Config> save(const State& state)
    {
        for (const auto& each : state.services) {
            TRY(check(each));
            auto pool = TRY(pool_of(each));
            config_.services.push_back({.service = each.service, .pool = name_of(std::move(pool))});
        }
        for (const auto& [own, tunnel] : fou_)
            if (!saved(tunnel)) save_unused(tunnel);
        return std::move(config_);
    }

private:
    // What the kernel takes from others, and a file refuses.
    static Result<void> check(const ipvs::ServiceState& service)
    {
        const auto& key = service.service.key;
        const auto refused = [&](const std::string& object, const Address& address,
                                 std::string_view reason) {
            return error(object, "save",
                         fmt::format("a file cannot have {}: {}", address.text(), reason),
                         "remove it, or save with directorctl -S -n, which takes everything");
        };
        const auto object = "service " + key.text();
        if (const auto reason = unfit_vip(key.address); !key.fwmark && !reason.empty())
            return refused(object, key.address, reason);
        for (const auto& worker : service.destinations)
            if (const auto reason = unfit_worker(worker.address); !reason.empty())
                return refused(object + ": worker " + worker.text(), worker.address, reason);
        return {};
    }

    Result<Pool> pool_of(const ipvs::ServiceState& service) const
    {
        Pool pool{.forward = ipvs::Forward::direct};
        bool first = true;
        for (const auto& destination : service.destinations) {
            Pool way;
            way.workers.push_back(worker_of(service.service.key, destination, way));
            if (!first &&
                (way.forward != pool.forward || way.encap != pool.encap || way.port6 != pool.port6))
                return error("service " + service.service.key.text(), "save",
                             fmt::format("worker {} is reached by {}, worker {} by {}: a pool has "
                                         "one way",
                                         service.destinations.front().text(),
                                         forward_text(service.destinations.front()),
                                         destination.text(), forward_text(destination)),
                             "give them the same forwarding and encapsulation, or save with "
                             "directorctl -S -n, which takes everything");
            if (std::exchange(first, false))
                pool = std::move(way);
            else
                pool.workers.push_back(std::move(way.workers.front()));
        }
        return pool;
    }

    // Says in `way` how the worker is reached.
    PoolWorker worker_of(const ipvs::ServiceKey& key, const ipvs::Destination& destination,
                         Pool& way) const
    {
        PoolWorker worker{
            .address = destination.address,
            .weight = destination.weight,
            .port = destination.port == key.port ? uint16_t{0} : destination.port,
            .upper_threshold = destination.upper_threshold,
            .lower_threshold = destination.lower_threshold,
        };
        way.forward = destination.forward;
        if (way.forward == ipvs::Forward::tunnel) way.encap = destination.encap;
        const auto behind = fou_.find(destination.address.text());
        if (way.forward == ipvs::Forward::direct && behind != fou_.end())
            reach(way, worker, behind->second);
        worker.name =
            worker.port ? ipvs::endpoint(worker.address, worker.port) : worker.address.text();
        return worker;
    }

    bool saved(const FouWorker& tunnel) const
    {
        return std::ranges::any_of(config_.pools, [&](const Pool& pool) {
            return pool.encap.type == EncapType::fou_interface &&
                   std::ranges::any_of(pool.workers, [&](const PoolWorker& worker) {
                       return worker.address == tunnel.address &&
                              worker.private4 == tunnel.private4 &&
                              worker.private6 == tunnel.private6;
                   });
        });
    }

    // An interface that no service uses: a pool without one.
    void save_unused(const FouWorker& tunnel)
    {
        Pool pool;
        pool.workers.push_back({.name = tunnel.address.text(), .address = tunnel.address});
        reach(pool, pool.workers.front(), tunnel);
        name_of(std::move(pool));
    }

    static void reach(Pool& way, PoolWorker& worker, const FouWorker& tunnel)
    {
        worker.address = tunnel.address;
        worker.private4 = tunnel.private4;
        worker.private6 = tunnel.private6;
        way.forward = ipvs::Forward::tunnel;
        way.encap = {EncapType::fou_interface, tunnel.port,
                     tunnel.checksum ? EncapChecksum::full : EncapChecksum::none};
        way.port6 = tunnel.port6;
    }

    std::string name_of(Pool pool)
    {
        const auto known = std::ranges::find_if(
            config_.pools, [&](const Pool& other) { return same(pool, other); });
        if (known != config_.pools.end()) return known->name;
        pool.name = fmt::format("pool{}", config_.pools.size() + 1);
        return config_.pools.emplace_back(std::move(pool)).name;
    }

    std::map<std::string, FouWorker> fou_;
    Config config_;
};

} // namespace

Result<std::string> saved_yaml(const State& state)
{
    auto yaml = config_yaml(TRY(Saver(state).save(state)));
    // What was written is read again, so that a file never promises more than it holds.
    const auto config = TRY(parse_config(yaml, "the saved file"));
    const auto plan = TRY(make_plan(config, state, {.prune = true, .weights = true}));
    if (plan.empty()) return yaml;
    const auto& step = plan.shown.steps.front();
    return error("director", "save",
                 fmt::format("the file cannot say all that is there: applying it would {} {}, {}",
                             name(step.operation), step.section, step.object),
                 "remove that object, or give it what a file of directorctl can say");
}

} // namespace gueway
