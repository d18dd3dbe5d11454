// SPDX-License-Identifier: GPL-2.0-only
#include "config/config.h"

#include <ostream>

#include <gtest/gtest.h>

namespace gueway {
namespace {

constexpr const char* incident = R"(director:
  underlay: {device: d1, mtu: 1600}
  vip_device: lo
  sysctls: {conn_reuse_mode: 0, sync_threshold: "3 50"}
worker: {vip_device: vip0, return_routes: [192.0.2.0/24, "::/0"]}
pools:
  web:
    encap: {type: gue, port: 5501, checksum: none}
    workers:
      - {name: w1, address: 172.70.64.149, weight: 100}
      - {name: w2, address: "2001:db8:ffff::2", upper_threshold: 10, lower_threshold: 5}
  legacy:
    encap: {type: fou-interface, port: 5555, port6: 5556}
    workers:
      - {name: w3, address: 172.70.72.206, private: [10.255.0.3, "fd00::3"]}
  old:
    forward: masquerade
    workers: [{name: w4, address: 10.0.0.4, port: 8080, weight: 0}]
services:
  - {vip: 198.51.100.150, port: 8000, scheduler: mh, flags: [mh-port, mh-fallback], pool: web}
  - {vip: "2001:db8::101", port: 53, protocol: udp, scheduler: rr, one_packet: true, pool: legacy}
  - {vip: 198.51.100.7, scheduler: sh, flags: [flag-3], persistence: 300, persistence_netmask: 24,
     persistence_engine: sip, pool: web}
  - {fwmark: 7, family: ipv6, scheduler: wlc, persistence: 10, persistence_netmask: 64, pool: web}
  - {vip: 198.51.100.8, port: 80, scheduler: wrr, pool: old}
)";

Config parsed(const std::string& text)
{
    auto config = parse_config(text, "f.yaml");
    EXPECT_TRUE(config) << config.error().text();
    return config.value_or(Config{});
}

TEST(ParseConfig, DirectorAndWorkerSettings)
{
    const auto config = parsed(incident);
    EXPECT_EQ(config.source, "f.yaml");
    EXPECT_EQ(config.underlay.device, "d1");
    EXPECT_EQ(config.underlay.mtu, 1600U);
    EXPECT_EQ(config.vip_device, "lo");
    ASSERT_EQ(config.sysctls.size(), 2U);
    EXPECT_EQ(config.sysctls[0].name, "net.ipv4.vs.conn_reuse_mode");
    EXPECT_EQ(config.sysctls[0].value, "0");
    EXPECT_EQ(config.sysctls[1].value, "3 50");
    EXPECT_EQ(config.worker.vip_device, "vip0");
    ASSERT_EQ(config.worker.return_routes.size(), 2U);
    EXPECT_EQ(config.worker.return_routes[1].text(), "::/0");
}

TEST(ParseConfig, Pools)
{
    const auto config = parsed(incident);
    ASSERT_EQ(config.pools.size(), 3U);
    const auto& web = config.pools[0];
    EXPECT_EQ(web.name, "web");
    EXPECT_EQ(web.forward, ipvs::Forward::tunnel);
    EXPECT_EQ(web.encap, (Encap{EncapType::gue, 5501, EncapChecksum::none}));
    ASSERT_EQ(web.workers.size(), 2U);
    EXPECT_EQ(web.workers[0].address.text(), "172.70.64.149");
    EXPECT_EQ(web.workers[0].weight, 100U);
    EXPECT_EQ(web.workers[0].mark.line, 10);
    EXPECT_EQ(web.workers[0].mark.column, 9);
    EXPECT_EQ(web.workers[1].weight, 1U) << "the default";
    EXPECT_EQ(web.workers[1].upper_threshold, 10U);
    EXPECT_EQ(web.workers[1].lower_threshold, 5U);
    EXPECT_EQ(config.pools[1].port6, 5556);
    EXPECT_EQ(config.pools[1].workers[0].private6, parse_address("fd00::3").value());
    EXPECT_EQ(config.pools[2].forward, ipvs::Forward::masquerade);
}

TEST(ParseConfig, Services)
{
    const auto config = parsed(incident);
    ASSERT_EQ(config.services.size(), 5U);
    const auto& service = [&](size_t i) { return config.services[i].service; };
    EXPECT_EQ(service(0).key.text(), "tcp 198.51.100.150:8000");
    EXPECT_EQ(service(0).flags, ipvs::scheduler_flag_1 | ipvs::scheduler_flag_2);
    EXPECT_EQ(service(0).netmask, 0xffffffffU);
    EXPECT_EQ(service(1).flags, ipvs::one_packet);
    EXPECT_EQ(service(1).netmask, 128U);
    EXPECT_EQ(service(2).key.port, 0);
    EXPECT_EQ(service(2).flags, ipvs::persistent | ipvs::scheduler_flag_3);
    EXPECT_EQ(service(2).timeout, 300U);
    EXPECT_EQ(service(2).netmask, 0xffffff00U);
    EXPECT_EQ(service(2).persistence_engine, "sip");
    EXPECT_EQ(service(3).key.text(), "fwmark 7 IPv6");
    EXPECT_EQ(service(3).netmask, 64U);
}

TEST(ParseConfig, DestinationsOfWorkers)
{
    const auto config = parsed(incident);
    const auto destination = [&](size_t service, size_t worker) {
        const auto& each = config.services[service];
        const auto& pool = config.pool_of(each);
        return destination_of(each, pool, pool.workers[worker]);
    };
    EXPECT_EQ(destination(0, 0).text(), "172.70.64.149:8000") << "the service's port";
    EXPECT_EQ(destination(0, 0).encap.port, 5501);
    EXPECT_EQ(destination(1, 0).text(), "[fd00::3]:53") << "the private address";
    EXPECT_EQ(destination(1, 0).forward, ipvs::Forward::direct);
    EXPECT_EQ(destination(4, 0).text(), "10.0.0.4:8080") << "its own port";
}

TEST(ConfigYaml, ParsesToTheSame)
{
    const auto config = parsed(incident);
    const auto text = config_yaml(config);
    const auto again = parsed(text);
    EXPECT_EQ(config_yaml(again), text);
    ASSERT_EQ(again.services.size(), config.services.size());
    for (size_t i = 0; i < config.services.size(); ++i)
        EXPECT_TRUE(again.services[i].service.same_settings(config.services[i].service)) << i;
    EXPECT_EQ(again.pools[0].encap, config.pools[0].encap);
    EXPECT_EQ(again.pools[1].port6, config.pools[1].port6);
    EXPECT_EQ(again.sysctls[1].value, "3 50");
    EXPECT_EQ(again.worker.return_routes, config.worker.return_routes);
}

// apply lets a VIP go on without workers only where the file says that this is meant.
TEST(ConfigYaml, SaysThatAPoolIsMeantToBeEmpty)
{
    Config config;
    config.pools.push_back({.name = "p", .forward = ipvs::Forward::direct});
    config.services.push_back({.pool = "p"});
    config.services[0].service = {
        .key = {.address = parse_address("192.0.2.1").value(), .port = 80}, .scheduler = "rr"};
    config.services[0].service.netmask = ipvs::whole_netmask(AF_INET);
    const auto again = parsed(config_yaml(config));
    ASSERT_EQ(again.pools.size(), 1U);
    EXPECT_TRUE(again.pools[0].workers.empty());
}

TEST(ConfigYaml, QuotesWhatYamlWouldTakeForSomethingElse)
{
    Config config;
    for (const auto* name : {"null", "a#b", "-", "x\"y", "1e3", "\\", "{}", "Yes", "über"})
        config.pools.push_back({.name = name, .encap = {EncapType::ipip}});
    const auto again = parsed(config_yaml(config));
    ASSERT_EQ(again.pools.size(), config.pools.size());
    for (size_t i = 0; i < config.pools.size(); ++i)
        EXPECT_EQ(again.pools[i].name, config.pools[i].name);
}

} // namespace
} // namespace gueway
