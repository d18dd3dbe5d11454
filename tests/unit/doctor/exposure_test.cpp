// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/exposure.h"
#include "doctor/read_parts.h"
#include "sample.h"

#include <gtest/gtest.h>

namespace gueway::doctor {
namespace {

constexpr Encap gue_full = {.type = EncapType::gue, .port = 5501, .checksum = EncapChecksum::full};
constexpr Encap gue_remote = {
    .type = EncapType::gue, .port = 5501, .checksum = EncapChecksum::remote};
constexpr Encap gre = {.type = EncapType::gre};

Settings with(const Encap& encap, const char* worker = "172.70.64.149")
{
    return settings_of({service("198.51.100.150", "mh", fallback, {destination(worker, encap)})});
}

void turn_off(DeviceFacts& device, std::string_view feature)
{
    std::erase(device.features, feature);
}

Exposure seen(const Settings& settings)
{
    const auto all = segmentations(settings);
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? Exposure::unaffected : all[0].exposure;
}

TEST(Exposure, ADeviceWithAllFeaturesHidesTheBug)
{
    for (const auto& encap : {gue, gue_full, gre}) EXPECT_EQ(seen(with(encap)), Exposure::hidden);
}

TEST(Exposure, EachTunnelHasItsOwnFeature)
{
    struct Row {
        Encap encap;
        const char* worker;
        const char* off;
        const char* harmless;
    };
    const Row rows[] = {
        {gue, "172.70.64.149", "tx-udp_tnl-segmentation", "tx-udp_tnl-csum-segmentation"},
        {gue_full, "172.70.64.149", "tx-udp_tnl-csum-segmentation", "tx-udp_tnl-segmentation"},
        {gre, "172.70.64.149", "tx-gre-segmentation", "tx-gre-csum-segmentation"},
        {{.type = EncapType::gre, .checksum = EncapChecksum::full},
         "172.70.64.149",
         "tx-gre-csum-segmentation",
         "tx-gre-segmentation"},
        {gue, "fd00:d1::2", "tx-ipxip6-segmentation", "tx-ipxip4-segmentation"},
        {gue, "172.70.64.149", "tx-ipxip4-segmentation", "tx-ipxip6-segmentation"},
        {gue, "172.70.64.149", "tx-tcp-segmentation", "tx-gre-segmentation"},
    };
    for (const auto& row : rows) {
        auto settings = with(row.encap, row.worker);
        turn_off(settings.underlays[0].stack[0], row.harmless);
        EXPECT_EQ(seen(settings), Exposure::hidden) << row.harmless;
        turn_off(settings.underlays[0].stack[0], row.off);
        EXPECT_EQ(seen(settings), Exposure::exposed) << row.off;
        EXPECT_EQ(segmentations(settings)[0].missing, Lines{std::string(row.off) + " of d1"});
    }
}

TEST(Exposure, NoDeviceSegmentsARemoteChecksumAndIpipIsSpared)
{
    EXPECT_EQ(seen(with(gue_remote)), Exposure::exposed);
    auto ipip = with({.type = EncapType::ipip});
    ipip.underlays[0].stack[0].features.clear();
    EXPECT_EQ(seen(ipip), Exposure::unaffected);
}

TEST(Exposure, TheDeviceBelowCountsToo)
{
    auto settings = with(gue);
    settings.underlays[0].stack.push_back(device_facts("eth0"));
    EXPECT_EQ(seen(settings), Exposure::hidden);
    turn_off(settings.underlays[0].stack[1], "tx-udp_tnl-segmentation");
    EXPECT_EQ(seen(settings), Exposure::exposed);
    EXPECT_EQ(segmentations(settings)[0].missing, Lines{"tx-udp_tnl-segmentation of eth0"});
}

TEST(Exposure, AKnownDriverMayDoLessThanItSays)
{
    auto settings = with(gue);
    settings.underlays[0].stack[0].driver = "mlx5_core";
    const auto found = segmentations(settings);
    ASSERT_EQ(found[0].exposure, Exposure::possible);
    EXPECT_NE(found[0].knowledge.find("mlx5_core"), std::string::npos);
    auto geneve = gue;
    geneve.port = 6081;
    settings = with(geneve);
    settings.underlays[0].stack[0].driver = "mlx5_core";
    EXPECT_EQ(seen(settings), Exposure::hidden);
    settings = with({.type = EncapType::ipip});
    settings.underlays[0].stack[0].driver = "mlx5_core";
    EXPECT_EQ(seen(settings), Exposure::unaffected);
    // A feature that is off is sure.
    settings = with(gue);
    settings.underlays[0].stack[0].driver = "mlx5_core";
    turn_off(settings.underlays[0].stack[0], "tx-udp_tnl-segmentation");
    EXPECT_EQ(seen(settings), Exposure::exposed);
}

TEST(Exposure, PartialSegmentationIsTheKernelsForSomeTunnels)
{
    for (const auto& [encap, expected] :
         {std::pair{gre, Exposure::possible}, std::pair{gue_full, Exposure::possible},
          std::pair{gue, Exposure::hidden}}) {
        auto settings = with(encap);
        settings.underlays[0].stack[0].features.emplace_back("tx-gso-partial");
        EXPECT_EQ(seen(settings), expected) << text(encap);
    }
}

TEST(Exposure, ADeviceThatDropsMayLeaveItToTheKernel)
{
    auto settings = with(gue);
    settings.underlays[0].stack[0].dropped = 5;
    EXPECT_EQ(seen(settings), Exposure::possible);
    EXPECT_EQ(segmentations(settings)[0].dropped, 5U);
}

TEST(Exposure, FeaturesThatCannotBeReadHideNothing)
{
    auto settings = with(gue);
    settings.underlays[0].stack[0] = {.name = "d1"};
    EXPECT_EQ(seen(settings), Exposure::possible);
}

TEST(Exposure, OneForEachTunnelAndDevice)
{
    auto settings = healthy();
    const auto found = segmentations(settings);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].workers, 2U);
    settings.workers[0].destination.encap = gre;
    EXPECT_EQ(segmentations(settings).size(), 2U);
    settings.workers[0].way.local = true;
    EXPECT_EQ(segmentations(settings).size(), 1U);
}

TEST(Stack, FollowsWhatSendsInADevicesPlace)
{
    const std::vector<Device> all = {
        {.index = 1, .name = "lo"},
        {.index = 2, .name = "eth0", .master = 4},
        {.index = 3, .name = "eth1", .master = 4},
        {.index = 4, .name = "bond0", .kind = "bond"},
        {.index = 5, .name = "bond0.7", .kind = "vlan", .link = 4},
        {.index = 6, .name = "d1", .kind = "veth", .link = 2}, // its peer is elsewhere
        {.index = 7, .name = "eth2"}};
    EXPECT_EQ(stack_of("bond0.7", all), (Lines{"bond0.7", "bond0", "eth0", "eth1"}));
    EXPECT_EQ(stack_of("d1", all), Lines{"d1"});
    EXPECT_EQ(stack_of("eth2", all), Lines{"eth2"});
    EXPECT_EQ(stack_of("gone", all), Lines{});
}

} // namespace
} // namespace gueway::doctor
