// SPDX-License-Identifier: GPL-2.0-only
// Each complaint, caused by nothing else: checksums are made right again where they are not what it
// is about.
#include "packet/octets.h"
#include "packet/sums.h"
#include "packet/tunnel.h"
#include "tests/unit/packet/sample.h"
#include "tests/unit/packet/tunnels.h"

#include <functional>

#include <gtest/gtest.h>

namespace gueway {
namespace {

using Octets = std::vector<uint8_t>;

using namespace tunnels;
constexpr Encap ipip = {};

// Of the IPv4 header that begins at `at`.
void fit_ip(Octets& packet, size_t at)
{
    const auto ip = std::span(packet).subspan(at, (packet[at] & size_t{15}) * 4);
    put_be16(ip, 10, 0);
    put_be16(ip, 10, static_cast<uint16_t>(~internet_sum(ip)));
}

// Of what is behind the IP header at `at`, which begins with its length.
void fit_transport(Octets& packet, size_t at)
{
    const auto ip = std::span(packet).subspan(at);
    const auto place = find_transport(ip);
    const auto transport = ip.subspan(place.at, place.end - place.at);
    const size_t field = place.protocol == 6 ? 16 : 6;
    put_be16(transport, field, 0);
    const auto pseudo =
        pseudo_header_sum(ip, place.protocol, static_cast<uint32_t>(transport.size()));
    put_be16(transport, field, static_cast<uint16_t>(~internet_sum(transport, pseudo)));
}

void fit_crc(Octets& packet, size_t at)
{
    const auto sctp = std::span(packet).subspan(at);
    put_be32(sctp, 8, 0);
    const auto crc = crc32c(sctp);
    for (unsigned i = 0; i < 4; ++i) sctp[8 + i] = static_cast<uint8_t>(crc >> 8 * i);
}

struct Case {
    std::string_view packet;
    Encap encap;
    std::function<void(Octets&)> damage;
    const char* complaint;
    int family = AF_INET;
};

void check(const std::vector<Case>& cases)
{
    for (const auto& one : cases) {
        auto packet = sample::octets(one.packet);
        one.damage(packet);
        const auto reading = read_tunnel(packet, {.encap = one.encap, .family = one.family});
        EXPECT_EQ(reading.complaints, Complaints{one.complaint});
    }
}

// IP header at 0, UDP at 20, GUE at 28, inner IP at 32, TCP at 52.
TEST(Complaints, OfTheOuterIpHeader)
{
    const auto ip = [](size_t at, uint8_t value) {
        return [=](Octets& packet) {
            packet[at] = value;
            fit_ip(packet, 0);
        };
    };
    check({
        {sample::gue4, gue, [](Octets& p) { p[0] = 0x65; }, "outer IPv4: version 6"},
        {sample::gue4, gue, [](Octets& p) { p[0] = 0x44; }, "outer IPv4: a header of 16 bytes"},
        {sample::gue4, gue, [](Octets& p) { p[11] ^= 1; },
         "outer IPv4: header checksum 0xe45b, not 0xe45a"},
        {sample::gue4, gue, ip(3, 92), "outer IPv4: total length 92, but 91 bytes are there"},
        {sample::gue4, gue, ip(6, 0x80), "outer IPv4: the reserved flag is set"},
        {sample::gue4, gue, ip(8, 0), "outer IPv4: TTL 0"},
        {sample::gue4, gue, ip(9, 6), "outer IP: protocol 6, not 17"},
        {sample::gue4, gre, [](Octets&) {}, "outer IP: protocol 17, not 47"},
        {sample::gue4, ipip, [](Octets&) {}, "outer IP: protocol 17, neither 4 nor 41"},
        {sample::gue4, gue, ip(6, 0x20),
         "outer IPv4: 71 bytes in a fragment with more to come: no multiple of 8"},
        {sample::gue4, gue,
         [](Octets& p) {
             put_be16(p, 6, 0x1fff);
             fit_ip(p, 0);
         },
         "outer IPv4: a fragment that ends at 65619 of at most 65535 bytes"},
        {sample::gue6none, gue, [](Octets& p) { p[7] = 0; }, "outer IPv6: hop limit 0", AF_INET6},
        {sample::gue6none, gue, [](Octets& p) { p[5] += 1; },
         "outer IPv6: payload length 72, but 71 bytes are there", AF_INET6},
    });
}

// Lengths that disagree are complained of where they meet.
TEST(Complaints, OfAnOuterLengthThatIsTooSmall)
{
    auto packet = sample::octets(sample::gue4);
    packet[3] = 90;
    fit_ip(packet, 0);
    EXPECT_EQ(read_tunnel(packet, {.encap = gue}).complaints,
              (Complaints{"1 bytes are behind the packet",
                          "outer UDP: length 71, but 70 bytes are there"}));
}

TEST(Complaints, OfTheOuterUdpHeader)
{
    check({
        {sample::gue4, gue, [](Octets& p) { p[23] = 0; }, "outer UDP: port 5376, not 5501"},
        {sample::gue4, gue, [](Octets& p) { p[25] -= 1; },
         "outer UDP: length 70, but 71 bytes are there"},
        {sample::gue4, gue, [](Octets& p) { p[26] = 1; },
         "outer UDP: checksum 0x0100, where the tunnel has none"},
        {sample::gue6csum, gue_csum, [](Octets& p) { put_be16(p, 46, 0); },
         "outer UDP: no checksum", AF_INET6},
        {sample::gue6csum, gue_csum, [](Octets& p) { p[47] ^= 1; },
         "outer UDP: checksum 0x7cf9, not 0x7cf8", AF_INET6},
    });
}

TEST(Complaints, OfGue)
{
    check({
        {sample::gue4, gue, [](Octets& p) { p[28] = 0x40; }, "GUE: version 1"},
        {sample::gue4, gue, [](Octets& p) { p[28] = 0x20; }, "GUE: a control message"},
        {sample::gue4, gue, [](Octets& p) { p[30] = 0x80; }, "GUE: unknown flags 0x8000"},
        {sample::gue4, gue, [](Octets& p) { p[28] = 0x1f; },
         "GUE: a header of 128 bytes, where 63 are"},
        {sample::gue4, gue, [](Octets& p) { p[29] = 6; }, "GUE: protocol 6, neither 4 nor 41"},
        {sample::gue4, gue, [](Octets& p) { p[29] = 41; }, "inner IPv6: version 4"},
        {sample::remcsum, gue_csum, [](Octets&) {}, "GUE: a remote checksum in a tunnel without"},
    });
    const auto option = [](size_t at, uint8_t value) {
        return [=](Octets& packet) {
            packet[at] = value;
            fit_transport(packet, 0);
        };
    };
    check({
        {sample::remcsum, remote, option(32, 0xc0), "GUE: unknown private flags 0x40000000"},
    });
    // Without what announces them the two words are none, and the checksum is not done.
    auto packet = sample::octets(sample::remcsum);
    option(31, 0)(packet);
    const auto reading = read_tunnel(packet, {.encap = remote});
    ASSERT_EQ(reading.complaints.size(), 2U);
    EXPECT_EQ(reading.complaints[0], "GUE: 2 words of options, where its flags want 0");
    EXPECT_EQ(reading.complaints[1], "inner TCP: checksum 0x34f9, not 0x4a06");
}

// The seed must be the pseudo-header's sum: with any other the receiver computes something wrong.
TEST(Complaints, OfARemoteChecksumsSeedAndStart)
{
    auto packet = sample::octets(sample::remcsum);
    packet[77] ^= 1;
    fit_transport(packet, 0);
    auto reading = read_tunnel(packet, {.encap = remote});
    ASSERT_EQ(reading.complaints.size(), 1U);
    EXPECT_EQ(reading.complaints[0].substr(0, 21), "inner TCP: checksum 0");
    EXPECT_NE(reading.complaints[0].find(", remote"), std::string::npos);

    struct Wrong {
        size_t at;
        uint8_t value;
        const char* complaint;
    };
    for (const auto& [at, value, complaint] : {
             Wrong{37, 24, "GUE: the remote checksum starts at 24, the transport header at 20"},
             Wrong{39, 38, "GUE: the remote checksum goes to 38, its field is at 36"},
         }) {
        packet = sample::octets(sample::remcsum);
        packet[at] = value;
        fit_transport(packet, 0);
        reading = read_tunnel(packet, {.encap = remote});
        ASSERT_EQ(reading.complaints.size(), 2U) << "this, and the sum that comes of it";
        EXPECT_EQ(reading.complaints[0], complaint);
    }
}

TEST(Complaints, OfGreAndFou)
{
    const auto gre_six = [](size_t at, uint8_t value) {
        return [=](Octets& packet) {
            packet[at] = value;
            const auto all = std::span(packet).subspan(40);
            put_be16(all, 4, 0);
            put_be16(all, 4, static_cast<uint16_t>(~internet_sum(all)));
        };
    };
    check({
        {sample::gre4, gre, [](Octets& p) { p[20] = 0x20; }, "GRE: flags or version 0x2000"},
        {sample::gre4, gre, [](Octets& p) { p[21] = 1; }, "GRE: flags or version 0x0001"},
        {sample::gre4, gre, [](Octets& p) { p[23] = 0; },
         "GRE: protocol 0x8600, neither IPv4 nor IPv6"},
        {sample::gre4, gre_csum, [](Octets&) {}, "GRE: no checksum, where the tunnel has one"},
        {sample::gre6csum, gre, [](Octets&) {}, "GRE: a checksum, where the tunnel has none",
         AF_INET6},
        {sample::gre6csum, gre_csum, [](Octets& p) { p[45] ^= 1; },
         "GRE: checksum 0xaceb, not 0xacea", AF_INET6},
        {sample::gre6csum, gre_csum, gre_six(47, 9), "GRE: reserved 0x0009", AF_INET6},
        {sample::fou, fou, [](Octets& p) { p[28] = 0x05; }, "inner IPv6: version 0"},
    });
}

TEST(Complaints, OfThePacketInside)
{
    const auto tcp = [](size_t at, uint8_t value) { // TCP at 52
        return [=](Octets& packet) {
            packet[at] = value;
            fit_transport(packet, 32);
        };
    };
    const auto ip = [](size_t at, uint8_t value) {
        return [=](Octets& packet) {
            packet[at] = value;
            fit_ip(packet, 32);
        };
    };
    check({
        {sample::gue4, gue, ip(35, 60), "inner IPv4: total length 60, but 59 bytes are there"},
        {sample::gue4, gue, ip(32 + 6, 0xc0), "inner IPv4: the reserved flag is set"},
        {sample::gue4, gue, [](Octets& p) { p[90] ^= 1; },
         "inner TCP: checksum 0x4a06, not 0x4906"},
        {sample::gue4, gue, tcp(64, 0x40), "inner TCP: a header of 16 bytes, where 39 are"},
        {sample::gue4, gue, tcp(64, 0x88), "inner TCP: reserved bits are set"},
        {sample::gue4, gue, tcp(72, 0), "inner TCP: something is behind the end of the options"},
        {sample::gue4, gue, tcp(75, 11), "inner TCP: option 8 of 11 bytes, where 10 are left"},
        {sample::gue6csum, gue_csum,
         [](Octets& p) {
             put_be16(p, 98, 0);
             fit_transport(p, 0);
         },
         "inner UDP: no checksum over IPv6", AF_INET6},
    });
    // SCTP at 40, its chunk at 52.
    const auto sctp = [](size_t at, uint8_t value) {
        return [=](Octets& packet) {
            packet[at] = value;
            fit_crc(packet, 40);
        };
    };
    check({
        {sample::ipip, ipip, [](Octets& p) { p[70] ^= 1; },
         "inner SCTP: CRC 0x765f78f8, not 0x996f13e1"},
        {sample::ipip, ipip, sctp(52, 1),
         "inner SCTP: chunk of type 1 and length 22, where 24 bytes are"},
        {sample::ipip, ipip, sctp(53, 0x13), "inner SCTP: reserved flags 0x13 are set"},
        {sample::ipip, ipip, sctp(75, 1), "inner SCTP: padding that is not zero"},
    });
}

TEST(Complaints, OfAProtocolThatNobodySends)
{
    auto packet = sample::octets(sample::plain);
    packet[9] = 99;
    fit_ip(packet, 0);
    EXPECT_EQ(read_tunnel(packet, {}).complaints, Complaints{"IP: unknown protocol 99"});
}

} // namespace
} // namespace gueway
