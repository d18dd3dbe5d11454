// SPDX-License-Identifier: GPL-2.0-only
// What is written is what is read: a filter as the kernel shows it has the request's attributes.
#include "mitigate/filter.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <linux/pkt_cls.h>
#include <linux/rtnetlink.h>

namespace gueway::mitigate {
namespace {

constexpr int device = 7;

Rule rule(const char* vip, uint16_t node, bool owns_qdisc)
{
    return {.vip = parse_address(vip).value(), .node = node, .owns_qdisc = owns_qdisc};
}

netlink::Bytes body(const netlink::Message& message)
{
    return message.bytes().subspan(NLMSG_HDRLEN);
}

TEST(Rule, ComesBackAsItWasWritten)
{
    for (const auto& written :
         {rule("198.51.100.150", 1, true), rule("198.51.100.150", 4095, false),
          rule("2001:db8::101", 3, true), rule("2001:db8:ffff::fe", 1, false)}) {
        const auto message = add_rule(device, written);
        ASSERT_FALSE(message.overflowed());
        const auto filter = parse_filter(body(message));
        ASSERT_TRUE(filter) << filter.error().text();
        EXPECT_EQ(filter->kind, "u32");
        EXPECT_EQ(filter->preference, preference(written.vip.family));
        EXPECT_EQ(filter->handle, written.handle());
        ASSERT_TRUE(filter->rule);
        const auto read = filter->rule.value_or(Rule{});
        EXPECT_EQ(read.vip, written.vip);
        EXPECT_EQ(read.node, written.node);
        EXPECT_EQ(read.owns_qdisc, written.owns_qdisc);
    }
}

TEST(Rule, IsInTheBucketOfItsLastByte)
{
    EXPECT_EQ(rule("198.51.100.150", 2, true).handle(), 0x64096002U);
    EXPECT_EQ(rule("2001:db8::1fe", 1, true).handle(), 0x660fe001U);
}

// Requests name no handle there: the kernel's answer does.
TEST(Rule, InTheRootTableIsAskedForWithoutAHandle)
{
    auto written = rule("198.51.100.150", 1, true);
    written.root = Rule::root_table;
    auto message = add_rule(device, written);
    EXPECT_EQ(parse_filter(body(message)).value().handle, 0U);
    std::vector<uint8_t> bytes(body(message).begin(), body(message).end());
    tcmsg shown{};
    std::memcpy(&shown, bytes.data(), sizeof shown);
    shown.tcm_handle = 0x80000800;
    std::memcpy(bytes.data(), &shown, sizeof shown);
    const auto read = parse_filter(bytes).value().rule.value_or(Rule{});
    EXPECT_EQ(read.vip, written.vip);
    EXPECT_EQ(read.handle(), 0x80000800U);
}

TEST(Link, LeadsToTheTableOfItsFamily)
{
    for (const int family : {AF_INET, AF_INET6}) {
        const auto filter = parse_filter(body(add_link(device, family)));
        ASSERT_TRUE(filter);
        EXPECT_EQ(filter->link, table(family));
        EXPECT_FALSE(filter->rule);
    }
}

TEST(Filter, OfOthersIsNoRule)
{
    const auto written = rule("198.51.100.150", 1, true);
    const auto message = add_rule(device, written);
    std::vector<uint8_t> bytes(message.bytes().begin() + NLMSG_HDRLEN, message.bytes().end());
    const std::string_view cookie = "gueway-mitigate";
    const auto at = std::search(bytes.begin(), bytes.end(), cookie.begin(), cookie.end());
    ASSERT_NE(at, bytes.end());
    *at = 'G';
    const auto filter = parse_filter(bytes);
    ASSERT_TRUE(filter);
    EXPECT_FALSE(filter->rule);
}

TEST(Filter, CutShortIsAnErrorOrNoRule)
{
    const auto whole_rule = rule("2001:db8::101", 1, true);
    const auto message = add_rule(device, whole_rule);
    const auto whole = body(message);
    for (size_t length = 0; length < whole.size(); length += 4) {
        const auto filter = parse_filter(whole.first(length));
        const auto read = filter ? filter->rule.value_or(whole_rule) : whole_rule;
        EXPECT_EQ(read.vip, whole_rule.vip) << length;
    }
    EXPECT_FALSE(parse_filter(whole.first(8)));
}

TEST(Qdisc, OfArrivingPacketsIsFoundByItsDevice)
{
    const auto message = add_qdisc(device);
    EXPECT_EQ(parse_ingress_qdisc(body(message), device), "clsact");
    EXPECT_FALSE(parse_ingress_qdisc(body(message), device + 1));
    EXPECT_FALSE(parse_ingress_qdisc({}, device));
}

} // namespace
} // namespace gueway::mitigate
