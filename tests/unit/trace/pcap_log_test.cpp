// SPDX-License-Identifier: GPL-2.0-only
#include "trace/pcap_log.h"

#include <cstring>

#include <gtest/gtest.h>
#include <linux/if_ether.h>

namespace gueway {
namespace {

constexpr uint32_t interface_block = 1, packet_block = 6;

// The types of blocks one behind the other.
std::vector<uint32_t> blocks(std::string_view octets)
{
    std::vector<uint32_t> types;
    while (octets.size() >= 12) {
        uint32_t type = 0, length = 0;
        std::memcpy(&type, octets.data(), sizeof type);
        std::memcpy(&length, octets.data() + 4, sizeof length);
        types.push_back(type);
        octets.remove_prefix(length);
    }
    EXPECT_TRUE(octets.empty());
    return types;
}

Step step(StepKind kind, uint64_t piece, std::vector<uint8_t> bytes, uint64_t parent = 0)
{
    return {.kind = kind,
            .packet = 1,
            .piece = piece,
            .parent = parent,
            .device = {.index = 1, .name = "d0", .mtu = 1500},
            .protocol = ETH_P_IP,
            .length = 40,
            .bytes = std::move(bytes)};
}

TEST(PcapLog, HasAPacketWhereItsBytesChangeAndWhereItIsDropped)
{
    PcapLog log("tcp", 1000, 0);
    using Types = std::vector<uint32_t>;
    EXPECT_EQ(blocks(log.step(step(StepKind::received, 1, {1}))),
              (Types{interface_block, packet_block}));
    EXPECT_EQ(blocks(log.step(step(StepKind::enters, 1, {1}))), Types{});
    EXPECT_EQ(blocks(log.step(step(StepKind::enters, 1, {2}))), Types{packet_block});
    EXPECT_EQ(blocks(log.step(step(StepKind::cloned, 2, {2}, 1))), Types{});
    EXPECT_EQ(blocks(log.step(step(StepKind::segment, 3, {2}, 1))), Types{packet_block});
    EXPECT_EQ(blocks(log.step(step(StepKind::consumed, 1, {2}))), Types{});
    EXPECT_EQ(blocks(log.step(step(StepKind::dropped, 2, {2}, 1))), Types{packet_block});
}

TEST(PcapLog, EachDeviceIsAnInterface)
{
    PcapLog log("", 1000, 0);
    auto there = step(StepKind::enters, 1, {2});
    there.netns = "director";
    EXPECT_NE(log.step(step(StepKind::received, 1, {1})).find("d0"), std::string::npos);
    EXPECT_NE(log.step(there).find("director/d0"), std::string::npos);
}

TEST(PcapLog, SaysFunctionAndReason)
{
    PcapLog log("", 1000, 0);
    auto drop = step(StepKind::dropped, 5, {1});
    drop.place = CodePlace{1, "validate_xmit_skb", 0x2b4, ""};
    drop.reason = "NOT_SPECIFIED";
    EXPECT_NE(log.step(drop).find("1.5 DROPPED at validate_xmit_skb+0x2b4, NOT_SPECIFIED"),
              std::string::npos);
}

TEST(PcapLog, ADropThatWasNotFollowedHasItsVerdictToo)
{
    PcapLog log("", 1000, 0);
    auto drop = step(StepKind::dropped, 0, {1});
    drop.packet = 0;
    drop.place = CodePlace{1, "validate_xmit_skb", 0x2b4, ""};
    const Verdict verdict{.name = "no-route", .sentence = "no way", .remedy = {"add a route"}};
    const auto octets = log.step(drop, &verdict);
    EXPECT_EQ(octets.find("0.0"), std::string::npos);
    for (const char* words :
         {"DROPPED at validate_xmit_skb+0x2b4", "verdict: no way", "remedy: add a route"})
        EXPECT_NE(octets.find(words), std::string::npos) << words;
}

} // namespace
} // namespace gueway
