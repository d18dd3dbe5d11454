// SPDX-License-Identifier: GPL-2.0-only
#include "transfer.h"

#include "util/file.h"
#include "util/json.h"

#include <algorithm>

namespace gueway {

namespace {

constexpr uint16_t port = 8000;

std::string endpoint(const std::string& address)
{
    const bool v6 = address.find(':') != std::string::npos;
    return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

} // namespace

Result<flow::Report> run_client(const Topology& topology, const std::string& host,
                                const std::string& where, const std::vector<std::string>& options)
{
    const auto directory = TRY(TempDir::make("mlx5ish"));
    const auto json = directory.path() / "flow.json";
    Argv argv = {"gwflow", "client", where, "--quiet", "--json", json.string()};
    argv.insert(argv.end(), options.begin(), options.end());
    const auto outcome = TRY(topology.run(host, argv));
    if (outcome.status > 1) return error("gwflow client " + where, "run", outcome.errors);
    return flow::from_json(TRY(read_json(json)), json);
}

Result<flow::Report> transfer(const Topology& topology, const std::string& address,
                              const std::vector<std::string>& options)
{
    const bool udp = std::ranges::find(options, "--udp") != options.end();
    const auto server = TRY(
        topology.start("b", {"gwflow", "server", "--gso", "on", "--listen", endpoint(address)}));
    TRY(topology.wait_for(
        "b", {TRY(parse_address(address)), port, udp ? Transport::udp : Transport::tcp}));
    return run_client(topology, "a", endpoint(address), options);
}

} // namespace gueway
