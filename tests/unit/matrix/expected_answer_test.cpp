// SPDX-License-Identifier: GPL-2.0-only
// What the client should be told, byte by byte.
#include "matrix/axes.h"
#include "matrix/expected.h"
#include "matrix/pairs.h"
#include "matrix/places.h"
#include "matrix/sender.h"
#include "tests/unit/matrix/as_built.h"
#include "tests/unit/matrix/built.h"
#include "tests/unit/matrix/octets.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace gueway::matrix {
namespace {

TEST(ExpectedAnswer, IsWhatTheClientIsToldByAnother)
{
    are_as_built(crossed(Size::more_1));
}

// A list of segments is quoted with the checksum that it came with, whatever that is of.
TEST(ExpectedAnswer, QuotesAListWithItsChecksum)
{
    for (const auto inner : families) {
        auto cell = with_defaults({.inner = inner, .l4 = L4::udp_gso, .size = Size::more_1});
        cell.ingress = Ingress::gro_list;
        auto scene = faultless(cell, 3);
        auto& message = scene.seen.client.at(0).bytes;
        const size_t quoted = icmp_at(scene) + icmp_header;
        message.at(quoted + rfc::ip_size(family(inner)) + 6) ^= 0x5a;
        mend_icmp(scene, message);
        client_gets_what_is_expected(scene);
    }
}

// A message to the client that is told, with another quote in it; all sums are right.
Scene quoting(const Cell& cell, const auto& change)
{
    auto scene = faultless(cell, 3);
    auto& message = scene.seen.client.at(0).bytes;
    const size_t at = icmp_at(scene) + icmp_header;
    Octets quoted(message.begin() + static_cast<ptrdiff_t>(at), message.end());
    change(scene, quoted);
    message.resize(at);
    rfc::add(message, quoted);
    if (cell.inner == Family::v4) {
        rfc::set16(message, ethernet + 2, static_cast<unsigned>(message.size() - ethernet));
        mend_ip(message, ethernet);
    }
    mend_icmp(scene, message);
    return scene;
}

TEST(ExpectedAnswer, QuotesThePacketAsItWasReceivedOrForwarded)
{
    const auto cell = with_defaults({.l4 = L4::udp, .size = Size::more_1});
    const auto scene = quoting(cell, [](const Scene& scene, Octets& quoted) {
        quoted[8] = scene.seen.sent.ttl;
        mend_ip(quoted, 0);
    });
    client_gets_what_is_expected(scene);
}

TEST(ExpectedAnswer, IsFromTheVipOrTheDirector)
{
    const auto cell = with_defaults({.l4 = L4::udp, .size = Size::more_1});
    auto scene = faultless(cell, 3);
    auto& message = scene.seen.client.at(0).bytes;
    const auto source = message.begin() + ethernet + 12;
    std::ranges::copy_n(scene.seen.sent.to.bytes.begin(), 4, source);
    mend_ip(message, ethernet);
    client_gets_what_is_expected(scene);
    *source ^= 1; // somebody else
    EXPECT_NE(expected_packets(cell, look(cell), scene.seen).at(0).bytes.at(12), *source);
}

TEST(ExpectedAnswer, ThatDidNotComeSaysWhatNobodyKnows)
{
    const auto cell = with_defaults({.l4 = L4::udp, .size = Size::more_1});
    const auto made = expected_packets(cell, look(cell), {.sent = cell_frame(cell, 1)});
    ASSERT_EQ(made.size(), 1U);
    std::vector<size_t> any;
    for (size_t at = 0; at < made[0].bytes.size(); ++at)
        if (within(made[0].any, at)) any.push_back(at);
    // TOS, ID and flags, TTL, checksum, source; ICMP's checksum; TTL and checksum of the quoted.
    EXPECT_EQ(any,
              (std::vector<size_t>{1, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 22, 23, 36, 38, 39}));
}

TEST(ExpectedAnswer, QuotesASegment)
{
    const auto cell = with_defaults( // CWR, which is the first one's
        {.l4 = L4::tcp_gso, .size = Size::more_1, .underlay = Underlay::software});
    const auto scene = quoting(cell, [](const Scene& scene, Octets& quoted) {
        const size_t size = quoted.size();
        quoted = inner_packet(scene.seen.sent, parts(scene.seen.sent).at(1));
        Layout alone{.transport = rfc::ip_size(AF_INET), .inner_family = AF_INET};
        alone.transport_protocol = IPPROTO_TCP;
        alone.remote = true; // its checksum is yet to be done
        mend_inner(alone, quoted);
        quoted.resize(size);
    });
    client_gets_what_is_expected(scene);
}

// In 548 bytes of the tunnel's packet, behind 20 + 8 + 4 of them.
TEST(ExpectedAnswer, QuotesNoMoreThanARouterDid)
{
    auto cell = with_defaults({.l4 = L4::udp, .size = Size::more_1, .underlay = Underlay::whole});
    cell.event = Event::router;
    auto scene = quoting(cell, [](const Scene&, Octets& quoted) { quoted.resize(548 - 32); });
    std::swap(scene.seen.told_first, scene.seen.client);
    scene.seen.client = faultless(cell, 3).seen.client;
    client_gets_what_is_expected(scene);
}

} // namespace
} // namespace gueway::matrix
