// SPDX-License-Identifier: GPL-2.0-only
// Octets against the draft; tests/lab/host has Wireshark's programs as the second opinion.
#include "packet/pcapng.h"
#include "util/text.h"

#include <array>
#include <bit>

#include <gtest/gtest.h>

namespace gueway {
namespace {

static_assert(std::endian::native == std::endian::little, "the octets below are");

std::string octets(const std::string& block)
{
    return hexadecimal({reinterpret_cast<const uint8_t*>(block.data()), block.size()});
}

TEST(Pcapng, ASectionBeginsWithItsByteOrder)
{
    EXPECT_EQ(octets(pcapng_section("6.1", "ab")), "0a0d0d0a"
                                                   "30000000"
                                                   "4d3c2b1a"
                                                   "01000000"
                                                   "ffffffffffffffff"
                                                   "03000300"
                                                   "362e3100" // 6.1
                                                   "04000200"
                                                   "61620000" // ab
                                                   "00000000"
                                                   "30000000");
}

TEST(Pcapng, AnInterfaceHasNameFilterAndNanoseconds)
{
    EXPECT_EQ(octets(pcapng_interface({.name = "d1", .filter = "tcp", .snap = 128})),
              "01000000"
              "30000000"
              "7100"
              "0000"
              "90000000" // 128 + 16
              "0200020064310000"
              "0900010009000000"
              "0b00040000746370"
              "00000000"
              "30000000");
}

TEST(Pcapng, APacketIsPaddedAndSaysHowMuchIsMissing)
{
    const std::array<uint8_t, 3> bytes = {0x45, 0, 7};
    EXPECT_EQ(octets(pcapng_packet({.interface = 1,
                                    .unix_ns = 0x1122334455667788,
                                    .protocol = 0x0800,
                                    .direction = CapturedDirection::out,
                                    .length = 1500,
                                    .bytes = bytes,
                                    .id = 5,
                                    .comments = {"hi", "you"}})),
              "06000000"
              "5c000000"
              "01000000"
              "44332211"
              "88776655"
              "13000000" // 3 + 16
              "ec050000" // 1500 + 16
              "0004"     // sent by this host
              "fffe"
              "0000"
              "0000000000000000"
              "0800"
              "45000700"
              "0100020068690000"
              "01000300796f7500"
              "0200040002000000"
              "050008000500000000000000"
              "00000000"
              "5c000000");
}

TEST(Pcapng, FramesAreKeptAsTheyWere)
{
    EXPECT_EQ(octets(pcapng_interface({.name = "u0", .snap = 64, .link = LinkType::ethernet})),
              "01000000"
              "28000000"
              "0100"
              "0000"
              "40000000"
              "0200020075300000"
              "0900010009000000"
              "00000000"
              "28000000");
    const std::array<uint8_t, 3> bytes = {1, 2, 3};
    const auto block = octets(pcapng_packet({.link = LinkType::ethernet, .bytes = bytes}));
    EXPECT_EQ(block.substr(40), "0300000003000000"
                                "01020300"
                                "00000000"
                                "28000000");
}

TEST(Pcapng, CapturedIsNeverMoreThanThePacket)
{
    const std::array<uint8_t, 4> bytes = {1, 2, 3, 4};
    const auto block = octets(pcapng_packet({.protocol = 0x0806, .length = 2, .bytes = bytes}));
    EXPECT_EQ(block.substr(40, 16), "1400000014000000");
}

TEST(Pcapng, ACommentThatIsTooLongIsCut)
{
    const auto block = pcapng_packet({.comments = {std::string(70'000, 'x')}});
    EXPECT_EQ(block.size() % 4, 0U);
    EXPECT_LT(block.size(), 66'000U);
}

} // namespace
} // namespace gueway
