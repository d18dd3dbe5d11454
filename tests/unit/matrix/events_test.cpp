// SPDX-License-Identifier: GPL-2.0-only
// What happens beside a packet: the fragments in which it comes.
#include "matrix/axes.h"
#include "matrix/events.h"
#include "matrix/sender.h"
#include "packet/reassemble.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <net/ethernet.h>
#include <sys/socket.h>

namespace gueway::matrix {
namespace {

std::vector<uint8_t> packet(const std::vector<uint8_t>& frame)
{
    return {frame.begin() + ETH_HLEN, frame.end()};
}

std::vector<Cell> fragmented()
{
    auto cells = event_cells();
    std::erase_if(cells, [](const Cell& cell) { return cell.event != Event::fragments; });
    return cells;
}

TEST(Fragments, MakeThePacketAgain)
{
    for (const auto& cell : fragmented()) {
        const auto frame = cell_frame(cell, 7);
        std::vector<std::vector<uint8_t>> parts;
        for (const auto& part : in_fragments(frame)) parts.push_back(packet(part));
        ASSERT_EQ(parts.size(), 2U);
        const std::vector<std::span<const uint8_t>> views(parts.begin(), parts.end());
        const auto whole = reassemble(views);
        EXPECT_TRUE(whole.complaints.empty()) << name(cell) << ": " << whole.complaints.front();
        auto sent = packet(bytes(frame));
        if (cell.inner == Family::v6) {
            EXPECT_EQ(whole.packet, sent) << name(cell);
            continue;
        }
        EXPECT_EQ(whole.packet.size(), sent.size()) << name(cell);
        EXPECT_TRUE(std::equal(whole.packet.begin() + 20, whole.packet.end(), sent.begin() + 20));
    }
}

TEST(Fragments, AreAsLongAsTheShipmentSaysAndNoneIsTooLong)
{
    for (const auto& cell : fragmented()) {
        size_t longest = 0;
        for (const auto& part : in_fragments(cell_frame(cell, 7)))
            longest = std::max(longest, packet(part).size());
        EXPECT_EQ(longest, shipment(cell).longest_fragment) << name(cell);
        EXPECT_LE(longest, inner_mtu(path(cell), shipment(cell))) << name(cell);
        EXPECT_EQ(expect(path(cell), shipment(cell)).fate, Fate::delivered) << name(cell);
    }
}

TEST(Fragments, OfIpv6AreSentOverBothFamilies)
{
    const auto have = [](Family outer, Size size) {
        return std::ranges::any_of(fragmented(), [&](const Cell& cell) {
            return cell.inner == Family::v6 && cell.outer == outer && cell.size == size;
        });
    };
    EXPECT_TRUE(have(Family::v4, Size::fits));
    EXPECT_TRUE(have(Family::v4, Size::more_1)); // whose fragments have flags to get wrong
    EXPECT_TRUE(have(Family::v6, Size::fits));
}

} // namespace
} // namespace gueway::matrix
