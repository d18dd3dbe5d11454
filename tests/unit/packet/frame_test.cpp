// SPDX-License-Identifier: GPL-2.0-only
// Frames against packets that another program wrote, and read back by the strict reader.
#include "packet/frame.h"
#include "packet/octets.h"
#include "packet/tunnel.h"
#include "tests/assert_ok.h"
#include "tests/unit/packet/sample.h"

#include <numeric>

#include <gtest/gtest.h>
#include <netinet/tcp.h>

namespace gueway {
namespace {

using Octets = std::vector<uint8_t>;

Octets text(std::string_view letters)
{
    return {letters.begin(), letters.end()};
}

Frame sample_frame(int family = AF_INET)
{
    const bool v4 = family == AF_INET;
    return {.from_mac = {2, 0, 0, 0, 0, 1},
            .to_mac = {2, 0, 0, 0, 0, 2},
            .from = parse_address(v4 ? "10.0.0.2" : "2001:db8:a::2").value(),
            .to = parse_address(v4 ? "198.51.100.150" : "2001:db8:b::96").value(),
            .id = 7,
            .ttl = 63,
            .from_port = 40000,
            .to_port = 8000,
            .sequence = 1,
            .acknowledgment = 2,
            .flags = TH_ACK | TH_PUSH,
            .payload = text("gueway\n")};
}

Octets counting(size_t size)
{
    Octets made(size);
    for (size_t i = 0; i < size; ++i) made[i] = static_cast<uint8_t>(i * 7 + i / 251);
    return made;
}

Octets packet_of(const Frame& frame)
{
    auto made = bytes(frame);
    made.erase(made.begin(), made.begin() + frame.link_header());
    return made;
}

TEST(Frame, IsWhatTheRfcsSay)
{
    auto tcp = sample_frame();
    tcp.timestamps = TcpTimestamps{5, 6};
    EXPECT_EQ(bytes(tcp),
              sample::octets("0200000000020200000000010800" + std::string(sample::plain)));

    // What is inside the other samples.
    auto tcp6 = sample_frame(AF_INET6);
    tcp6.flags = TH_ACK;
    tcp6.payload = text("gueway");
    EXPECT_EQ(packet_of(tcp6), sample::octets(sample::gre4.substr(48)));
    auto udp6 = tcp6;
    udp6.transport = Transport::udp;
    EXPECT_EQ(packet_of(udp6), sample::octets(sample::gue6csum.substr(104)));
    auto udp = sample_frame();
    udp.transport = Transport::udp;
    udp.dont_fragment = false;
    udp.payload = text("gueway");
    EXPECT_EQ(packet_of(udp), sample::octets(sample::gre6csum.substr(96)));
    auto sctp = udp;
    sctp.transport = Transport::sctp;
    sctp.dont_fragment = true;
    sctp.sequence = 9;
    sctp.tag = 0x11223344;
    EXPECT_EQ(packet_of(sctp), sample::octets(sample::ipip.substr(40)));
}

TEST(Frame, ATagIsInTheBytes)
{
    auto frame = sample_frame();
    const auto plain = bytes(frame);
    frame.vlan = 5 << 13 | 77;
    auto tagged = bytes(frame);
    EXPECT_EQ(be32(tagged, 12), 0x8100'a04dU);
    tagged.erase(tagged.begin() + 12, tagged.begin() + 16);
    EXPECT_EQ(tagged, plain);
    frame.segment = 3;
    EXPECT_EQ(offload(frame).checksum_start, 18 + 20);
    EXPECT_EQ(offload(frame).headers, 18 + 20 + 20);
}

TEST(Frame, WhatIsLeftToOffloadIsSaid)
{
    for (const int family : {AF_INET, AF_INET6}) {
        for (const auto transport : {Transport::tcp, Transport::udp}) {
            auto frame = sample_frame(family);
            frame.transport = transport;
            EXPECT_EQ(offload(frame).flags, 0);
            frame.partial = true;
            const unsigned start = family == AF_INET ? 20 : 40;
            const Expected pending = {
                .family = family, .checksum_pending = true, .pending_at = start};
            EXPECT_EQ(read_tunnel(packet_of(frame), pending).complaints, Complaints{});
            auto head = offload(frame);
            EXPECT_EQ(head.flags, 1);
            EXPECT_EQ(head.gso_type, 0);
            EXPECT_EQ(head.checksum_start, 14 + start);
            const bool tcp = transport == Transport::tcp;
            EXPECT_EQ(head.checksum_offset, tcp ? 16 : 6);
            frame.segment = 3;
            head = offload(frame);
            EXPECT_EQ(head.segment, 3);
            EXPECT_EQ(head.gso_type, !tcp ? 5 : family == AF_INET ? 1 : 4);
            EXPECT_EQ(head.headers, 14 + start + (tcp ? 20 : 8));
            EXPECT_EQ(read_tunnel(packet_of(frame), pending).complaints, Complaints{});
        }
    }
}

TEST(Frame, AnUdpChecksumOfZeroIsSentAsOnes)
{
    auto frame = sample_frame();
    frame.transport = Transport::udp;
    unsigned ones = 0;
    for (unsigned value = 0; value < 0x10000; ++value) {
        frame.payload = {static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)};
        const auto packet = packet_of(frame);
        EXPECT_NE(be16(packet, 26), 0);
        if (be16(packet, 26) != 0xffff) continue;
        ++ones;
        EXPECT_EQ(read_tunnel(packet, {}).complaints, Complaints{});
    }
    EXPECT_EQ(ones, 1U);
}

// Each is a packet by itself, as long as the oracle says, and together they carry the payload.
void expect_split(const Frame& frame)
{
    const int family = frame.from.family;
    const Shipment shipment = {.family = family,
                               .transport = frame.transport,
                               .transport_header = frame.transport_header(),
                               .payload = static_cast<unsigned>(frame.payload.size()),
                               .gso_size = frame.segment};
    const auto segments = split(frame);
    ASSERT_EQ(segments.size(), shipment.segments());
    Octets carried;
    for (unsigned i = 0; i < segments.size(); ++i) {
        const bool last = i + 1 == segments.size();
        const auto packet = packet_of(segments[i]);
        const auto reading = read_tunnel(packet, {.family = family});
        EXPECT_EQ(reading.complaints, Complaints{});
        ASSERT_TRUE(reading.inner && reading.transport);
        EXPECT_EQ(reading.inner->length, shipment.segment_length(i));
        EXPECT_EQ(reading.inner->id, family == AF_INET ? static_cast<uint16_t>(frame.id + i) : 0U);
        if (frame.transport == Transport::tcp) {
            EXPECT_EQ(reading.transport->sequence,
                      static_cast<uint32_t>(frame.sequence + carried.size()));
            EXPECT_EQ(reading.transport->timestamps, frame.timestamps);
            const uint8_t wanted = TH_ACK | (last ? TH_PUSH | TH_FIN : 0) | (i == 0 ? 0x80 : 0);
            EXPECT_EQ(reading.transport->flags, wanted);
        }
        EXPECT_EQ(offload(segments[i]).flags, 0);
        carried.insert(carried.end(), packet.begin() + reading.payload_at, packet.end());
    }
    EXPECT_EQ(carried, frame.payload);
}

TEST(Frame, SplitsIntoItsSegments)
{
    for (const int family : {AF_INET, AF_INET6}) {
        for (const auto transport : {Transport::tcp, Transport::udp}) {
            auto frame = sample_frame(family);
            frame.transport = transport;
            frame.id = 0xffff;            // counts on past its end
            frame.sequence = 0xfffffff0U; // and so does this
            frame.flags = TH_ACK | TH_PUSH | TH_FIN | 0x80;
            if (family == AF_INET) frame.timestamps = TcpTimestamps{1, 2};
            frame.segment = 100;
            for (const size_t size : {101U, 199U, 200U, 201U, 40U * 100U, 60001U}) {
                frame.payload = counting(size);
                expect_split(frame);
            }
        }
    }
    auto small = sample_frame();
    small.segment = 100;
    ASSERT_EQ(split(small).size(), 1U) << "nothing to cut";
    EXPECT_EQ(offload(split(small)[0]).flags, 0);
}

TEST(Frame, OfEveryLengthIsReadBack)
{
    for (const int family : {AF_INET, AF_INET6}) {
        for (const auto transport : {Transport::tcp, Transport::udp, Transport::sctp}) {
            auto frame = sample_frame(family);
            frame.transport = transport;
            for (const size_t size : {1, 2, 3, 4, 5, 1459, 1460, 1461, 65000}) {
                frame.payload = counting(size);
                ASSERT_OK(check(frame));
                const auto packet = packet_of(frame);
                const auto reading = read_tunnel(packet, {.family = family});
                EXPECT_EQ(reading.complaints, Complaints{});
                EXPECT_EQ(packet.size(), frame.length());
                const auto from = packet.begin() + reading.payload_at;
                EXPECT_EQ(Octets(from, from + reading.payload), frame.payload);
            }
        }
    }
}

TEST(Frame, WhatCannotBeIsRefused)
{
    auto frame = sample_frame();
    frame.payload.resize(65535 - 40);
    EXPECT_TRUE(check(frame));
    frame.payload.push_back(0);
    EXPECT_FALSE(check(frame));
    frame = sample_frame(AF_INET6);
    frame.payload.resize(65535 - 20);
    EXPECT_TRUE(check(frame));
    frame.payload.push_back(0);
    EXPECT_FALSE(check(frame));
    frame = sample_frame();
    frame.to = sample_frame(AF_INET6).to;
    EXPECT_FALSE(check(frame));
    frame = sample_frame();
    frame.transport = Transport::sctp;
    EXPECT_TRUE(check(frame));
    frame.partial = true;
    EXPECT_FALSE(check(frame));
    frame.partial = false;
    frame.payload.clear();
    EXPECT_FALSE(check(frame));
}

TEST(Frame, EthernetAddresses)
{
    const auto mac = parse_mac("02:0a:00:00:fF:01");
    ASSERT_OK(mac);
    EXPECT_EQ(*mac, (MacAddress{2, 10, 0, 0, 255, 1}));
    for (const auto* const wrong : {"", "02:0a:00:00:ff", "02:0a:00:00:ff:1", "02:0a:00:00:ff:0g",
                                    "02:0a:00:00:ff:01:02", "-2:0a:00:00:ff:01"})
        EXPECT_FALSE(parse_mac(wrong)) << wrong;
}

} // namespace
} // namespace gueway
