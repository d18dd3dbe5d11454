// SPDX-License-Identifier: GPL-2.0-only
// Packets captured before somebody computed a checksum, or before they were cut into segments.
#include "packet/octets.h"
#include "packet/sums.h"
#include "packet/tunnel.h"
#include "tests/unit/packet/sample.h"
#include "tests/unit/packet/tunnels.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

using Octets = std::vector<uint8_t>;

using namespace tunnels;

Complaints complaints(const Octets& packet, const Expected& expected)
{
    return read_tunnel(packet, expected).complaints;
}

// The sum of the pseudo-header into the field of the transport behind the IP header at `at`.
void leave(Octets& packet, size_t at)
{
    const auto ip = std::span(packet).subspan(at);
    const auto place = find_transport(ip);
    const auto length = static_cast<uint32_t>(place.end - place.at);
    put_be16(ip, place.at + (place.protocol == 6 ? 16 : 6),
             internet_sum({}, pseudo_header_sum(ip, place.protocol, length)));
}

TEST(Pending, TheInnerChecksumIsThePseudoHeaders)
{
    auto packet = sample::octets(sample::gue4);
    EXPECT_EQ(complaints(packet, {.encap = gue, .checksum_pending = true, .pending_at = 52}),
              Complaints{"inner TCP: pending checksum 0x4a06, not the pseudo-header's 0x34f9"});
    leave(packet, 32);
    EXPECT_EQ(complaints(packet, {.encap = gue}),
              Complaints{"inner TCP: checksum 0x34f9, not 0x4a06"});
    EXPECT_EQ(complaints(packet, {.encap = gue, .checksum_pending = true}), Complaints{});
    EXPECT_EQ(complaints(packet, {.encap = gue, .checksum_pending = true, .pending_at = 52}),
              Complaints{});
    EXPECT_EQ(complaints(packet, {.encap = gue, .checksum_pending = true, .pending_at = 51}),
              (Complaints{"inner TCP: checksum 0x34f9, not 0x4a06",
                          "a checksum is pending at 51, where no header has one"}));
}

// GUE's UDP, of a tunnel without checksums.
TEST(Pending, ATunnelWithoutChecksumHasNoneLeft)
{
    EXPECT_EQ(complaints(sample::octets(sample::gue4),
                         {.encap = gue, .checksum_pending = true, .pending_at = 20}),
              Complaints{"a checksum is pending at 20, where no header has one"});
}

// Outer IPv6 at 0, UDP at 40, GUE at 48, inner IPv6 at 52, UDP at 92.
TEST(Pending, TheOuterChecksumIsRightAsIfTheInnerOneWereDone)
{
    auto packet = sample::octets(sample::gue6csum);
    const Expected inner = {
        .encap = gue_csum, .family = AF_INET6, .checksum_pending = true, .pending_at = 92};
    leave(packet, 52);
    EXPECT_EQ(complaints(packet, inner), Complaints{});
    auto unknown = inner;
    unknown.pending_at = {};
    EXPECT_EQ(complaints(packet, unknown), Complaints{});
    packet[47] ^= 1;
    EXPECT_EQ(complaints(packet, inner), Complaints{"outer UDP: checksum 0x7cf9, not 0x7cf8"});
}

TEST(Pending, TheOuterChecksumIsThePseudoHeaders)
{
    auto packet = sample::octets(sample::gue6csum);
    leave(packet, 0);
    const Expected outer = {
        .encap = gue_csum, .family = AF_INET6, .checksum_pending = true, .pending_at = 40};
    EXPECT_EQ(complaints(packet, outer), Complaints{});
    auto unknown = outer;
    unknown.pending_at = {};
    EXPECT_EQ(complaints(packet, unknown), Complaints{});
    packet.back() ^= 1;
    EXPECT_EQ(complaints(packet, outer).size(), 1U) << "the inner one is done, and wrong";
}

TEST(Pending, GresIsZero)
{
    auto packet = sample::octets(sample::gre6csum);
    const Expected outer = {
        .encap = gre_csum, .family = AF_INET6, .checksum_pending = true, .pending_at = 40};
    EXPECT_EQ(complaints(packet, outer), Complaints{"GRE: pending checksum 0xacea, not 0"});
    put_be16(packet, 44, 0);
    EXPECT_EQ(complaints(packet, outer), Complaints{});
    EXPECT_EQ(complaints(packet, {.encap = gre_csum, .family = AF_INET6}),
              Complaints{"GRE: checksum 0x0000, not 0xacea"});
}

TEST(Pending, ARemoteChecksumIsThePseudoHeadersWithAnyDoneAround)
{
    auto packet = sample::octets(sample::remcsum);
    leave(packet, 0);
    EXPECT_EQ(complaints(packet, {.encap = remote, .checksum_pending = true, .pending_at = 20}),
              Complaints{});
    EXPECT_EQ(complaints(packet, {.encap = remote}).size(), 1U);
}

TEST(Pending, AWholeGsoPacketHasThemBothPending)
{
    auto packet = sample::octets(sample::remcsum);
    leave(packet, 0);
    const Expected whole = {
        .encap = remote, .checksum_pending = true, .pending_at = 60, .gso_size = 4};
    EXPECT_EQ(complaints(packet, whole), Complaints{});
    EXPECT_EQ(complaints(sample::octets(sample::remcsum), whole).size(), 1U)
        << "the outer one is done";

    // A list of segments: the checksum is the first one's.
    packet = sample::octets(sample::gue4);
    packet[68] ^= 0xff;
    EXPECT_EQ(complaints(packet, {.encap = gue, .gso_size = 4}), Complaints{});
    EXPECT_EQ(complaints(packet, {.encap = gue, .untold_gso = true}), Complaints{});
    EXPECT_EQ(complaints(packet, {.encap = gue}).size(), 1U);

    // GRE's is made when it is cut.
    packet = sample::octets(sample::gre6csum);
    put_be16(packet, 44, 0x1234);
    leave(packet, 48);
    EXPECT_EQ(complaints(packet, {.encap = gre_csum,
                                  .family = AF_INET6,
                                  .checksum_pending = true,
                                  .pending_at = 68,
                                  .gso_size = 4}),
              Complaints{});
}

TEST(Pending, OfSctpItIsZero)
{
    auto packet = sample::octets(sample::ipip);
    const Expected left = {.encap = Encap{}, .checksum_pending = true, .pending_at = 40};
    EXPECT_EQ(complaints(packet, left), Complaints{"inner SCTP: pending CRC 0xf8785f76, not 0"});
    put_be32(packet, 48, 0);
    EXPECT_EQ(complaints(packet, left), Complaints{});
}

} // namespace
} // namespace gueway
