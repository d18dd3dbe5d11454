// SPDX-License-Identifier: GPL-2.0-only
#include "flow/stream.h"
#include "util/fd.h"

#include <array>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace gueway::flow {
namespace {

// The bytes of one message as they would leave.
std::vector<std::byte> written(const Message& message)
{
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    const Fd out(ends[0]), in(ends[1]);
    StreamWriter writer(true);
    writer.load(message, out.get());
    std::vector<std::byte> bytes;
    std::array<std::byte, 4096> block;
    for (bool done = false; !done;) {
        done = writer.advance(out.get()).value();
        ssize_t n = 0;
        while ((n = ::recv(in.get(), block.data(), block.size(), 0)) > 0)
            bytes.insert(bytes.end(), block.begin(), block.begin() + n);
    }
    EXPECT_FALSE(writer.busy());
    return bytes;
}

Message message_of(uint64_t size)
{
    return {.kind = Kind::response, .id = 9, .seed = 5, .size = size};
}

TEST(Stream, SizesAreExactAndArriveInWhateverPieces)
{
    for (const uint64_t size : {0UL, 1UL, 1000UL, 65480UL, 65536UL, 1000000UL}) {
        const auto bytes = written(message_of(size));
        ASSERT_EQ(bytes.size(), head_size + size + tail_size);
        for (const size_t piece : {size_t{997}, bytes.size()}) {
            StreamReader reader;
            for (size_t at = 0; at < bytes.size(); at += piece)
                reader.feed(std::span(bytes).subspan(at, std::min(piece, bytes.size() - at)));
            EXPECT_EQ(reader.state(), StreamReader::State::complete) << size;
            EXPECT_EQ(reader.message(), message_of(size));
            EXPECT_EQ(reader.payload_received(), size);
        }
    }
}

TEST(Stream, EveryFlippedByteIsFound)
{
    const auto good = written(message_of(40));
    for (size_t at = 0; at < good.size(); at++) {
        auto bad = good;
        bad[at] ^= std::byte{0x20};
        StreamReader reader;
        reader.feed(bad);
        EXPECT_EQ(reader.state(),
                  at < head_size ? StreamReader::State::broken : StreamReader::State::corrupt)
            << at;
    }
}

TEST(Stream, StopsAtTheEndOfAMessage)
{
    auto bytes = written(message_of(10));
    const size_t one = bytes.size();
    bytes.insert(bytes.end(), bytes.begin(), bytes.begin() + long(one));
    StreamReader reader;
    EXPECT_EQ(reader.feed(bytes), one);
    EXPECT_TRUE(reader.ended());
    EXPECT_EQ(reader.feed(std::span(bytes).subspan(one)), 0U);
    reader.restart();
    EXPECT_EQ(reader.feed(std::span(bytes).subspan(one)), one);
    EXPECT_EQ(reader.state(), StreamReader::State::complete);
}

} // namespace
} // namespace gueway::flow
