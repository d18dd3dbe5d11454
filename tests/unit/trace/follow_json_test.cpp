// SPDX-License-Identifier: GPL-2.0-only
#include "trace/follow_json.h"
#include "trace/follow_session.h"
#include "util/json.h"

#include <gtest/gtest.h>
#include <linux/if_ether.h>

namespace gueway {
namespace {

Step drop()
{
    return {.kind = StepKind::dropped,
            .time = 7,
            .microseconds = 1.5,
            .packet = 4,
            .piece = 5,
            .parent = 4,
            .place = CodePlace{16, "validate_xmit_skb", 0x2b4, ""},
            .reason = "NOT_SPECIFIED",
            .netns = "director",
            .device = {2, "d1", 1600},
            .protocol = ETH_P_IP,
            .length = 2980,
            .gso = {.type = 1, .size = 1448, .segments = 2},
            .encapsulation = true,
            .headers = {.mac = {}, .network = 172, .transport = 192},
            .inner = {.mac = 190, .network = 204, .transport = 224},
            .bytes = {0x45, 0}};
}

TEST(FollowJson, AStepHasWhatTheTextHas)
{
    const auto json = to_json(drop());
    EXPECT_EQ(json["type"], "step");
    EXPECT_EQ(json["packet"], 4);
    EXPECT_EQ(json["piece"], 5);
    EXPECT_EQ(json["parent"], 4);
    EXPECT_EQ(json["what"], "dropped");
    EXPECT_EQ(json["place"]["text"], "validate_xmit_skb+0x2b4");
    EXPECT_EQ(json["reason"], "NOT_SPECIFIED");
    EXPECT_EQ(json["device"]["mtu"], 1600);
    EXPECT_EQ(json["gso"]["mss"], 1448);
    EXPECT_TRUE(json["headers"]["mac"].is_null());
    EXPECT_EQ(json["inner_headers"]["mac"], 190);
    EXPECT_EQ(json["bytes"], "4500");
}

TEST(FollowJson, WhatDoesNotApplyIsNull)
{
    const auto json = to_json(Step{.kind = StepKind::received, .packet = 1, .piece = 1});
    for (const char* member : {"parent", "function", "place", "reason", "harmless", "netns",
                               "device", "gso", "ip", "outer", "tunnel"})
        EXPECT_TRUE(json[member].is_null()) << member;
}

TEST(FollowJson, EachLineSaysWhatItIs)
{
    EXPECT_EQ(to_json(FollowBegin{})["type"], "begin");
    EXPECT_EQ(to_json(FollowBegin{})["schema"], "gueway.follow/1");
    FollowReport report{.dropped = 3};
    report.counts.totals.ring_full = 2;
    report.counts.still_followed = 7;
    const auto end = to_json(report);
    EXPECT_EQ(end["type"], "end");
    EXPECT_EQ(end["dropped"], 3);
    EXPECT_EQ(end["counts"]["lost"], 2);
    EXPECT_EQ(end["counts"]["still_followed"], 7);
    EXPECT_NE(text(report).find("7 buffers were still followed at the end"), std::string::npos);
}

} // namespace
} // namespace gueway
