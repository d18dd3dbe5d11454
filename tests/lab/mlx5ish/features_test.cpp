// SPDX-License-Identifier: GPL-2.0-only
// What the device offers, against what is known of mlx5-class NICs: each feature that is listed is
// there, and no other that concerns tunnels, segmentation or checksums.
#include "device.h"
#include "link/features.h"
#include "util/file.h"
#include "util/module.h"
#include "util/text.h"

#include <algorithm>
#include <map>
#include <set>

namespace gueway {
namespace {

using Names = std::set<std::string>;

Names sum(Names one, const Names& other)
{
    one.insert(other.begin(), other.end());
    return one;
}

// drivers/net/ethernet/mellanox/mlx5/core/en_main.c, mlx5e_build_nic_netdev(): written down from
// descriptions of it, independently of the module's own table.
const Names ipxip = {"tx-ipxip4-segmentation", "tx-ipxip6-segmentation"};
const Names udp_tunnel = {"tx-udp_tnl-segmentation", "tx-udp_tnl-csum-segmentation"};
const Names gre = {"tx-gre-segmentation", "tx-gre-csum-segmentation"};
const Names tso = {"tx-tcp-segmentation", "tx-tcp6-segmentation", "tx-gso-partial",
                   "tx-checksum-ip-generic"};
const Names vlan_tags = {"tx-vlan-hw-insert", "rx-vlan-hw-parse"};

const Names in_tunnels = sum(sum(sum(sum(tso, vlan_tags), udp_tunnel), gre), ipxip);
const Names partial = {"tx-udp_tnl-csum-segmentation", "tx-gre-segmentation",
                       "tx-gre-csum-segmentation",     "tx-ipxip4-segmentation",
                       "tx-ipxip6-segmentation",       "tx-udp-segmentation"};
const Names on_vlans =
    sum(sum(tso, udp_tunnel), {"tx-scatter-gather", "rx-checksum", "rx-hashing"});
const Names whole = sum(sum(in_tunnels, partial), {"tx-scatter-gather", "rx-checksum", "rx-hashing",
                                                   "tx-vlan-stag-hw-insert"});

// What the network core adds to every device (net/core/dev.c, register_netdevice(); the names of
// older and newer kernels).
const Names by_the_core = {"rx-gro", "tx-generic-segmentation", "highdma", "tx-nocache-copy"};

Names active(const Topology& topology, const std::string& device)
{
    const auto all = features(**topology.host("a"), device);
    EXPECT_TRUE(all) << all.error().text();
    Names names;
    for (const auto& each : *all)
        if (each.active && !by_the_core.contains(each.name)) names.insert(each.name);
    return names;
}

// By set, from /proc/net/gueway_mlx5ish: "d1 hw_enc_features NAME... REST".
std::map<std::string, Names> sets(const Topology& topology)
{
    const auto text = topology.in(
        "a", [] { return read_file("/proc/thread-self/net/" + std::string(mlx5ish_kind)); });
    std::map<std::string, Names> found;
    EXPECT_TRUE(text) << text.error().text();
    if (!text) return found;
    for (const auto line : lines(*text)) {
        const auto w = words(line);
        auto& names = found[std::string(w.at(1))];
        for (size_t i = 2; i + 1 < w.size(); ++i) names.emplace(w[i]);
    }
    return found;
}

Names without(Names all, const Names& others)
{
    std::erase_if(all, [&](const auto& name) { return others.contains(name); });
    return all;
}

class Mlx5ishFeatures : public Mlx5ish {};

TEST_F(Mlx5ishFeatures, WhatEthtoolShowsIsWhatIsKnownAndNothingElse)
{
    build();
    EXPECT_EQ(active(topology(), "d1"), whole);
}

TEST_F(Mlx5ishFeatures, EveryOneOfThemCanBeTurnedOffAndOn)
{
    build();
    const auto& a = **topology().host("a");
    const auto offered = features(a, "d1");
    ASSERT_OK(offered);
    for (const auto& each : *offered)
        EXPECT_TRUE(!whole.contains(each.name) || each.changeable) << each.name;
    for (const auto& name : whole) {
        ASSERT_OK(set_features(a, "d1", {name}, false));
        EXPECT_FALSE(active(topology(), "d1").contains(name));
        ASSERT_OK(set_features(a, "d1", {name}, true));
    }
    EXPECT_EQ(active(topology(), "d1"), whole);
}

TEST_F(Mlx5ishFeatures, TheSetsThatEthtoolDoesNotShow)
{
    build();
    const auto shown = sets(topology());
    // The core gives every device scatter-gather in tunnels, and DMA from high memory on VLANs.
    EXPECT_EQ(without(shown.at("hw_enc_features"), {"tx-scatter-gather"}), in_tunnels);
    EXPECT_EQ(without(shown.at("vlan_features"), {"highdma"}), on_vlans);
    EXPECT_EQ(shown.at("gso_partial_features"), partial);
}

TEST_F(Mlx5ishFeatures, AVlanDeviceHasNoMoreThanTheVlanSet)
{
    build();
    const auto on_top = active(topology(), "v100");
    // Partial segmentation is no feature of VLAN devices (net/8021q/vlan_dev.c).
    const Names concern = without(sum(sum(sum(udp_tunnel, gre), ipxip), tso), {"tx-gso-partial"});
    for (const auto& name : concern)
        EXPECT_EQ(on_top.contains(name), on_vlans.contains(name)) << name;
}

TEST_F(Mlx5ishFeatures, WithoutIpOverIpNoneOfTheSetsHasIt)
{
    ASSERT_OK(set_parameter("ip_over_ip", "0"));
    build();
    EXPECT_EQ(active(topology(), "d1"), without(whole, ipxip));
    const auto shown = sets(topology());
    EXPECT_EQ(shown.at("gso_partial_features"), without(partial, ipxip));
    EXPECT_EQ(without(shown.at("hw_enc_features"), {"tx-scatter-gather"}),
              without(in_tunnels, ipxip));
}

TEST_F(Mlx5ishFeatures, ATopologyOfItNamesTheModuleThatIsMissing)
{
    ASSERT_OK(unload_module(mlx5ish_kind));
    const auto built = Topology::build(two_hosts());
    ASSERT_FALSE(built);
    EXPECT_NE(built.error().text().find("insmod gueway_mlx5ish.ko"), std::string::npos)
        << built.error().text();
}

} // namespace
} // namespace gueway
