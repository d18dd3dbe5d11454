// SPDX-License-Identifier: GPL-2.0-only
// A worker's and a director's life with one file: it changes, somebody interferes, apply converges,
// and what apply made goes away with its reason.
#include "director/fou_interface.h"
#include "link/address.h"
#include "link/device.h"
#include "link/sysctl.h"
#include "link/tunnel.h"
#include "network.h"
#include "plan/writer.h"
#include "util/json.h"
#include "worker/wanted.h"

#include <algorithm>
#include <set>

namespace gueway {
namespace {

constexpr Path gue{.encap = {EncapType::gue, 5501}};
constexpr Path fou{.encap = {EncapType::fou_interface, 5555}};

class Life : public WorkerTest {
protected:
    void SetUp() override { build(gue); }

    const Namespace& worker() const { return **topology().host("w1"); }
    const Namespace& director() const { return **topology().host("director"); }

    // `words` with the file behind them; status and output.
    Outcome run(const Config& config, const std::string& host, Argv words) const
    {
        EXPECT_TRUE(write_file(file(), config_yaml(config)));
        words.push_back(file());
        return directorctl(topology(), host, words).value();
    }

    // Applies, and then has nothing left to do.
    void apply(const Config& config, const std::string& host = "w1", const Argv& how = {}) const
    {
        const Argv on = host == "w1" ? Argv{"worker"} : Argv{};
        const auto with = [&](const Argv& words) {
            Argv all = on;
            all.insert(all.end(), words.begin(), words.end());
            all.insert(all.end(), how.begin(), how.end());
            return run(config, host, all);
        };
        const auto done = with({"apply", "--yes"});
        ASSERT_EQ(done.status, 0) << done.output << done.errors;
        const auto left = with({"plan", "--detailed-exitcode"});
        ASSERT_EQ(left.status, 0) << left.output << left.errors;
    }

    static std::set<std::string> tunnel_names(const Namespace& where)
    {
        std::set<std::string> names;
        const auto all = tunnels(where).value();
        for (const auto& each : all)
            if (each.name.starts_with("gw")) names.insert(each.name);
        return names;
    }

