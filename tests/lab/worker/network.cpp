// SPDX-License-Identifier: GPL-2.0-only
#include "network.h"

#include "util/json.h"
#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

namespace gueway {

namespace {

constexpr const char* client_v4 = "192.0.2.2"; // the client's c0, from where it asks
constexpr const char* client_v6 = "2001:db8:d0::2";

ReferenceOptions options_for(const Path& path)
{
    return {.underlay = path.underlay,
            .mtu = path.mtu,
            .encap = path.encap,
            .terminate = false,
            .clamp_mss = false};
}

Address at(const std::string& text)
{
    return parse_address(text).value();
}

VirtualService service_for(const char* vip)
{
    VirtualService made{.pool = "web"};
    auto& key = made.service.key;
    key.address = at(vip);
    key.family = key.address.family;
    key.port = service_port;
    made.service.scheduler = "rr";
    made.service.netmask = ipvs::whole_netmask(key.family);
    return made;
}

std::string endpoint_of(int family)
{
    return ipvs::endpoint(at(family == AF_INET6 ? vip6 : vip4), service_port);
}

// Segmentation of GUE with remote checksums marks each segment as "offloaded", and a veth pair
// hands that mark to the worker, which takes it for its own and leaves the checksum as it is
// (skb->remcsum_offload: net/ipv4/udp_offload.c, __skb_udp_tunnel_segment; net/ipv4/fou.c,
// gue_remcsum). No wire carries the mark, so that here the client sends what needs no segmenting.
void send_single_segments(Spec& spec)
{
    for (auto& segment : spec.segments)
        for (auto& end : segment.ends)
            if (end.host == "client")
                end.features_off = {"tx-tcp-segmentation", "tx-tcp6-segmentation",
                                    "tx-generic-segmentation"};
}

} // namespace

Config config_for(const Path& path)
{
    PoolWorker worker{.name = "w1", .address = at(worker_address(options_for(path), 1))};
    Pool pool{.name = "web", .encap = path.encap};
    if (path.encap.type == EncapType::fou_interface) {
        pool.port6 = fou_port6;
        worker.private4 = at("10.64.0.1");
        worker.private6 = at("fd00:64::1");
    }
    pool.workers = {worker};
    Config config{.source = "test", .underlay = {.device = "d1", .mtu = path.mtu}};
    config.worker.return_routes = {parse_prefix(client_v4).value(),
                                   parse_prefix(client_v6).value()};
    config.pools = {pool};
    config.services = {service_for(vip4), service_for(vip6)};
    return config;
}

Result<Topology> build_wires(const Path& path)
{
    auto spec = reference(options_for(path));
    if (path.encap.checksum == EncapChecksum::remote) send_single_segments(spec);
    auto& worker = *std::ranges::find(spec.hosts, "w1", &Host::name);
    worker.addresses.clear();
    worker.sysctls = {{"net.ipv4.conf.all.rp_filter", "1"},
                      {"net.ipv4.conf.default.rp_filter", "1"}};
    return Topology::build(std::move(spec));
}

void WorkerTest::build(const Path& path)
{
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    auto directory = TempDir::make("worker-test");
    ASSERT_OK(directory);
    directory_ = std::make_unique<TempDir>(std::move(*directory));
    auto built = build_wires(path);
    ASSERT_OK(built);
    topology_ = std::make_unique<Topology>(std::move(*built));
}

Result<Outcome> directorctl(const Topology& topology, const std::string& host,
                            const Argv& arguments)
{
    Argv argv = {"directorctl"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return topology.run(host, argv);
}

Result<flow::Report> transfer(const Topology& topology, int family, uint64_t request)
{
    const auto directory = TRY(TempDir::make("worker-test"));
    const auto json = directory.path() / "flow.json";
    const Argv argv = {
        "gwflow",     "client", endpoint_of(family), "--request", std::to_string(request),
        "--response", "64",     "--requests",        "3",         "--fresh",
        "--deadline", "60",     "--quiet",           "--json",    json.string()};
    const auto outcome = TRY(topology.run("client", argv));
    if (outcome.status > 1)
        return error(quoted(argv), "run",
                     fmt::format("status {}: {}", outcome.status, trim(outcome.errors)));
    return flow::from_json(TRY(read_json(json)), json);
}

Result<Process> start_server(const Topology& topology)
{
    auto server =
        TRY(topology.start("w1", {"gwflow", "server", "--tcp", "--listen", endpoint_of(AF_INET),
                                  "--listen", endpoint_of(AF_INET6)}));
    for (const char* vip : {vip4, vip6})
        TRY(topology.wait_for("w1", {at(vip), service_port, Transport::tcp}));
    return server;
}

} // namespace gueway
