// SPDX-License-Identifier: GPL-2.0-only
#include "incident/director.h"

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr uint16_t service_port = 8000;
constexpr const char* pool_name = "web";

VirtualService service_for(const char* vip)
{
    VirtualService made{.pool = pool_name};
    auto& key = made.service.key;
    key.address = parse_address(vip).value();
    key.family = key.address.family;
    key.port = service_port;
    made.service.scheduler = "rr";
    made.service.netmask = ipvs::whole_netmask(key.family);
    return made;
}

// A worker of FOU interfaces has addresses of its own on them.
PoolWorker worker_for(const ReferenceOptions& options, int number)
{
    PoolWorker made{.name = worker_name(number),
                    .address = parse_address(worker_address(options, number)).value()};
    if (options.encap.type != EncapType::fou_interface) return made;
    made.private4 = parse_address(fmt::format("10.88.0.{}", number)).value();
    made.private6 = parse_address(fmt::format("fd00:88::{:x}", number)).value();
    return made;
}

} // namespace

std::string service_endpoint(int family)
{
    return ipvs::endpoint(parse_address(family == 6 ? vip6 : vip4).value(), service_port);
}

Config service_config(const ReferenceOptions& options)
{
    Pool pool{.name = pool_name, .encap = options.encap};
    if (options.encap.type == EncapType::fou_interface) pool.port6 = options.encap.port + 1;
    for (int number = 1; number <= options.workers; ++number)
        pool.workers.push_back(worker_for(options, number));
    Config config{
        .source = "incident", .underlay = {.device = "d1", .mtu = options.mtu}, .vip_device = "lo"};
    for (const char* client : {client4, client6})
        config.worker.return_routes.push_back(parse_prefix(client).value());
    config.pools = {std::move(pool)};
    config.services = {service_for(vip4), service_for(vip6)};
    return config;
}

Result<void> configure(const Topology& topology, const ReferenceOptions& options)
{
    const auto directory = TRY(TempDir::make("incident"));
    const auto file = directory.path() / "director.yaml";
    TRY(write_file(file, config_yaml(service_config(options))));
    for (int number = 1; number <= options.workers; ++number)
        TRY(topology.run_ok(worker_name(number),
                            {"directorctl", "worker", "apply", "--yes", file}));
    TRY(topology.run_ok("director", {"directorctl", "apply", "--yes", file}));
    return {};
}

Result<std::vector<Process>> start_servers(const Topology& topology,
                                           const ReferenceOptions& options)
{
    std::vector<Process> servers;
    for (int number = 1; number <= options.workers; ++number) {
        const auto worker = worker_name(number);
        servers.push_back(
            TRY(topology.start(worker, {"gwflow", "server", "--listen", service_endpoint(4),
                                        "--listen", service_endpoint(6)})));
        for (const char* vip : {vip4, vip6})
            TRY(topology.wait_for(worker, {TRY(parse_address(vip)), service_port, Transport::tcp}));
    }
    return servers;
}

} // namespace gueway
