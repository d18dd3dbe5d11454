// SPDX-License-Identifier: GPL-2.0-only
// A packet cut here, by the RFCs, and put together there; then cut wrongly in every way.
#include "packet/octets.h"
#include "packet/reassemble.h"
#include "packet/sums.h"
#include "tests/unit/packet/sample.h"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

namespace gueway {
namespace {

using Octets = std::vector<uint8_t>;

Octets packet4(size_t data)
{
    auto made = sample::octets("4500000000070000401100000a000002c6336496");
    for (size_t i = 0; i < data; ++i) made.push_back(static_cast<uint8_t>(i * 5 + i / 256));
    put_be16(made, 2, static_cast<uint32_t>(made.size()));
    put_be16(made, 10, static_cast<uint16_t>(~internet_sum(std::span(made).first(20))));
    return made;
}

Octets packet6(size_t data)
{
    auto made = sample::octets("6000000000001140"
                               "20010db8000000000000000000000001"
                               "20010db8000000000000000000000002");
    for (size_t i = 0; i < data; ++i) made.push_back(static_cast<uint8_t>(i * 5 + i / 256));
    put_be16(made, 4, static_cast<uint32_t>(data));
    return made;
}

// Bytes `from` to `to` of what is behind the IP header.
Octets part(const Octets& packet, size_t from, size_t to, bool more, uint16_t id = 7)
{
    const bool v4 = packet[0] >> 4 == 4;
    const size_t header = v4 ? 20 : 40;
    Octets made(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(header));
    if (!v4) {
        made[6] = 44; // the fragment header, which names what follows
        const Octets fragment = {17, 0, 0, 0, 0, 0, 0, 0};
        made.insert(made.end(), fragment.begin(), fragment.end());
        put_be16(made, 42, static_cast<uint32_t>(from | (more ? 1 : 0)));
        put_be16(made, 46, id);
    }
    const auto data = packet.begin() + static_cast<std::ptrdiff_t>(header);
    made.insert(made.end(), data + static_cast<std::ptrdiff_t>(from),
                data + static_cast<std::ptrdiff_t>(to));
    if (!v4) {
        put_be16(made, 4, static_cast<uint32_t>(made.size() - 40));
        return made;
    }
    put_be16(made, 2, static_cast<uint32_t>(made.size()));
    put_be16(made, 4, id);
    put_be16(made, 6, static_cast<uint32_t>(from / 8 | (more ? 0x2000 : 0)));
    put_be16(made, 10, 0);
    put_be16(made, 10, static_cast<uint16_t>(~internet_sum(std::span(made).first(20))));
    return made;
}

Reassembled together(const std::vector<Octets>& parts)
{
    const std::vector<Bytes> spans(parts.begin(), parts.end());
    return reassemble(spans);
}

TEST(Reassemble, FragmentsMakeThePacketAgain)
{
    for (const size_t size : {9U, 16U, 100U, 1480U, 60000U}) {
        for (const size_t step : {8U, 64U, 1480U, 8184U}) {
            for (const auto& packet : {packet4(size), packet6(size)}) {
                std::vector<Octets> parts;
                for (size_t at = 0; at < size; at += step)
                    parts.push_back(part(packet, at, std::min(at + step, size), at + step < size));
                if (parts.size() == 1) continue; // no fragment at all
                const auto made = together(parts);
                EXPECT_EQ(made.complaints, Complaints{}) << size << " by " << step;
                EXPECT_EQ(made.packet, packet) << size << " by " << step;
            }
        }
    }
}

TEST(Reassemble, APacketThatWasNeverCutIsItself)
{
    for (const auto& packet : {packet4(100), packet6(100)}) {
        const auto made = together({packet});
        EXPECT_EQ(made.complaints, Complaints{});
        EXPECT_EQ(made.packet, packet);
    }
}

TEST(Reassemble, ExtensionHeadersInFrontOfTheFragmentHeaderStay)
{
    const auto packet = packet6(48);
    std::vector<Octets> parts = {part(packet, 0, 24, true), part(packet, 24, 48, false)};
    const Octets option = {44, 0, 1, 4, 0, 0, 0, 0}; // a destination option of padding
    for (auto& one : parts) {
        one[6] = 60;
        one.insert(one.begin() + 40, option.begin(), option.end());
        one[5] += 8;
    }
    auto whole = packet;
    whole[6] = 60;
    whole.insert(whole.begin() + 40, option.begin(), option.end());
    whole[40] = 17;
    whole[5] += 8;
    const auto made = together(parts);
    EXPECT_EQ(made.complaints, Complaints{});
    EXPECT_EQ(made.packet, whole);
}

struct Case {
    std::vector<Octets> parts;
    Complaints complaints;
    bool whole = false; // put together all the same
};

TEST(Reassemble, WhatASenderMustNotSendIsComplainedOf)
{
    for (const auto& packet : {packet4(48), packet6(48)}) {
        const auto of = [&](size_t from, size_t to, bool more) {
            return part(packet, from, to, more);
        };
        const bool v4 = packet[0] >> 4 == 4;
        const std::string layer = v4 ? "IPv4" : "IPv6";
        const std::string path =
            v4 ? "10.0.0.2 > 198.51.100.150 id " : "2001:db8::1 > 2001:db8::2 id ";
        auto longer = of(24, 48, false);
        longer.push_back(0);
        const std::vector<Case> cases = {
            {{of(0, 16, true), of(24, 48, false)}, {"bytes 16 to 24 are missing"}},
            {{of(8, 24, true), of(24, 48, false)}, {"bytes 0 to 8 are missing"}},
            {{of(0, 24, true), of(16, 48, false)}, {"bytes 16 to 24 came twice"}},
            {{of(0, 24, true), of(0, 24, true), of(24, 48, false)}, {"bytes 0 to 24 came twice"}},
            {{of(0, 24, true), of(24, 48, true)}, {"the last fragment says that there is more"}},
            {{of(0, 24, true)}, {"the last fragment says that there is more"}},
            {{of(0, 16, true), of(16, 24, false), of(24, 48, false)},
             {"the fragment at 16 says that it is the last, and is not"}},
            {{of(24, 48, false), of(0, 24, true)}, {"fragments out of order"}, true},
            {{of(0, 24, true), part(packet, 24, 48, false, 8)},
             {"fragments of different packets: " + path + "7, " + path + "8"}},
            {{of(0, 24, true), longer}, {"1 bytes are behind the packet"}, true},
            {{}, {"no fragments"}},
        };
        for (const auto& [parts, complaints, whole] : cases) {
            const auto made = together(parts);
            EXPECT_EQ(made.complaints, complaints) << layer;
            EXPECT_EQ(made.packet, whole ? packet : Octets{}) << layer;
        }
        const auto odd = together({of(0, 23, true), of(24, 48, false)});
        EXPECT_EQ(
            odd.complaints,
            (Complaints{layer + ": 23 bytes in a fragment with more to come: no multiple of 8",
                        "bytes 23 to 24 are missing"}));
        const auto mixed = together({of(0, 24, true), packet});
        EXPECT_FALSE(mixed.complaints.empty());
        EXPECT_EQ(mixed.packet, Octets{});
    }
}

TEST(Reassemble, OneThatCannotBeReadIsAGap)
{
    const auto packet = packet4(48);
    auto damaged = part(packet, 24, 48, false);
    damaged[8] ^= 1;
    const auto made = together({part(packet, 0, 24, true), damaged});
    ASSERT_EQ(made.complaints.size(), 1U) << "the header's checksum";
    EXPECT_EQ(made.packet, packet) << "it is there";
    damaged[0] = 0x44;
    EXPECT_EQ(together({part(packet, 0, 24, true), damaged}).packet, Octets{});
}

} // namespace
} // namespace gueway
