// SPDX-License-Identifier: GPL-2.0-only
// Packets of every tunnel, read; then each bit of their headers flipped: a reader complains, or the
// bit is one that may be either.
#include "packet/tunnel.h"
#include "tests/unit/packet/sample.h"
#include "tests/unit/packet/tunnels.h"

#include <algorithm>

#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

using sample::octets;

using namespace tunnels;

// Bits counted from the first byte's highest.
struct Bits {
    unsigned from, to; // the first and the last
};
constexpr Bits class_and_label(unsigned at)
{
    return {at * 8 + 4, at * 8 + 31};
}
constexpr Bits octets_of(unsigned from, unsigned to)
{
    return {from * 8, to * 8 - 1};
}

struct Case {
    const char* name;
    std::string_view packet;
    Expected expected;
    const char* text;
    std::vector<Bits> free; // not covered by any checksum, and any value will do
};

std::vector<Case> cases()
{
    const auto hop_limit = [](unsigned at) { return octets_of(at + 7, at + 8); };
    const char* const inner4 = "IPv4 59 id 7 DF TCP 40000 > 8000 seq 1 +7";
    static const std::string in_gue = std::string("IPv4 91 id 4660 GUE | ") + inner4,
                             in_gue6 = std::string("IPv6 111 GUE | ") + inner4,
                             in_remote = std::string("IPv4 99 id 4660 GUE remcsum | ") + inner4,
                             in_fou = std::string("IPv4 87 id 4660 UDP | ") + inner4;
    return {
        {"gue4", sample::gue4, {.encap = gue}, in_gue.c_str(), {octets_of(20, 22)}},
        {"gue6none",
         sample::gue6none,
         {.encap = gue, .family = AF_INET6},
         in_gue6.c_str(),
         {class_and_label(0), octets_of(7, 42)}}, // addresses too, and the source port
        {"gue6csum",
         sample::gue6csum,
         {.encap = gue_csum, .family = AF_INET6},
         "IPv6 106 GUE | IPv6 54 UDP 40000 > 8000 +6",
         {class_and_label(0), hop_limit(0)}},
        {"remcsum", sample::remcsum, {.encap = remote}, in_remote.c_str(), {}},
        {"gre4",
         sample::gre4,
         {.encap = gre},
         "IPv4 90 id 4660 GRE | IPv6 66 TCP 40000 > 8000 seq 1 +6",
         {class_and_label(24), hop_limit(24)}},
        {"gre6csum",
         sample::gre6csum,
         {.encap = gre_csum, .family = AF_INET6},
         "IPv6 82 GRE | IPv4 34 id 7 UDP 40000 > 8000 +6",
         {class_and_label(0), octets_of(7, 40)}},
        {"ipip",
         sample::ipip,
         {.encap = Encap{}},
         "IPv4 76 id 4660 | IPv4 56 id 7 DF SCTP 40000 > 8000 seq 9 +6",
         {}},
        {"ipip6",
         sample::ipip6,
         {.encap = Encap{}, .family = AF_INET6},
         "IPv6 106 | IPv6 66 TCP 40000 > 8000 seq 1 +6",
         {class_and_label(0), octets_of(7, 40), class_and_label(40), hop_limit(40)}},
        {"fou", sample::fou, {.encap = fou}, in_fou.c_str(), {octets_of(20, 22)}},
        {"plain", sample::plain, {}, inner4, {}},
    };
}

TEST(TunnelReading, EveryGoodPacketIsReadAndNothingIsComplainedOf)
{
    for (const auto& [name, hexadecimal, expected, text, free] : cases()) {
        const auto packet = octets(hexadecimal);
        const auto reading = read_tunnel(packet, expected);
        EXPECT_EQ(fmt::format("{}", fmt::join(reading.complaints, "; ")), "") << name;
        EXPECT_EQ(reading.text(), text) << name;
        ASSERT_TRUE(reading.transport) << name;
        const auto payload = std::string(packet.begin() + reading.payload_at,
                                         packet.begin() + reading.payload_at + reading.payload);
        EXPECT_EQ(payload.substr(0, 6), "gueway") << name;
    }
}

