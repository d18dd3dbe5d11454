// SPDX-License-Identifier: GPL-2.0-only
#include "util/text.h"

#include <array>

#include <gtest/gtest.h>

namespace gueway {
namespace {

using Views = std::vector<std::string_view>;

TEST(Text, TrimTakesWhiteSpaceOfBothEnds)
{
    EXPECT_EQ(trim("\t a b \n"), "a b");
    EXPECT_EQ(trim(" \n"), "");
}

TEST(Text, SplitKeepsEmptyPieces)
{
    EXPECT_EQ(split("a::b", ':'), (Views{"a", "", "b"}));
    EXPECT_EQ(split("", ':'), (Views{""}));
}

TEST(Text, LinesDoNotCountTheFinalNewline)
{
    EXPECT_EQ(lines("a\n\nb\n"), (Views{"a", "", "b"}));
    EXPECT_EQ(lines("a"), (Views{"a"}));
    EXPECT_TRUE(lines("").empty());
}

TEST(Text, WordsSkipRunsOfWhiteSpace)
{
    EXPECT_EQ(words("  a \t b\n"), (Views{"a", "b"}));
    EXPECT_TRUE(words(" ").empty());
}

TEST(Text, ParseNumberTakesTheWholeTextOrNothing)
{
    EXPECT_EQ(parse_number<int>("-12"), -12);
    EXPECT_EQ(parse_number<int>("12x"), std::nullopt);
    EXPECT_EQ(parse_number<uint8_t>("256"), std::nullopt);
    EXPECT_EQ(parse_number<int>(""), std::nullopt);
}

TEST(Text, QuotedCommandsCanBePasted)
{
    EXPECT_EQ(quoted({"sh", "-c", "it's"}), "sh -c 'it'\\''s'");
    EXPECT_EQ(quoted(std::string_view{}), "''");
}

TEST(Text, ParseBytesTakesExactUnitsOnly)
{
    EXPECT_EQ(parse_bytes("0"), 0U);
    EXPECT_EQ(parse_bytes("1460B"), 1460U);
    EXPECT_EQ(parse_bytes("32KiB"), 32768U);
    EXPECT_EQ(parse_bytes("1MB"), 1000000U);
    EXPECT_EQ(parse_bytes("16GiB"), 1ULL << 34);
    for (const auto* bad : {"", "K", "32K", "1.5MiB", "-1", "1 MiB", "99999999999GiB"})
        EXPECT_EQ(parse_bytes(bad), std::nullopt) << bad;
}

TEST(Text, HumanBytesKeepThreeFigures)
{
    EXPECT_EQ(human_bytes(999), "999 B");
    EXPECT_EQ(human_bytes(26713492), "26.7 MB");
    EXPECT_EQ(human_bytes(999999), "1.00 MB");
}

TEST(Closest, FindsWhatWasMeant)
{
    const std::vector<std::string_view> keys = {"weight", "address", "name", "port"};
    EXPECT_EQ(closest("wieght", keys), "weight");
    EXPECT_EQ(closest("adress", keys), "address");
    EXPECT_EQ(closest("ports", keys), "port");
    EXPECT_EQ(closest("colour", keys), "");
    EXPECT_EQ(closest("", keys), "");
    EXPECT_EQ(closest("at", keys), "");
}

TEST(Text, HexadecimalHasTwoDigitsForEachByte)
{
    EXPECT_EQ(hexadecimal({}), "");
    const std::array<uint8_t, 3> bytes = {0, 0x0a, 0xff};
    EXPECT_EQ(hexadecimal(bytes), "000aff");
}

} // namespace
} // namespace gueway
