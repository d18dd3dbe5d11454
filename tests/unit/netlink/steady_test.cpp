// SPDX-License-Identifier: GPL-2.0-only
#include "netlink/socket.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace gueway::netlink {
namespace {

TEST(ReadSteadily, ReadsUntilTwoAgree)
{
    int reading = 0;
    const auto value =
        read_steadily("table", [&]() -> Result<int> { return ++reading < 4 ? reading : 4; });
    ASSERT_TRUE(value);
    EXPECT_EQ(*value, 4);
    EXPECT_EQ(reading, 5);
}

TEST(ReadSteadily, GivesUpAndSaysWhy)
{
    int reading = 0;
    const auto value = read_steadily("table", [&]() -> Result<int> { return ++reading; }, 3);
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().code, EAGAIN);
    EXPECT_EQ(reading, 3);
    EXPECT_NE(value.error().text().find("each of 3 readings"), std::string::npos);
}

// rtnetlink's controller is in every kernel, so that the socket itself is tested without root.
TEST(Socket, FindsTheControllersFamily)
{
    auto socket = Socket::open();
    ASSERT_TRUE(socket) << socket.error().text();
    const auto family = socket->family("nlctrl", 2, "none");
    ASSERT_TRUE(family) << family.error().text();
    EXPECT_EQ(family->id, 0x10);
}

TEST(Socket, AnUnknownFamilyNamesItsModule)
{
    auto socket = Socket::open();
    ASSERT_TRUE(socket) << socket.error().text();
    const auto family = socket->family("gueway-none", 1, "some_module");
    ASSERT_FALSE(family);
    EXPECT_EQ(family.error().code, ENOENT);
    EXPECT_EQ(family.error().remedy, "modprobe some_module");
}

// Refusals name the message, in the middle of a send and behind one.
TEST(Socket, RefusalsNameTheMessage)
{
    auto socket = Socket::open();
    ASSERT_TRUE(socket) << socket.error().text();
    const Family controller{0x10, 2};
    Batch batch;
    const size_t count = Socket::messages_a_send + 50;
    const uint8_t get_family = 3, no_command = 99;
    for (size_t i = 0; i < count; ++i) {
        const bool wrong = i == 7 || i == count - 2 || i == count - 1;
        Message message(controller, wrong ? no_command : get_family);
        message.put(2, "nlctrl", sizeof "nlctrl");
        batch.add(message);
    }
    const auto refusals = socket->commit(batch);
    ASSERT_TRUE(refusals) << refusals.error().text();
    ASSERT_EQ(refusals->size(), 3U);
    EXPECT_EQ((*refusals)[0].index, 7U);
    EXPECT_EQ((*refusals)[1].index, count - 2);
    EXPECT_EQ((*refusals)[2].index, count - 1);
    for (const auto& refusal : *refusals) EXPECT_EQ(refusal.code, EOPNOTSUPP);
}

} // namespace
} // namespace gueway::netlink