TEST(TunnelReading, EveryFieldIsRead)
{
    const auto packet = octets(sample::remcsum);
    const auto reading = read_tunnel(packet, {.encap = remote});
    ASSERT_TRUE(reading.outer && reading.udp && reading.gue && reading.gue->remote &&
                reading.inner && reading.transport);
    EXPECT_EQ(reading.outer->source.text(), "192.0.2.1");
    EXPECT_EQ(reading.outer->ttl, 64);
    EXPECT_FALSE(reading.outer->dont_fragment);
    EXPECT_EQ(reading.udp->source, 41000);
    EXPECT_EQ(reading.udp->length, 79);
    EXPECT_EQ(reading.udp->checksum, 0x8d6f);
    EXPECT_EQ(reading.gue->words, 2);
    EXPECT_EQ(reading.gue->protocol, 4);
    EXPECT_EQ(reading.gue->flags, 1);
    EXPECT_EQ(reading.gue->private_flags, 0x80000000);
    EXPECT_EQ(reading.gue->remote->start, 20);
    EXPECT_EQ(reading.gue->remote->offset, 36);
    EXPECT_EQ(reading.inner->ttl, 63);
    EXPECT_EQ(reading.inner->destination.text(), "198.51.100.150");
    EXPECT_EQ(reading.transport->acknowledgment, 2U);
    EXPECT_EQ(reading.transport->flags, 0x18);
    EXPECT_EQ(reading.transport->window, 1000);
    EXPECT_EQ(reading.transport->timestamps, (TcpTimestamps{5, 6}));
    EXPECT_EQ(reading.inner_at, 40U);
    EXPECT_EQ(reading.transport_at, 60U);
    EXPECT_EQ(reading.payload_at, 92U);

    const auto sctp = read_tunnel(octets(sample::ipip), {.encap = Encap{}});
    ASSERT_TRUE(sctp.transport);
    EXPECT_EQ(sctp.transport->tag, 0x11223344U);
    EXPECT_EQ(sctp.transport->chunk.flags, 3);
    EXPECT_EQ(sctp.payload, 6U) << "without padding";

    const auto with_gre =
        read_tunnel(octets(sample::gre6csum), {.encap = gre_csum, .family = AF_INET6});
    ASSERT_TRUE(with_gre.gre);
    EXPECT_EQ(with_gre.gre->checksum, 0xacea);
    EXPECT_EQ(with_gre.gre->protocol, 0x800);
}

TEST(TunnelReading, EveryFlippedBitIsComplainedOfOrMayBeEither)
{
    unsigned complained = 0, allowed = 0;
    for (const auto& [name, hexadecimal, expected, text, free] : cases()) {
        auto packet = octets(hexadecimal);
        for (unsigned bit = 0; bit < packet.size() * 8; ++bit) {
            const auto mask = static_cast<uint8_t>(0x80 >> bit % 8);
            packet[bit / 8] ^= mask;
            const bool may = std::ranges::any_of(
                free, [&](const Bits& bits) { return bit >= bits.from && bit <= bits.to; });
            const auto complaints = read_tunnel(packet, expected).complaints;
            EXPECT_EQ(complaints.empty(), may)
                << name << ": byte " << bit / 8 << ", mask " << int{mask} << ": "
                << fmt::format("{}", fmt::join(complaints, "; "));
            ++(may ? allowed : complained);
            packet[bit / 8] ^= mask;
        }
    }
    EXPECT_GT(complained, 5000U);
    EXPECT_GT(allowed, 0U);
}

TEST(TunnelReading, EveryCutIsComplainedOf)
{
    for (const auto& [name, hexadecimal, expected, text, free] : cases()) {
        const auto packet = octets(hexadecimal);
        for (size_t length = 0; length < packet.size(); ++length)
            EXPECT_FALSE(read_tunnel(std::span(packet).first(length), expected).complaints.empty())
                << name << " cut to " << length;
    }
}

TEST(TunnelReading, BytesBehindThePacketAreOnlyAFramesPadding)
{
    auto packet = octets(sample::gue4);
    packet.push_back(0);
    EXPECT_EQ(read_tunnel(packet, {.encap = gue}).complaints,
              Complaints{"1 bytes are behind the packet"});
    // IPv4 and UDP of nothing: 28 bytes, in a frame of 60.
    auto small = octets("4500001c00070000401100000a000002c6336496"
                        "9c401f4000080000");
    small[10] = 0x45, small[11] = 0xff;
    small.resize(46);
    EXPECT_EQ(read_tunnel(small, {}).complaints, Complaints{});
    small.push_back(0);
    EXPECT_EQ(read_tunnel(small, {}).complaints, Complaints{"19 bytes are behind the packet"});
}

} // namespace
} // namespace gueway
