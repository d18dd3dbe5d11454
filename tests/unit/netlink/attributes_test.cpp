// SPDX-License-Identifier: GPL-2.0-only
#include "netlink/attributes.h"

#include <cerrno>
#include <cstring>

#include <gtest/gtest.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

namespace gueway::netlink {
namespace {

struct Thing {
    uint8_t small = 0;
    uint16_t host = 0, port = 0;
    uint32_t number = 0, address = 0;
    uint64_t large = 0;
    std::string name;
    std::array<uint8_t, 16> bytes{};
    bool flag = false;
    bool operator==(const Thing&) const = default;
};
constexpr Field<Thing> table[] = {
    {1, "SMALL", Wire::u8, &Thing::small},       {2, "HOST", Wire::u16, &Thing::host},
    {3, "PORT", Wire::be16, &Thing::port},       {4, "NUMBER", Wire::u32, &Thing::number},
    {5, "ADDRESS", Wire::be32, &Thing::address}, {6, "LARGE", Wire::u64, &Thing::large},
    {7, "NAME", Wire::text, &Thing::name},       {8, "BYTES", Wire::bytes, &Thing::bytes},
    {9, "FLAG", Wire::flag, &Thing::flag},
};

Thing example()
{
    return {.small = 7,
            .host = 0x1234,
            .port = 5501,
            .number = 0xdeadbeef,
            .address = 0xc6336401,
            .large = 1ULL << 40,
            .name = "maglev",
            .bytes = {1, 2, 3},
            .flag = true};
}

Bytes attributes(const Message& message)
{
    return message.bytes().subspan(sizeof(nlmsghdr) + sizeof(genlmsghdr));
}

TEST(Attributes, RoundTrip)
{
    Message message({20, 1}, 3);
    put<table>(message, example());
    Thing read;
    const auto present = parse<Thing>(attributes(message), table, read);
    ASSERT_TRUE(present) << present.error().text();
    EXPECT_EQ(*present, bits(1, 2, 3, 4, 5, 6, 7, 8, 9));
    EXPECT_EQ(read, example());
}

TEST(Attributes, OnlyWhatWasAskedForIsWritten)
{
    Message message({20, 1}, 3);
    put<table>(message, example(), bits(3, 7));
    Thing read;
    EXPECT_EQ(parse<Thing>(attributes(message), table, read).value(), bits(3, 7));
    EXPECT_EQ(read, (Thing{.port = 5501, .name = "maglev"}));
}

// Byte by byte, against the layout of include/uapi/linux/netlink.h.
TEST(Attributes, PortsAreInNetworkOrder)
{
    Message message({20, 1}, 3);
    put<table>(message, example(), bits(2, 3));
    const auto bytes = attributes(message);
    const std::array<uint8_t, 16> expected = {6, 0, 2, 0, 0x34, 0x12, 0, 0,
                                              6, 0, 3, 0, 0x15, 0x7d, 0, 0};
    ASSERT_EQ(bytes.size(), expected.size());
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), expected.begin()));
}

TEST(Attributes, NestedOnesAreFound)
{
    Message message({20, 1}, 3);
    message.begin(5);
    put<table>(message, example(), bit(1));
    message.end();
    const auto nested = find(attributes(message), 5);
    ASSERT_TRUE(nested);
    Thing read;
    EXPECT_EQ(parse<Thing>(*nested, table, read).value(), bit(1));
    EXPECT_FALSE(find(attributes(message), 6));
}

TEST(Attributes, AStructMayBeInFrontOfNestedOnes)
{
    Message message({20, 1}, 3);
    const std::array<uint8_t, 5> front = {1, 2, 3, 4, 5};
    message.begin(5, front);
    put<table>(message, example(), bit(1));
    message.end();
    const auto nested = find(attributes(message), 5);
    ASSERT_TRUE(nested);
    ASSERT_GT(nested->size(), 8U);
    EXPECT_TRUE(std::equal(front.begin(), front.end(), nested->begin()));
    EXPECT_EQ((*nested)[5] | (*nested)[6] | (*nested)[7], 0) << "padding";
    Thing read;
    EXPECT_EQ(parse<Thing>(nested->subspan(8), table, read).value(), bit(1));
}

TEST(Attributes, AWrongLengthNamesTheAttribute)
{
    Message message({20, 1}, 3);
    const uint32_t wide = 1;
    message.put(3, &wide, sizeof wide);
    Thing read;
    const auto parsed = parse<Thing>(attributes(message), table, read);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, EBADMSG);
    EXPECT_NE(parsed.error().text().find("PORT: read: 4 bytes instead of 2"), std::string::npos)
        << parsed.error().text();
}

TEST(Attributes, UnknownOnesArePassedOver)
{
    Message message({20, 1}, 3);
    const uint64_t news = 1;
    message.put(40, &news, sizeof news);
    put<table>(message, example(), bit(1));
    Thing read;
    EXPECT_EQ(parse<Thing>(attributes(message), table, read).value(), bit(1));
}

TEST(Attributes, BytesThatAreNoneAreAnError)
{
    Thing read;
    for (const std::vector<uint8_t>& bytes :
         {std::vector<uint8_t>{1, 2, 3}, {3, 0, 1, 0}, {9, 0, 1, 0, 1, 0, 0, 0}, {0, 0, 0, 0}})
        EXPECT_FALSE(parse<Thing>(bytes, table, read)) << bytes.size();
}

TEST(Message, SaysWhenItIsFull)
{
    Message message({20, 1}, 3);
    const std::string name(700, 'x');
    message.put(7, name.data(), name.size());
    EXPECT_FALSE(message.overflowed());
    message.put(7, name.data(), name.size());
    EXPECT_TRUE(message.overflowed());
}

} // namespace
} // namespace gueway::netlink
