// SPDX-License-Identifier: GPL-2.0-only
#include "flow/payload.h"
#include "flow/wire.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace gueway::flow {
namespace {

const Message sample{.kind = Kind::request,
                     .status = Status::ok,
                     .datagram = 0x0102,
                     .id = 0x1112131415161718,
                     .seed = 0x2122232425262728,
                     .size = 0x3132333435363738,
                     .response_size = 0x4142434445464748};

std::vector<std::byte> sealed(size_t chunk)
{
    std::vector<std::byte> bytes(head_size + chunk);
    fill_payload(std::span(bytes).subspan(head_size), 7, 0);
    seal(bytes, sample, 0x5152535455565758);
    return bytes;
}

bool intact(std::span<const std::byte> bytes)
{
    return unseal(bytes).value_or(Received{}).intact;
}

TEST(Wire, IsBigEndianInTheOrderWritten)
{
    const auto bytes = sealed(0);
    const std::vector<unsigned> expected = {0x47, 0x57, 0x46, 0x31, 1, 0, 0x01, 0x02};
    for (size_t i = 0; i < expected.size(); i++)
        EXPECT_EQ(std::to_integer<unsigned>(bytes[i]), expected[i]) << i;
    for (size_t i = 8; i < head_size - sizeof(uint64_t); i++) // 0x11..0x18, 0x21..0x28, ...
        EXPECT_EQ(std::to_integer<unsigned>(bytes[i]), 0x11 + i % 8 + 0x10 * (i / 8 - 1)) << i;
}

TEST(Wire, ReadsBackWhatItWrote)
{
    const Received received = unseal(sealed(100)).value_or(Received{});
    EXPECT_TRUE(received.intact);
    EXPECT_EQ(received.message, sample);
    EXPECT_EQ(received.offset, 0x5152535455565758U);
}

TEST(Wire, NoticesEverySingleFlippedBit)
{
    const auto good = sealed(20);
    for (size_t bit = 0; bit < good.size() * 8; bit++) {
        auto bad = good;
        bad[bit / 8] ^= std::byte{1} << (bit % 8);
        EXPECT_FALSE(intact(bad)) << "bit " << bit;
    }
}

TEST(Wire, NoticesAChunkThatIsShorterOrLonger)
{
    auto bytes = sealed(20);
    EXPECT_FALSE(intact(std::span(bytes).first(head_size + 19)));
    bytes.push_back({});
    EXPECT_FALSE(intact(bytes));
    EXPECT_FALSE(unseal(std::span(bytes).first(head_size - 1)));
}

TEST(Payload, AnyPartIsTheSameAsInTheWhole)
{
    std::vector<std::byte> whole(100);
    fill_payload(whole, 42, 0);
    for (size_t offset = 0; offset < 20; offset++)
        for (const size_t size : {0, 1, 7, 8, 9, 30}) {
            std::vector<std::byte> part(size);
            fill_payload(part, 42, offset);
            EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + long(offset)))
                << offset << "+" << size;
        }
}

TEST(Payload, SeedsGiveUnrelatedStreams)
{
    std::vector<std::byte> one(64), two(64);
    fill_payload(one, 1, 0);
    fill_payload(two, 2, 0);
    EXPECT_EQ(std::search(one.begin(), one.end(), two.begin(), two.begin() + 8), one.end());
    EXPECT_EQ(std::search(two.begin(), two.end(), one.begin(), one.begin() + 8), two.end());
}

TEST(Hash, IsTheSameInPiecesAsAtOnce)
{
    std::vector<std::byte> bytes(3000);
    fill_payload(bytes, 3, 0);
    Hash hash;
    hash.update(std::span(bytes).first(1));
    hash.update(std::span(bytes).subspan(1, 1999));
    hash.update(std::span(bytes).subspan(2000));
    EXPECT_EQ(hash.digest(), hash_of(bytes));
    hash.restart();
    // XXH3-64 of nothing, from xxhash's own test vectors: it is that hash and no other.
    EXPECT_EQ(hash.digest(), 0x2d06800538d394c2U);
}

} // namespace
} // namespace gueway::flow
