// SPDX-License-Identifier: GPL-2.0-only
// What a worker is meant to be, by encapsulation and families: one table.
#include "util/text.h"
#include "worker/state.h"
#include "worker/wanted.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway::worker {
namespace {

Config parsed(const std::string& text)
{
    auto config = parse_config(text, "test.yaml");
    EXPECT_TRUE(config) << config.error().text();
    return config.value_or(Config{});
}

constexpr const char* address4 = "172.70.64.149";
constexpr const char* address6 = "fd00:d1::149";

// One pool with one worker, and a service of each family.
std::string file(const std::string& encap, const std::string& address, const std::string& more = {})
{
    return fmt::format("director: {{underlay: {{device: d1, mtu: 1500}}}}\n"
                       "pools:\n"
                       "  web:\n"
                       "    encap: {}\n"
                       "    workers: [{{name: w1, address: \"{}\"{}}}]\n"
                       "services:\n"
                       "  - {{vip: 198.51.100.150, port: 80, scheduler: rr, pool: web}}\n"
                       "  - {{vip: \"2001:db8::101\", port: 80, scheduler: rr, pool: web}}\n",
                       encap, address, more);
}

Result<Wanted> wanted_of(const Config& config)
{
    return wanted(config, TRY(roles(config, {}, "w1")));
}

std::string ports(const Wanted& wanted)
{
    std::vector<std::string> texts;
    texts.reserve(wanted.ports.size());
    for (const auto& each : wanted.ports) texts.push_back(each.text());
    return join(texts, ", ");
}

std::string receivers(const Wanted& wanted)
{
    std::vector<std::string> texts;
    texts.reserve(wanted.receivers.size());
    for (const auto& each : wanted.receivers) texts.push_back(each.name + ": " + each.text());
    return join(texts, ", ");
}

std::string limits(const Wanted& wanted)
{
    std::vector<std::string> texts;
    texts.reserve(wanted.limits.size());
    for (const auto& each : wanted.limits) texts.push_back(std::to_string(each.mss));
    return join(texts, " ");
}

struct Row {
    std::string encap, address, more;
    std::string modules, ports, receivers, limits; // limits: of IPv4, IPv6
};

std::vector<Row> rows()
{
    const std::string ipip = "gwipip-ac464095: ipip from 172.70.64.149",
                      sit = "gwsit-ac464095: sit from 172.70.64.149",
                      gre = "gwgre-ac464095: gre from 172.70.64.149",
                      tnl6 = "gwtnl6-a385424d: ip6tnl from fd00:d1::149",
                      gre6 = "gwgre6-a385424d: ip6gre from fd00:d1::149";
    const std::string fou = "{type: fou-interface, port: 5555, port6: 5556}";
    const std::string own = ", private: [10.64.0.1, \"fd00:64::1\"]";
    return {
        {"{type: ipip}", address4, "", "ipip sit", "", ipip + ", " + sit, "1440 1420"},
        {"{type: ipip}", address6, "", "ip6_tunnel", "", tnl6, "1420 1400"},
        {"{type: gue, port: 5501}", address4, "", "fou ipip sit", "GUE port 5501 (IPv4)",
         ipip + ", " + sit, "1428 1408"},
        {"{type: gue, port: 5501}", address6, "", "fou ip6_tunnel", "GUE port 5501 (IPv6)", tnl6,
         "1408 1388"},
        {"{type: gue, port: 5501, checksum: remote}", address4, "", "fou ipip sit",
         "GUE port 5501 (IPv4)", ipip + ", " + sit, "1420 1400"},
        {"{type: gre}", address4, "", "ip_gre", "", gre, "1436 1416"},
        {"{type: gre, checksum: full}", address4, "", "ip_gre", "", gre + ", checksum",
         "1432 1412"},
        {"{type: gre, checksum: full}", address6, "", "ip6_gre", "", gre6 + ", checksum",
         "1412 1392"},
        {fou, address4, own, "fou ipip sit",
         "FOU port 5555 (IPv4, protocol 4), FOU port 5556 (IPv4, protocol 41)", ipip + ", " + sit,
         "1432 1412"},
        {fou, address6, own, "fou ip6_tunnel",
         "FOU port 5555 (IPv6, protocol 4), FOU port 5556 (IPv6, protocol 41)", tnl6, "1412 1392"},
    };
}

TEST(WantedWorker, ByEncapsulationAndUnderlay)
{
    for (const auto& row : rows()) {
        SCOPED_TRACE(row.encap + " to " + row.address);
        const auto config = parsed(file(row.encap, row.address, row.more));
        const auto got = wanted_of(config);
        ASSERT_TRUE(got) << got.error().text();
        EXPECT_EQ(join(got->modules, " "), row.modules);
        EXPECT_EQ(ports(*got), row.ports);
        EXPECT_EQ(receivers(*got), row.receivers);
        EXPECT_EQ(limits(*got), row.limits);
        EXPECT_EQ(got->addresses.size(), row.more.empty() ? 2U : 4U);
        EXPECT_TRUE(got->settings.empty()); // a tunnel may come from another network
        EXPECT_EQ(got->own, std::vector{parse_address(row.address).value()});
        for (const auto& each : got->receivers) EXPECT_TRUE(is_receiver_name(each.name));
    }
}

TEST(WantedWorker, DirectTakesTheVipsAlone)
{
    const auto config =
        parsed("pools: {web: {forward: direct, workers: "
               "[{name: w1, address: 192.0.2.1}]}}\n"
               "services: [{vip: 198.51.100.150, port: 80, scheduler: rr, pool: web}]\n");
    const auto got = wanted_of(config);
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(got->addresses.size(), 1U);
    ASSERT_EQ(got->settings.size(), 2U);
    EXPECT_EQ(got->settings[0].name, arp_ignore);
    EXPECT_TRUE(got->receivers.empty() && got->ports.empty() && got->limits.empty() &&
                got->modules.empty());
}

// Routed hosts have their address on lo, whose MTU is no wire's.
TEST(WantedWorker, MtuIsThatOfAWire)
{
    const std::vector<Device> devices = {{.name = "lo", .mtu = 65536},
                                         {.name = "own", .kind = "dummy", .mtu = 1500},
                                         {.name = "eth0", .mtu = 1400},
                                         {.name = "eth1", .mtu = 9000}};
    const auto address = [](const char* device, const char* text) {
        return AddressState{.device = device, .address = parse_prefix(text).value()};
    };
    const auto to = [](const char* prefix, const char* device, unsigned mtu = 0) {
        return RouteState{
            .entry = {.to = parse_prefix(prefix).value(), .device = device, .mtu = mtu}};
    };
    const auto mtus = [&](const std::vector<RouteState>& routes) {
        std::string texts;
        for (const auto& each :
             host_addresses({address("eth1", "192.0.2.1/24"), address("lo", "192.0.2.2/32"),
                             address("own", "192.0.2.3/32"), address("lo", "fd00::1/128")},
                            devices, routes))
            texts += std::to_string(each.mtu) + " ";
        return texts;
    };
    EXPECT_EQ(mtus({to("192.0.2.0/24", "eth0")}), "9000 0 0 0 ");
    EXPECT_EQ(mtus({to("0.0.0.0/0", "eth1"), to("0.0.0.0/0", "eth0")}), "9000 1400 1400 0 ");
    EXPECT_EQ(mtus({to("0.0.0.0/0", "eth0", 1300), to("::/0", "eth1")}), "9000 1300 1300 9000 ");
}

TEST(WantedWorker, UnknownMtuIsAskedFor)
{
    const auto config = parsed("pools: {web: {encap: {type: ipip}, workers: "
                               "[{name: w1, address: 192.0.2.1}]}}\n"
                               "services: []\n");
    const auto address = parse_address("192.0.2.1").value();
    EXPECT_EQ(roles(config, {{address, 1500}}).value().at(0).mtu, 1500U);
    const auto unknown = roles(config, {{address, 0}});
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().text().find("underlay: {mtu: ...}"), std::string::npos);
}

