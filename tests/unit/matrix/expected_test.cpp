// SPDX-License-Identifier: GPL-2.0-only
// What should have come, byte by byte: what another implementation of the RFCs makes of it, and
// what the judge takes.
#include "matrix/axes.h"
#include "matrix/check.h"
#include "matrix/delivery.h"
#include "matrix/expected.h"
#include "matrix/json.h"
#include "matrix/pairs.h"
#include "matrix/sender.h"
#include "tests/unit/matrix/as_built.h"
#include "tests/unit/matrix/built.h"
#include "tests/unit/matrix/octets.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace gueway::matrix {
namespace {

TEST(Expected, IsWhatAnotherImplementationMakes)
{
    are_as_built(crossed(Size::fits));
    are_as_built(crossed(Size::small));
}

// It knows no fragments inside of a FOU tunnel.
TEST(Expected, IsWhatAnotherImplementationCuts)
{
    auto cells = crossed(Size::more_9, Fragmenting::no_df);
    std::erase_if(cells, [](const Cell& cell) {
        return cell.tunnel == Tunnel::fou || cell.inner == Family::v6;
    });
    are_as_built(cells);
}

TEST(Expected, IsOnePacketWhereItCameAsOne)
{
    for (auto cell : crossed(Size::k_more_1)) {
        if (cell.l4 != L4::tcp_gso || cell.tunnel == Tunnel::gue_csum ||
            cell.tunnel == Tunnel::gue_remcsum || cell.tunnel == Tunnel::gre_csum)
            continue;
        cell.underlay = Underlay::whole;
        are_as_built({cell});
    }
}

// A checksum that is left to do, written down from RFC 9293 once more.
TEST(Expected, HasAChecksumLeftWhereItWasLeft)
{
    for (const auto tunnel : all_tunnels) {
        if (tunnel == Tunnel::gue_remcsum) continue; // the same bytes
        auto scene = faultless(with_defaults({.tunnel = tunnel,
                                              .l4 = L4::tcp,
                                              .size = Size::small,
                                              .underlay = Underlay::software}),
                               5);
        auto& frame = scene.seen.worker.at(0);
        const auto& at = scene.at;
        const auto pseudo =
            rfc::pseudo_header(frame.bytes, at.inner, at.inner_family, at.transport_protocol,
                               frame.bytes.size() - at.transport);
        rfc::set16(frame.bytes, at.transport + sum_offset(at), rfc::folded(pseudo));
        frame.checksum_pending = true;
        worker_gets_what_is_expected(scene);
    }
}

// The tunnel's, and of SCTP no other.
TEST(Expected, HasTheTunnelsChecksumLeftWhereItWasLeft)
{
    for (const auto l4 : {L4::tcp, L4::udp, L4::sctp})
        for (const auto tunnel : {Tunnel::gue_csum, Tunnel::gre_csum}) {
            auto scene = faultless(with_defaults({.tunnel = tunnel,
                                                  .l4 = l4,
                                                  .size = Size::small,
                                                  .underlay = Underlay::software}),
                                   5);
            auto& frame = scene.seen.worker.at(0);
            const auto& at = scene.at;
            const auto pseudo = rfc::pseudo_header(frame.bytes, at.outer, at.outer_family,
                                                   IPPROTO_UDP, frame.bytes.size() - at.tunnel);
            const bool udp = tunnel == Tunnel::gue_csum;
            rfc::set16(frame.bytes, at.tunnel + (udp ? 6 : 4), udp ? rfc::folded(pseudo) : 0);
            frame.checksum_pending = true;
            worker_gets_what_is_expected(scene);
        }
}

// Any ID that no other packet's fragments have (RFC 8200, section 4.5). Those of IPv6 are cut one
// packet after the other.
void number_fragments(std::vector<Captured>& frames)
{
    constexpr size_t ipv6 = 40, flags = ethernet + ipv6 + 3, id = ethernet + ipv6 + 6;
    unsigned packet = 0;
    for (auto& frame : frames) {
        auto& bytes = frame.bytes;
        if (bytes[ethernet] >> 4 != 6 || bytes[ethernet + 6] != IPPROTO_FRAGMENT) continue;
        rfc::set16(bytes, id, packet);
        if ((bytes[flags] & 1) == 0) ++packet;
    }
}

// Where nothing came, it is still a director's packets: the judge takes them.
TEST(Expected, IsWhatTheJudgeTakes)
{
    for (const auto size : {Size::small, Size::fits, Size::more_1, Size::k_more_1, Size::more_9})
        for (const auto fragmenting : {Fragmenting::df, Fragmenting::no_df})
            for (const auto& cell : crossed(size, fragmenting)) {
                Observation seen{.sent = cell_frame(cell, 9)};
                for (const auto& one : expected_packets(cell, look(cell), seen)) {
                    if (one.where != "worker") continue;
                    Captured frame{.bytes = Octets(ethernet)};
                    rfc::set16(frame.bytes, 12, cell.outer == Family::v4 ? 0x0800 : 0x86dd);
                    rfc::add(frame.bytes, one.bytes);
                    seen.worker.push_back(std::move(frame));
                }
                number_fragments(seen.worker);
                const auto wrong = compare(cell, look(cell), seen, read_delivery(cell, seen));
                EXPECT_TRUE(wrong.empty()) << name(cell) << ": " << wrong.front();
            }
}

std::vector<Pair> beside(CellResult& result, const Scene& scene)
{
    result.expected = expected_packets(scene.cell, look(scene.cell), scene.seen);
    result.seen.clear();
    for (const auto& frame : scene.seen.worker)
        result.seen.push_back({"worker", "", packet(frame)});
    return pairs(result);
}

// Of a packet every byte of its headers, one after the other.
void marks_each_byte(Scene scene, size_t number)
{
    constexpr size_t most = 130;
    CellResult result{.cell = scene.cell};
    beside(result, scene);
    const auto any = result.expected.at(number).any;
    EXPECT_TRUE(number == 0 || any.empty()) << name(scene.cell); // as the first one's
    auto& bytes = scene.seen.worker.at(number).bytes;
    for (size_t at = 0; at < std::min(most, bytes.size() - ethernet); ++at) {
        if (within(any, at)) continue;
        bytes[ethernet + at] ^= 0x10;
        const auto found = beside(result, scene);
        for (size_t i = 0; i < found.size(); ++i)
            EXPECT_EQ(found[i].differs, i == number ? std::vector{at} : std::vector<size_t>())
                << name(scene.cell) << ", packet " << i << ", byte " << at;
        bytes[ethernet + at] ^= 0x10;
    }
}

TEST(Expected, DiffersInTheByteThatIsWrong)
{
    for (const auto& cell : crossed(Size::k_more_1)) {
        if (cell.l4 != L4::tcp_gso && cell.l4 != L4::sctp) continue;
        if (const auto scene = faultless(cell, 3); scene.delivered()) {
            marks_each_byte(scene, 0);
            marks_each_byte(scene, scene.seen.worker.size() - 1);
        }
    }
}

// Nor may a later fragment's ID be any, over either family.
TEST(Expected, DiffersInTheByteOfAFragmentThatIsWrong)
{
    for (auto cell : crossed(Size::more_9, Fragmenting::no_df))
        if (cell.tunnel == Tunnel::gue && cell.l4 == L4::udp && cell.inner == Family::v4)
            marks_each_byte(faultless(cell, 3), 1);
}

// What may be any is as it came, and a sum that it is in is not.
TEST(Expected, HasTheSumsOfWhatCame)
{
    constexpr size_t udp_port = 21, udp_sum = 26;
    auto scene = faultless(with_defaults({.tunnel = Tunnel::gue_csum, .l4 = L4::tcp}), 3);
    scene.seen.worker.at(0).bytes[ethernet + udp_port] ^= 0x02;
    CellResult result{.cell = scene.cell};
    const auto found = beside(result, scene);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].differs, std::vector<size_t>{udp_sum + 1});
}

