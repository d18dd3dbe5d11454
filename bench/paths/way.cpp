// SPDX-License-Identifier: GPL-2.0-only
#include "bench/paths/way.h"

#include "exact/figures.h"
#include "ipvs/client.h"
#include "link/device.h"
#include "link/features.h"
#include "link/route.h"
#include "link/tunnel.h"
#include "util/module.h"
#include "util/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace gueway::bench {

namespace {

constexpr uint16_t tunnel_port = 5501, fou_port = 5555;
constexpr const char *gateway = "172.70.64.2", *tunnel_device = "fou1";
// The worker's, as fou-interface has one for the inner packets; and a host that is routed to.
constexpr const char *outer_address = "172.70.64.149", *beyond = "203.0.113.1";
// Workers are behind one gateway, as in a data centre: 10,000 neighbours are more than the kernel
// keeps.
constexpr uint32_t first_worker = 0x0a0a0000; // 10.10.0.0
constexpr const char *workers_subnet = "10.10.0.0/16", *beyond_subnet = "203.0.113.0/24";

Address worker_address(unsigned number)
{
    const uint32_t value = first_worker + 1 + number;
    Address address;
    address.family = AF_INET;
    for (unsigned i = 0; i < 4; ++i) address.bytes[i] = static_cast<uint8_t>(value >> (24 - 8 * i));
    return address;
}

ipvs::Destination worker(const Way& way, unsigned number)
{
    ipvs::Destination destination;
    destination.address = worker_address(number);
    destination.port = service_port;
    destination.forward =
        way.kind == WayKind::tunnel ? ipvs::Forward::tunnel : ipvs::Forward::direct;
    destination.encap = way.encap;
    return destination;
}

// The first change is the service, then come its workers, and its scheduler last.
Result<void> commit(ipvs::Client& client, ipvs::Changes& changes, const Load& load)
{
    const auto refusals = TRY(client.commit(changes));
    if (refusals.empty()) return {};
    const auto& [index, code, words] = refusals[0];
    const auto service = fmt::format("IPVS service {} port {}", vip, service_port);
    if (index == 0) return Error{service, "add it", code, words, "modprobe ip_vs and ip_vs_rr"};
    if (index > load.workers)
        return Error{service, fmt::format("give it scheduler {}", load.scheduler), code, words,
                     fmt::format("modprobe ip_vs_{}", load.scheduler)};
    return Error{service, fmt::format("add worker {} of {}", index, load.workers), code, words,
                 "the kernel needs ip_vs with tunnels of the way's kind"};
}

// The scheduler comes last: mh makes its table anew with each worker.
Result<void> serve(const Namespace& host, const Way& way, const Load& load)
{
    auto client = TRY(host.in([] { return ipvs::Client::open(); }));
    ipvs::Service service;
    service.key = {AF_INET, IPPROTO_TCP, TRY(parse_address(vip)), service_port, 0};
    service.scheduler = "rr";
    auto changes = client.changes();
    changes.add(service);
    for (unsigned i = 0; i < load.workers; ++i) changes.add(service.key, worker(way, i));
    service.scheduler = load.scheduler;
    changes.set(service);
    return commit(client, changes, load);
}

Result<void> route(const Namespace& host, const char* subnet)
{
    return add_route(
        host,
        {.to = TRY(parse_prefix(subnet)), .via = TRY(parse_address(gateway)), .device = "d1"});
}

Result<void> make_tunnel(const Namespace& host)
{
    TRY(add_tunnel(host, {.name = tunnel_device,
                          .kind = TunnelKind::ipip,
                          .remote = TRY(parse_address(outer_address)),
                          .inner = IPPROTO_IPIP,
                          .ttl = 64,
                          .udp = {.type = UdpEncap::fou, .port = fou_port},
                          .up = true}));
    return add_route(host, {.to = TRY(parse_prefix(workers_subnet)), .device = tunnel_device});
}

Result<void> set_up_way(const Namespace& host, const Way& way, const Load& load)
{
    if (way.kind == WayKind::forward) return route(host, beyond_subnet);
    if (way.kind == WayKind::fou_interface)
        TRY(make_tunnel(host));
    else
        TRY(route(host, workers_subnet));
    return serve(host, way, load);
}

bool segments(const Feature& feature)
{
    return feature.changeable && feature.name.starts_with("tx-") &&
           feature.name.ends_with("-segmentation");
}

} // namespace

const std::vector<Way> ways = {
    {"forward", WayKind::forward, {}},
    {"direct", WayKind::direct, {}},
    {exact::legacy_way, WayKind::fou_interface, {}},
    {"ipip", WayKind::tunnel, {EncapType::ipip, 0, EncapChecksum::none}},
    {"gre", WayKind::tunnel, {EncapType::gre, 0, EncapChecksum::none}},
    {"gue-nocsum", WayKind::tunnel, {EncapType::gue, tunnel_port, EncapChecksum::none}},
    {"gue-csum", WayKind::tunnel, {EncapType::gue, tunnel_port, EncapChecksum::full}},
    {"gue-remcsum", WayKind::tunnel, {EncapType::gue, tunnel_port, EncapChecksum::remote}},
};

const Way& way_of(std::string_view name)
{
    return *std::ranges::find(ways, name,
                              [](const Way& way) { return std::string_view(way.name); });
}

Result<Director> Director::make(const Way& way, const Load& load)
{
    Director made(TRY(Path::bare(true)), way);
    TRY(made.path_.multiply(1));
    TRY(set_up_way(made.host(), way, load));
    return made;
}

Result<void> Director::offload(bool whole) const
{
    std::vector<std::string> names;
    for (const auto& feature : TRY(features(host(), "d1")))
        if (segments(feature)) names.push_back(feature.name);
    return set_features(host(), "d1", names, whole);
}

Result<TcpFrame> Director::frame(unsigned ip_length, uint16_t segment) const
{
    auto frame = TRY(path_.frame(ip_length, segment));
    if (way_->kind == WayKind::forward) frame.to = TRY(parse_address(beyond));
    return frame;
}

std::vector<Border> borders(const Way& way)
{
    const Border arrival = {Stage::sender, {Spot::arrival, "d0"}};
    const Stage before_d1 = way.kind == WayKind::fou_interface ? Stage::tunnel : Stage::output;
    const Border departure = {before_d1, {Spot::departure, "d1"}};
    if (way.kind == WayKind::forward)
        return {arrival, {Stage::receive, {Spot::forward, ""}}, departure};
    std::vector<Border> list = {
        arrival, {Stage::receive, {Spot::local_in, ""}}, {Stage::ipvs, {Spot::local_out, ""}}};
    if (way.kind == WayKind::fou_interface)
        list.push_back({Stage::output, {Spot::departure, tunnel_device}});
    list.push_back(departure);
    return list;
}

} // namespace gueway::bench