// The pools of one worker in one file.
Config two_pools(const std::string& one, const std::string& other)
{
    const std::string workers = "workers: [{name: w1, address: 172.70.64.149}]";
    return parsed(
        fmt::format("director: {{underlay: {{device: d1, mtu: 1500}}}}\n"
                    "pools: {{a: {{encap: {}, {}}}, b: {{encap: {}, {}}}}}\n"
                    "services: [{{vip: 198.51.100.1, port: 80, scheduler: rr, pool: a}},\n"
                    "           {{vip: 198.51.100.2, port: 80, scheduler: rr, pool: b}}]\n",
                    one, workers, other, workers));
}

TEST(WantedWorker, PoolsShareWhatTheyCan)
{
    const auto config = two_pools("{type: gue, port: 5501}", "{type: ipip}");
    const auto got = wanted_of(config);
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(got->name, "w1");
    EXPECT_EQ(got->receivers.size(), 1U);
    EXPECT_EQ(limits(*got), "1428"); // the smaller one, of GUE
    EXPECT_EQ(got->limits[0].why, "gue:5501 over IPv4 at MTU 1500");
}

TEST(WantedWorker, WhatCannotBeTogetherIsRefused)
{
    const auto gre = wanted_of(two_pools("{type: gre}", "{type: gre, checksum: full}"));
    ASSERT_FALSE(gre);
    EXPECT_NE(gre.error().text().find("pool b: worker w1"), std::string::npos);
    EXPECT_TRUE(gre.error().text().starts_with("test.yaml:")) << gre.error().text();
    EXPECT_FALSE(check(two_pools("{type: gre}", "{type: gre, checksum: full}")));
    EXPECT_TRUE(check(two_pools("{type: gre}", "{type: gue, port: 5501}")));
}

TEST(Roles, AreFoundByAddressOrByName)
{
    const auto config = parsed(file("{type: gue, port: 5501}", address4));
    const HostAddress here{parse_address(address4).value(), 1400};
    const HostAddress other{parse_address("192.0.2.7").value(), 1500};
    const auto found = roles(config, {other, here});
    ASSERT_TRUE(found) << found.error().text();
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().mtu, 1500U); // the file's
    const auto nobody = roles(config, {other});
    ASSERT_FALSE(nobody);
    EXPECT_NE(nobody.error().text().find("w1 (172.70.64.149)"), std::string::npos);
    EXPECT_FALSE(roles(config, {here}, "w2"));
    EXPECT_TRUE(roles(config, {}, "w1"));
}

TEST(Roles, UnderlayMtuIsTheDevicesWhereTheFileHasNone)
{
    auto config = parsed(file("{type: gue, port: 5501}", address4));
    config.underlay.mtu = 0;
    const auto found = roles(config, {{parse_address(address4).value(), 1400}});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->front().mtu, 1400U);
    EXPECT_EQ(limits(wanted(config, *found).value()), "1328 1308");
}

TEST(ReceiverName, IsOursOnlyInFull)
{
    EXPECT_TRUE(is_receiver_name("gwipip-ac464095"));
    for (const char* other : {"tunl0", "gwipip-", "gwipip-ac46409", "gwipip-ac464095x",
                              "gwipip-AC464095", "gwf4-ac464095", "xgwipip-ac46409"})
        EXPECT_FALSE(is_receiver_name(other)) << other;
}

} // namespace
} // namespace gueway::worker
