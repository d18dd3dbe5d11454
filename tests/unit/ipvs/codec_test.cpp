// SPDX-License-Identifier: GPL-2.0-only
// What is written is read back, and what is written is what the kernel's policy names
// (ip_vs_svc_policy and ip_vs_dest_policy in net/netfilter/ipvs/ip_vs_ctl.c).
#include "ipvs/codec.h"

#include <cstring>

#include <gtest/gtest.h>
#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <linux/netlink.h>

namespace gueway::ipvs {
namespace {

using netlink::Bytes;
using netlink::Message;

const netlink::Family family{30, IPVS_GENL_VERSION};

Bytes attributes(const Message& message)
{
    return message.bytes().subspan(sizeof(nlmsghdr) + sizeof(genlmsghdr));
}

Address address(const char* text)
{
    return parse_address(text).value();
}

ServiceKey key(const char* vip, uint16_t port, uint16_t protocol = IPPROTO_TCP)
{
    const auto parsed = address(vip);
    return {.family = parsed.family, .protocol = protocol, .address = parsed, .port = port};
}

void expect_same(const ServiceKey& one, const ServiceKey& other)
{
    EXPECT_EQ(one, other) << one.text() << " and " << other.text();
}

class Services : public testing::TestWithParam<Service> {};

TEST_P(Services, RoundTrip)
{
    const auto& service = GetParam();
    Message message(family, IPVS_CMD_NEW_SERVICE);
    put_service(message, service);
    const auto read = parse_service(attributes(message));
    ASSERT_TRUE(read) << read.error().text();
    expect_same(read->key, service.key);
    EXPECT_TRUE(read->same_settings(service));
    EXPECT_EQ(read->timeout, service.timeout);
    EXPECT_EQ(read->netmask, service.netmask);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Services,
    testing::Values(Service{.key = key("198.51.100.150", 8000),
                            .scheduler = "mh",
                            .flags = scheduler_flag_1 | scheduler_flag_2,
                            .persistence_engine = {}},
                    Service{.key = key("2001:db8::101", 6443),
                            .scheduler = "mh",
                            .netmask = 128,
                            .persistence_engine = {}},
                    Service{.key = key("198.51.100.150", 5060, IPPROTO_UDP),
                            .scheduler = "rr",
                            .flags = persistent | one_packet,
                            .timeout = 300,
                            .netmask = 0xffffff00,
                            .persistence_engine = "sip"},
                    Service{.key = {.address = {AF_INET, {}}, .fwmark = 7},
                            .scheduler = "wlc",
                            .persistence_engine = {}},
                    Service{.key = {.family = AF_INET6, .address = {AF_INET6, {}}, .fwmark = 7},
                            .scheduler = "wlc",
                            .netmask = 64,
                            .persistence_engine = {}}));

TEST(Service, FirewallMarkSendsNoAddress)
{
    Message message(family, IPVS_CMD_DEL_SERVICE);
    put_key(message, {.fwmark = 7});
    const auto nested = netlink::find(attributes(message), IPVS_CMD_ATTR_SERVICE);
    ASSERT_TRUE(nested);
    EXPECT_TRUE(netlink::find(*nested, IPVS_SVC_ATTR_FWMARK));
    EXPECT_FALSE(netlink::find(*nested, IPVS_SVC_ATTR_ADDR));
    EXPECT_FALSE(netlink::find(*nested, IPVS_SVC_ATTR_PORT));
}

TEST(Service, NetmaskIsInNetworkOrderForIpv4)
{
    Message message(family, IPVS_CMD_NEW_SERVICE);
    put_service(
        message,
        {.key = key("198.51.100.150", 80), .netmask = 0xffffff00, .persistence_engine = {}});
    const auto nested = netlink::find(attributes(message), IPVS_CMD_ATTR_SERVICE).value();
    const auto netmask = netlink::find(nested, IPVS_SVC_ATTR_NETMASK).value();
    const uint8_t expected[] = {255, 255, 255, 0};
    ASSERT_EQ(netmask.size(), sizeof expected);
    EXPECT_EQ(std::memcmp(netmask.data(), expected, sizeof expected), 0);
}

class Destinations : public testing::TestWithParam<Destination> {};

TEST_P(Destinations, RoundTrip)
{
    const auto& destination = GetParam();
    Message message(family, IPVS_CMD_NEW_DEST);
    put_destination(message, destination);
    const auto read = parse_destination(attributes(message), AF_INET);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_TRUE(read->same_worker(destination)) << read->text();
    EXPECT_TRUE(read->same_settings(destination));
}

INSTANTIATE_TEST_SUITE_P(
    Table, Destinations,
    testing::Values(Destination{.address = address("172.70.64.149"),
                                .port = 8000,
                                .forward = Forward::tunnel,
                                .weight = 100,
                                .encap = {EncapType::gue, 5501, EncapChecksum::none}},
                    Destination{.address = address("fd00:70::1"),
                                .port = 8000,
                                .forward = Forward::tunnel,
                                .weight = 0,
                                .encap = {EncapType::gue, 5501, EncapChecksum::remote}},
                    Destination{.address = address("172.70.64.149"),
                                .port = 8000,
                                .forward = Forward::tunnel,
                                .encap = {EncapType::gre, 0, EncapChecksum::full}},
                    Destination{.address = address("172.70.64.149"),
                                .port = 8000,
                                .forward = Forward::tunnel,
                                .encap = {EncapType::ipip, 0, EncapChecksum::none}},
                    Destination{.address = address("10.0.0.1"),
                                .port = 80,
                                .forward = Forward::masquerade,
                                .weight = 0x7fffffff,
                                .upper_threshold = 1000,
                                .lower_threshold = 900},
                    Destination{
                        .address = address("10.0.0.1"), .port = 80, .forward = Forward::direct}));

// A SET_DEST without them makes IPIP of GUE.
TEST(Destination, TunnelsAlwaysSendTheirType)
{
    Message message(family, IPVS_CMD_SET_DEST);
    put_destination(message, {.address = address("10.0.0.1"), .forward = Forward::tunnel});
    const auto nested = netlink::find(attributes(message), IPVS_CMD_ATTR_DEST).value();
    for (const int id :
         {IPVS_DEST_ATTR_TUN_TYPE, IPVS_DEST_ATTR_TUN_PORT, IPVS_DEST_ATTR_TUN_FLAGS})
        EXPECT_TRUE(netlink::find(nested, static_cast<uint16_t>(id))) << id;
}

TEST(Destination, WithoutFamilyHasItsServices)
{
    Message message(family, IPVS_CMD_GET_DEST);
    message.begin(IPVS_CMD_ATTR_DEST);
    message.put(IPVS_DEST_ATTR_ADDR, address("2001:db8::1").bytes.data(), 16);
    message.end();
    EXPECT_EQ(parse_destination(attributes(message), AF_INET6).value().address.text(),
              "2001:db8::1");
}

// Counters beyond 32 bits, as ipvsadm shows them wrapped for destinations.
TEST(Destination, CountersAre64Bits)
{
    Message message(family, IPVS_CMD_GET_DEST);
    const uint64_t octets = 5'000'000'000'000;
    const uint32_t wrapped = static_cast<uint32_t>(octets);
    message.begin(IPVS_CMD_ATTR_DEST);
    message.put(IPVS_DEST_ATTR_ADDR, address("10.0.0.1").bytes.data(), 16);
    // One level of nesting is all a Message has; the inner attribute is laid out by hand.
    struct {
        nlattr head;
        uint64_t value;
    } __attribute__((packed)) inner = {{12, IPVS_STATS_ATTR_INBYTES}, octets};
    struct {
        nlattr head;
        uint32_t value;
    } __attribute__((packed)) old = {{8, IPVS_STATS_ATTR_CONNS}, wrapped};
    message.put(IPVS_DEST_ATTR_STATS, &old, sizeof old);
    message.put(IPVS_DEST_ATTR_STATS64, &inner, sizeof inner);
    message.end();
    EXPECT_EQ(parse_destination(attributes(message), AF_INET).value().stats.in_bytes, octets);
}

TEST(Daemon, RoundTrip)
{
    for (const char* group : {"224.0.0.82", "ff02::5652"}) {
        const Daemon daemon{.role = DaemonRole::backup,
                            .interface = "eth1",
                            .sync_id = 9,
                            .max_length = 1400,
                            .group = address(group),
                            .port = 8849,
                            .ttl = 3};
        Message message(family, IPVS_CMD_NEW_DAEMON);
        put_daemon(message, daemon);
        const auto read = parse_daemon(attributes(message)).value();
        EXPECT_EQ(read.role, daemon.role);
        EXPECT_EQ(read.interface, "eth1");
        EXPECT_EQ(read.sync_id, 9U);
        EXPECT_EQ(read.max_length, 1400);
        EXPECT_EQ(read.group.text(), group);
        EXPECT_EQ(read.port, 8849);
        EXPECT_EQ(read.ttl, 3);
    }
}

TEST(Timeouts, ZeroIsNotSent)
{
    Message message(family, IPVS_CMD_SET_CONFIG);
    put_timeouts(message, {.tcp = 900, .tcp_fin = 0, .udp = 300});
    EXPECT_TRUE(netlink::find(attributes(message), IPVS_CMD_ATTR_TIMEOUT_TCP));
    EXPECT_FALSE(netlink::find(attributes(message), IPVS_CMD_ATTR_TIMEOUT_TCP_FIN));
    const auto read = parse_timeouts(attributes(message)).value();
    EXPECT_EQ(read.tcp, 900U);
    EXPECT_EQ(read.udp, 300U);
}

TEST(Replies, WithoutTheirPartsAreRefused)
{
    EXPECT_FALSE(parse_service({}));
    EXPECT_FALSE(parse_destination({}, AF_INET));
    EXPECT_FALSE(parse_daemon({}));
    Message message(family, IPVS_CMD_GET_SERVICE);
    message.begin(IPVS_CMD_ATTR_SERVICE);
    const uint16_t af = 99;
    message.put(IPVS_SVC_ATTR_AF, &af, sizeof af);
    message.end();
    EXPECT_FALSE(parse_service(attributes(message)));
}

} // namespace
} // namespace gueway::ipvs
