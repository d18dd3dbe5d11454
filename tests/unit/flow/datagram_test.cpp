// SPDX-License-Identifier: GPL-2.0-only
#include "flow/datagram.h"
#include "flow/options.h"

#include <gtest/gtest.h>

namespace gueway::flow {
namespace {

constexpr uint64_t chunk = default_datagram - head_size;

Message message_of(uint64_t size)
{
    return {.kind = Kind::request, .datagram = default_datagram, .id = 4, .seed = 5, .size = size};
}

Received piece(const Message& message, uint64_t offset)
{
    return {.message = message, .offset = offset, .intact = true};
}

TEST(Datagrams, AreAsManyAsTheSizeTakes)
{
    EXPECT_EQ(datagrams_of(0, default_datagram), 1U);
    EXPECT_EQ(datagrams_of(chunk, default_datagram), 1U);
    EXPECT_EQ(datagrams_of(chunk + 1, default_datagram), 2U);
    EXPECT_EQ(datagrams_of(10 * chunk, default_datagram), 10U);
}

TEST(Assembly, IsCompleteInAnyOrderAndCountsEachPieceOnce)
{
    const Message message = message_of(2 * chunk + 5);
    Assembly assembly(message);
    EXPECT_TRUE(assembly.take(piece(message, 2 * chunk), 5));
    EXPECT_TRUE(assembly.take(piece(message, 0), chunk));
    EXPECT_FALSE(assembly.take(piece(message, 0), chunk)) << "a duplicate";
    EXPECT_FALSE(assembly.complete());
    EXPECT_TRUE(assembly.take(piece(message, chunk), chunk));
    EXPECT_TRUE(assembly.complete());
}

TEST(Assembly, RefusesWhatDoesNotBelong)
{
    const Message message = message_of(2 * chunk + 5);
    Assembly assembly(message);
    EXPECT_FALSE(assembly.take(piece(message_of(2 * chunk + 6), 0), chunk)) << "another message";
    EXPECT_FALSE(assembly.take(piece(message, 1), chunk)) << "between two places";
    EXPECT_FALSE(assembly.take(piece(message, 3 * chunk), 0)) << "past the end";
    EXPECT_FALSE(assembly.take(piece(message, 2 * chunk), 6)) << "longer than what remains";
    EXPECT_FALSE(assembly.take(piece(message, 0), chunk - 1)) << "shorter than a full one";
    EXPECT_EQ(assembly.taken(), 0U);
}

TEST(Assembly, OfNothingIsOneEmptyDatagram)
{
    Assembly assembly(message_of(0));
    EXPECT_FALSE(assembly.complete());
    EXPECT_TRUE(assembly.take(piece(message_of(0), 0), 0));
    EXPECT_TRUE(assembly.complete());
}

TEST(Acceptable, KeepsHeadsFromAskingForTheImpossible)
{
    EXPECT_TRUE(acceptable(message_of(largest_udp_message)));
    EXPECT_FALSE(acceptable(message_of(largest_udp_message + 1)));
    Message message = message_of(1);
    message.response_size = ~0ULL;
    EXPECT_FALSE(acceptable(message));
    message = message_of(1);
    message.datagram = head_size; // no room for a byte: would need an endless number of them
    EXPECT_FALSE(acceptable(message));
}

} // namespace
} // namespace gueway::flow
