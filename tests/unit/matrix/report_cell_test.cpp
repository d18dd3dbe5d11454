// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/report_cell.h"
#include "tests/unit/matrix/made_up.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

std::string page_of(CellResult cell)
{
    auto matrix = good();
    matrix.kernels[0].cells[0] = std::move(cell);
    return report_page(matrix, made_up_bugs, "");
}

TEST(ReportPage, ShowsThePacketsThatTellSomething)
{
    auto cell = result(udp, Outcome::failed);
    cell.expected.assign(9, {"worker", "", {0x11}});
    cell.seen.assign(9, {"worker", "", {0x11}});
    cell.seen[5].bytes = {0x22};
    cell.seen.pop_back(); // the last one is lost
    cell.expected.back() = {"worker", "", {0x33, 0x44}, {{1, 1}}};
    const auto page = page_of(cell);
    EXPECT_TRUE(holds(page, "0000  <mark>22</mark>"));
    EXPECT_TRUE(holds(page, "0000  33 <span class=\"any\">\u00b7\u00b7</span>"));
    EXPECT_FALSE(holds(page, "0000  11"));
    EXPECT_TRUE(holds(page, "captured: nothing"));
    cell.seen[5].bytes = {0x11};
    cell.expected.pop_back();
    EXPECT_TRUE(holds(page_of(cell), "0000  11"));
    EXPECT_TRUE(holds(page_of(cell), "no byte differs of those that were kept"));
}

TEST(ReportPage, NamesTheFieldThatDiffers)
{
    auto cell = result("gue/in6/out4/tcp/fits/wire", Outcome::failed);
    const auto named = [&](size_t at) {
        std::vector<uint8_t> bytes(140);
        cell.expected = {{"worker", "", bytes}};
        bytes[at] = 1;
        cell.seen = {{"worker", "", bytes}};
        const auto page = page_of(cell);
        const std::string before = "the first at " + fmt::format("{:04x}: ", at);
        const auto from = page.find(before) + before.size();
        return page.substr(from, page.find('<', from) - from);
    };
    EXPECT_EQ(named(19), "outer IPv4 destination");
    EXPECT_EQ(named(20), "outer UDP source");
    EXPECT_EQ(named(27), "outer UDP checksum");
    EXPECT_EQ(named(28), "GUE");
    EXPECT_EQ(named(38), "inner IPv6 next header");
    EXPECT_EQ(named(72), "inner TCP source");
    EXPECT_EQ(named(103), "inner TCP options");
    EXPECT_EQ(named(104), "payload");
}

TEST(HexDump, MarksNeighboursAsOne)
{
    const std::vector<uint8_t> bytes(18, 0xab);
    EXPECT_EQ(
        hex_dump(bytes, {.differs = {1, 2, 17}, .any = {{3, 1}, {16, 2}}}),
        "0000  ab <mark>ab ab</mark> <span class=\"any\">ab</span>" +
            [] {
                std::string rest;
                for (int i = 0; i < 12; ++i) rest += " ab";
                return rest;
            }() +
            "\n0010  <span class=\"any\">ab</span> <mark>ab</mark>\n");
}

TEST(HexDump, HasSixteenBytesALine)
{
    std::vector<uint8_t> bytes(17, 0xab);
    const auto text = hex_dump(bytes);
    EXPECT_TRUE(text.ends_with("\n0010  ab\n")) << text;
    EXPECT_EQ(hex_dump({}), "");
}

} // namespace
} // namespace gueway::matrix
