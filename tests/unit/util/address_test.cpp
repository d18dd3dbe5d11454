// SPDX-License-Identifier: GPL-2.0-only
#include "util/address.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace gueway {
namespace {

TEST(Address, ReadsAndWritesBothFamilies)
{
    for (const char* text : {"172.70.64.149", "2001:db8::101", "::", "0.0.0.0"}) {
        const auto address = parse_address(text);
        ASSERT_TRUE(address) << address.error().text();
        EXPECT_EQ(address->text(), text);
    }
    EXPECT_EQ(parse_address("192.0.2.1")->family, AF_INET);
    EXPECT_EQ(parse_address("2001:db8::1")->family, AF_INET6);
}

TEST(Address, RefusesNamesAndHalves)
{
    for (const char* text : {"", "localhost", "192.0.2", "192.0.2.256", "2001:db8", "192.0.2.1/24"})
        EXPECT_FALSE(parse_address(text)) << text;
    EXPECT_EQ(parse_address("w1").error().text(), "address \"w1\": parse: neither IPv4 nor IPv6: "
                                                  "write it as 192.0.2.1 or 2001:db8::1");
}

TEST(Prefix, HasALengthOrIsSingle)
{
    EXPECT_EQ(parse_prefix("192.0.2.1/24")->text(), "192.0.2.1/24");
    EXPECT_EQ(parse_prefix("192.0.2.1")->text(), "192.0.2.1/32");
    EXPECT_TRUE(parse_prefix("2001:db8::1")->single());
    EXPECT_FALSE(parse_prefix("2001:db8::1/127")->single());
    for (const char* text : {"192.0.2.1/33", "192.0.2.1/", "192.0.2.1/-1", "2001:db8::/129", "/8"})
        EXPECT_FALSE(parse_prefix(text)) << text;
}

TEST(Prefix, ContainsByBits)
{
    const auto contains = [](const char* prefix, const char* address) {
        return parse_prefix(prefix)->contains(*parse_address(address));
    };
    EXPECT_TRUE(contains("172.70.64.1/20", "172.70.79.255"));
    EXPECT_FALSE(contains("172.70.64.1/20", "172.70.80.0"));
    EXPECT_TRUE(contains("0.0.0.0/0", "203.0.113.9"));
    EXPECT_TRUE(contains("192.0.2.1/32", "192.0.2.1"));
    EXPECT_FALSE(contains("192.0.2.1/32", "192.0.2.0"));
    EXPECT_TRUE(contains("2001:db8::/64", "2001:db8::ffff"));
    EXPECT_FALSE(contains("2001:db8::/64", "2001:db8:0:1::1"));
    EXPECT_FALSE(contains("0.0.0.0/0", "::1"));
}

TEST(SocketAddress, CarriesPortInNetworkOrder)
{
    sockaddr_storage storage;
    ASSERT_EQ(socket_address(*parse_address("2001:db8::1"), 0x1234, storage), sizeof(sockaddr_in6));
    EXPECT_EQ(reinterpret_cast<const sockaddr_in6&>(storage).sin6_port, htons(0x1234));
    ASSERT_EQ(socket_address(*parse_address("192.0.2.1"), 80, storage), sizeof(sockaddr_in));
    EXPECT_EQ(reinterpret_cast<const sockaddr_in&>(storage).sin_addr.s_addr, htonl(0xC0000201));
}

} // namespace
} // namespace gueway
