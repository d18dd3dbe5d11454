// SPDX-License-Identifier: GPL-2.0-only
#include "fou/port.h"

#include <gtest/gtest.h>
#include <linux/fou.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netinet/in.h>

namespace gueway::fou {
namespace {

using netlink::Message;

netlink::Bytes attributes(const Message& message)
{
    return message.bytes().subspan(sizeof(nlmsghdr) + sizeof(genlmsghdr));
}

TEST(FouPort, RoundTrip)
{
    for (const Port& port :
         {Port{5501, AF_INET, PortType::gue, 0}, Port{5501, AF_INET6, PortType::gue, 0},
          Port{5555, AF_INET, PortType::direct, IPPROTO_IPIP},
          Port{5556, AF_INET6, PortType::direct, IPPROTO_IPV6}}) {
        Message message({31, FOU_GENL_VERSION}, FOU_CMD_ADD);
        put_port(message, port);
        EXPECT_EQ(parse_port(attributes(message)).value(), port) << port.text();
    }
}

// GUE says itself what is inside; the kernel refuses a protocol beside it.
TEST(FouPort, GueSendsNoProtocol)
{
    Message message({31, FOU_GENL_VERSION}, FOU_CMD_ADD);
    put_port(message, {5501, AF_INET, PortType::gue, 0});
    EXPECT_FALSE(netlink::find(attributes(message), FOU_ATTR_IPPROTO));
}

TEST(FouPort, AReplyWithoutPortIsRefused)
{
    EXPECT_FALSE(parse_port({}));
}

} // namespace
} // namespace gueway::fou