    static std::set<std::string> addresses_on(const Namespace& where, const std::string& device)
    {
        std::set<std::string> texts;
        const auto all = addresses(where).value();
        for (const auto& each : all)
            if (each.device == device && each.address.single()) texts.insert(each.address.text());
        return texts;
    }
};

TEST_F(Life, WhatSomebodyBreaksIsMended)
{
    const auto config = config_for(gue);
    apply(config);
    const std::string receiver = "gwipip-ac464095";
    const auto all = tunnels(worker()).value();
    auto changed = *std::ranges::find(all, receiver, &TunnelDevice::name);
    changed.ttl = 7;
    ASSERT_OK(change_tunnel(worker(), changed));
    ASSERT_OK(remove_address(worker(), "lo", parse_prefix(vip4).value()));
    ASSERT_OK(remove_device(worker(), "gwsit-ac464095"));
    const auto plan = run(config, "w1", {"worker", "plan", "--detailed-exitcode"});
    EXPECT_EQ(plan.status, 2) << plan.output << plan.errors;
    for (const std::string& expected :
         {"+ " + std::string(vip4) + "/32 on lo", std::string("+ device gwsit-ac464095"),
          "~ device " + receiver})
        EXPECT_NE(plan.output.find(expected), std::string::npos) << plan.output;
    apply(config);
}

TEST_F(Life, VipsOnADummyComeAndGoWithTheFile)
{
    auto config = config_for(gue);
    config.worker.vip_device = "vips";
    apply(config);
    EXPECT_EQ(addresses_on(worker(), "vips"),
              (std::set<std::string>{"198.51.100.150/32", "2001:db8::101/128"}));
    config.services.pop_back();
    apply(config, "w1", {"--prune"});
    EXPECT_EQ(addresses_on(worker(), "vips"), std::set<std::string>{"198.51.100.150/32"});
    EXPECT_EQ(tunnel_names(worker()), std::set<std::string>{"gwipip-ac464095"});
}

TEST_F(Life, DirectWorkersAreSilentAboutTheVip)
{
    auto config = config_for(gue);
    config.pools[0].forward = ipvs::Forward::direct;
    config.services.pop_back(); // of the other family
    ASSERT_EQ(sysctl(worker(), worker::arp_ignore).value(), "0");
    apply(config);
    EXPECT_EQ(sysctl(worker(), worker::arp_ignore).value(), "1");
    EXPECT_EQ(sysctl(worker(), worker::arp_announce).value(), "2");
}

TEST_F(Life, VipsOnLoStay)
{
    auto config = config_for(gue);
    apply(config);
    config.services.pop_back();
    apply(config);
    EXPECT_TRUE(addresses_on(worker(), "lo").contains("2001:db8::101/128"));
}

TEST_F(Life, AnotherEncapsulationTakesTheOldReceiversAway)
{
    apply(config_for(gue));
    EXPECT_EQ(tunnel_names(worker()), (std::set<std::string>{"gwipip-ac464095", "gwsit-ac464095"}));
    apply(config_for({.encap = {EncapType::gre}}));
    EXPECT_EQ(tunnel_names(worker()), std::set<std::string>{"gwgre-ac464095"});
    apply(config_for({.encap = {EncapType::gre, 0, EncapChecksum::full}}));
    const auto all = tunnels(worker()).value();
    EXPECT_TRUE(std::ranges::find(all, "gwgre-ac464095", &TunnelDevice::name)->checksum);
}

TEST_F(Life, OneWriterAtATime)
{
    const auto lock = worker().in([] { return plan::lock_writer(); });
    ASSERT_TRUE(lock) << lock.error().text();
    const auto refused = run(config_for(gue), "w1", {"worker", "apply", "--yes"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_NE(refused.errors.find("is applying here"), std::string::npos) << refused.errors;
    EXPECT_TRUE(tunnel_names(worker()).empty());
}

TEST_F(Life, WhoIsNoWorkerIsTold)
{
    const auto refused = run(config_for(gue), "client", {"worker", "plan"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_NE(refused.errors.find("w1 (172.70.64.149)"), std::string::npos) << refused.errors;
    // By name it is planned for all the same.
    EXPECT_EQ(run(config_for(gue), "client", {"worker", "plan", "--name", "w1"}).status, 0);
}

TEST_F(Life, ShowAndJsonHaveTheSame)
{
    const auto config = config_for(gue);
    const auto before = run(config, "w1", {"worker", "show", "--json"});
    ASSERT_EQ(before.status, 0) << before.errors;
    const auto missing = parse_json(before.output, "show").value();
    EXPECT_EQ(missing["schema"], "gueway.worker/1");
    apply(config);
    const auto after = parse_json(run(config, "w1", {"worker", "show", "--json"}).output, "show");
    ASSERT_TRUE(after) << after.error().text();
    for (const auto& item : (*after)["items"]) EXPECT_EQ(item["presence"], "present") << item;
    EXPECT_EQ((*after)["worker"], "w1");
}

// The legacy design on the director: two devices, changed in place, gone with their pool.
TEST_F(Life, FouInterfacesFollowTheFile)
{
    auto config = config_for(fou);
    apply(config, "director");
    const std::set<std::string> both = {"gwf4-ac464095", "gwf6-ac464095"};
    EXPECT_EQ(tunnel_names(director()), both);
    const int index = device(director(), "gwf4-ac464095")->index;

    config.pools[0].encap.port = 7777;
    config.pools[0].workers[0].private4 = parse_address("10.64.0.9").value();
    apply(config, "director");
    EXPECT_EQ(device(director(), "gwf4-ac464095")->index, index); // the same device
    const auto present = present_fou_interfaces(director());
    ASSERT_TRUE(present) << present.error().text();
    EXPECT_EQ(present->front().device.udp.port, 7777);
    EXPECT_EQ(present->front().private_addresses,
              std::vector<Address>{parse_address("10.64.0.9").value()});

    apply(config_for(gue), "director");
    EXPECT_TRUE(tunnel_names(director()).empty());
}

} // namespace
} // namespace gueway