TEST(Expected, ThatNothingCameForSaysWhatNobodyKnows)
{
    const auto cell = with_defaults({.tunnel = Tunnel::gue_csum, .l4 = L4::udp});
    const auto made = expected_packets(cell, look(cell), {.sent = cell_frame(cell, 1)});
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(made[0].any, (std::vector<Stretch>{{20, 2}, {26, 2}})); // UDP's port and its checksum
}

TEST(Expected, ThatNothingCameForSaysSoOfFragments)
{
    auto cell = with_defaults(
        {.tunnel = Tunnel::gue_csum, .outer = Family::v6, .l4 = L4::udp, .size = Size::more_9});
    cell.fragmenting = Fragmenting::no_df;
    const auto made = expected_packets(cell, look(cell), {.sent = cell_frame(cell, 1)});
    ASSERT_EQ(made.size(), 2U);
    // UDP's port and its checksum behind the fragment header, and the ID in that.
    EXPECT_EQ(made[0].any, (std::vector<Stretch>{{48, 2}, {54, 2}, {44, 4}}));
    EXPECT_EQ(made[1].any, (std::vector<Stretch>{{44, 4}}));
}

// Of forty packets the one that differs, and where it is, are in what a guest's line has room for.
TEST(Expected, IsKeptOfWhatTells)
{
    constexpr size_t wrong = 30, ttl = 8;
    auto cell = with_defaults({.l4 = L4::tcp_gso, .size = Size::many});
    auto scene = faultless(cell, 3);
    scene.seen.worker.at(wrong).bytes.at(ethernet + ttl) ^= 1;
    const auto result = judge(cell, scene.seen);
    ASSERT_EQ(result.outcome, Outcome::failed);
    ASSERT_EQ(result.expected.size(), result.seen.size());
    size_t kept = 0;
    for (size_t i = 0; i < result.expected.size(); ++i) {
        const bool it = result.expected[i].text.ends_with("segment 30");
        EXPECT_EQ(result.expected[i].bytes.empty(), !it) << i;
        if (!it) continue;
        EXPECT_LT(i, packets_in_line);
        EXPECT_EQ(pairs(result).at(i).differs, std::vector{ttl});
        ++kept;
    }
    EXPECT_EQ(kept, 1U);
}

} // namespace
} // namespace gueway::matrix
