// SPDX-License-Identifier: GPL-2.0-only
// The examples of RFC 1071 and of RFC 3720, appendix B.4 (the same CRC), and arithmetic.
#include "packet/sums.h"
#include "tests/transport_sum.h"
#include "tests/unit/packet/sample.h"

#include <numeric>

#include <gtest/gtest.h>

namespace gueway {
namespace {

using sample::octets;
using Octets = std::vector<uint8_t>;

TEST(Sums, TheExampleOfRfc1071)
{
    const auto bytes = octets("0001f203f4f5f6f7");
    EXPECT_EQ(internet_sum(bytes), 0xddf2);
    // An odd byte is the first of two.
    EXPECT_EQ(internet_sum(octets("0001f2")), 0xf201);
    EXPECT_EQ(internet_sum({}), 0);
    EXPECT_EQ(internet_sum({}, 0x2ffff), 2);
}

TEST(Sums, OfAnyLengthTheyAreThoseOfTwoBytesAtATime)
{
    Octets bytes(70);
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * 151 + 77);
    for (size_t length = 0; length <= bytes.size(); ++length) {
        uint32_t sum = 0;
        for (size_t i = 0; i < length; ++i) sum += bytes[i] << (i % 2 ? 0 : 8);
        while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
        EXPECT_EQ(internet_sum(std::span(bytes).first(length)), sum) << length;
    }
    EXPECT_EQ(internet_sum(Octets(65535, 0xff)), 0xff00U); // no carry is lost
}

TEST(Sums, APacketWithAFlippedBitIsWrong)
{
    auto packet = octets(sample::plain);
    EXPECT_TRUE(transport_sum_is_right(packet));
    for (size_t bit = size_t{20} * 8; bit < packet.size() * 8; ++bit) {
        packet[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
        EXPECT_FALSE(transport_sum_is_right(packet)) << bit;
        packet[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    }
    packet.resize(packet.size() - 1);
    EXPECT_FALSE(transport_sum_is_right(packet)) << "is not all there";
}

TEST(Sums, ThePseudoHeaderIsTheSameFromAddressesAndFromThePacket)
{
    for (const auto* const hexadecimal : {&sample::gue4, &sample::gue6csum}) {
        const auto packet = octets(*hexadecimal);
        const bool v4 = packet[0] >> 4 == 4;
        const int family = v4 ? AF_INET : AF_INET6;
        Address from{.family = family}, to{.family = family};
        const size_t size = v4 ? 4 : 16, at = v4 ? 12 : 8;
        std::copy_n(packet.begin() + static_cast<std::ptrdiff_t>(at), size, from.bytes.begin());
        std::copy_n(packet.begin() + static_cast<std::ptrdiff_t>(at + size), size,
                    to.bytes.begin());
        EXPECT_EQ(internet_sum({}, pseudo_header_sum(from, to, 17, 70000)),
                  internet_sum({}, pseudo_header_sum(packet, 17, 70000)));
    }
}

TEST(Sums, Crc32c)
{
    EXPECT_EQ(crc32c(octets("313233343536373839")), 0xe3069283); // "123456789"
    EXPECT_EQ(crc32c(Octets(32, 0)), 0x8a9136aa);
    EXPECT_EQ(crc32c(Octets(32, 0xff)), 0x62a8ab43);
    Octets up(32);
    std::iota(up.begin(), up.end(), uint8_t{0});
    EXPECT_EQ(crc32c(up), 0x46dd794e);
}

} // namespace
} // namespace gueway
