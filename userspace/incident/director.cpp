// SPDX-License-Identifier: GPL-2.0-only
#include "incident/director.h"

#include <fmt/format.h>

namespace gueway {

namespace {
const IpvsOptions service;
}

std::string service_endpoint(int family)
{
    return family == 6 ? fmt::format("[{}]:{}", vip6, service.port)
                       : fmt::format("{}:{}", vip4, service.port);
}

Result<void> configure_director(const Topology& topology, const ReferenceOptions& options)
{
    for (const auto& command : ipvs_commands(options, service))
        TRY(topology.run_ok("director", command));
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
            TRY(topology.wait_for(worker, {TRY(parse_address(vip)), service.port, Transport::tcp}));
    }
    return servers;
}

} // namespace gueway
