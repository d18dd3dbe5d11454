// SPDX-License-Identifier: GPL-2.0-only
// The oracle against brute force, and against what must hold of any answer, over random ways and
// packets: most near the length that just fits, where a byte decides.
#include "encap/oracle.h"
#include "tests/unit/encap/brute.h"

#include <algorithm>
#include <array>
#include <random>
#include <span>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

namespace gueway {
namespace {

constexpr unsigned tries = 6000;

constexpr std::array encaps = {
    Encap{EncapType::ipip, 0, EncapChecksum::none},
    Encap{EncapType::gre, 0, EncapChecksum::none},
    Encap{EncapType::gre, 0, EncapChecksum::full},
    Encap{EncapType::gue, 5501, EncapChecksum::none},
    Encap{EncapType::gue, 5501, EncapChecksum::full},
    Encap{EncapType::gue, 5501, EncapChecksum::remote},
    Encap{EncapType::fou_interface, 5555, EncapChecksum::none},
};

struct Question {
    TunnelPath path;
    Shipment shipment;
};

class Asker {
public:
    Question next()
    {
        Question one{path(), {}};
        one.shipment.family = coin() ? AF_INET : AF_INET6;
        one.shipment.transport_header = pick<unsigned>({8, 20, 28, 32, 60});
        one.shipment.dont_fragment = one.shipment.family == AF_INET6 || coin();
        one.shipment.partial = coin();
        const bool gso = coin();
        const unsigned full = near_room(one);
        one.shipment.payload = gso ? many(full) : full;
        one.shipment.gso_size = gso ? full : 0;
        if (!gso && number(0, 2) == 0) come_in_fragments(one);
        return one;
    }

private:
    bool coin() { return number(0, 1) == 1; }
    unsigned number(unsigned least, unsigned most)
    {
        return std::uniform_int_distribution<unsigned>(least, most)(random_);
    }
    template <class T>
    T pick(std::initializer_list<T> of)
    {
        return of.begin()[number(0, static_cast<unsigned>(of.size()) - 1)];
    }

    TunnelPath path()
    {
        TunnelPath path;
        path.encap = encaps[number(0, encaps.size() - 1)];
        path.underlay = coin() ? AF_INET : AF_INET6;
        // Of each family's least, of IPv6's least in a tunnel, and of real links.
        path.mtu = pick<unsigned>({number(68, 200), number(1275, 1350), number(1275, 1350),
                                   number(1490, 1510), number(1490, 1510), number(1490, 9000)});
        path.pmtu_disc = coin();
        return path;
    }

    unsigned near_room(const Question& question)
    {
        const unsigned taken = question.shipment.headers();
        const unsigned room = brute::room(question.path, question.shipment);
        const unsigned middle = std::max(room, taken + 12) - taken;
        switch (number(0, 3)) {
        case 0:
            return number(1, middle);
        case 1: // about as much as two or three fragments hold
            return middle * number(2, 3) + number(0, 20) - 10;
        default:
            return middle + number(0, 20) - 10;
        }
    }

    // Longest fragments near the length that just fits, of a packet that is longer.
    void come_in_fragments(Question& question)
    {
        auto& shipment = question.shipment;
        const unsigned headers = brute::headers_of_fragments(shipment.family);
        const unsigned room = brute::room(question.path, shipment);
        const unsigned about = std::max(pick<unsigned>({room, room, 1280}), headers + 20);
        const unsigned data = (about + number(0, 30) - 10 - headers) / 8 * 8;
        shipment.longest_fragment = headers + data;
        shipment.payload = data * number(1, 3) + number(1, 20);
    }

    // Payload of a few segments, the last of which may be short.
    unsigned many(unsigned full)
    {
        return full * number(1, 5) + pick<unsigned>({0, 1, full / 2, full - 1});
    }

    std::mt19937 random_{6}; // NOLINT(cert-msc51-cpp): the same questions every time
};

std::string text(const Question& q)
{
    return fmt::format("{} over {} mtu {} pmtu_disc {}: {} header {} payload {} gso {} partial {} "
                       "df {} longest fragment {}",
                       text(q.path.encap), q.path.underlay, q.path.mtu, q.path.pmtu_disc,
                       q.shipment.family, q.shipment.transport_header, q.shipment.payload,
                       q.shipment.gso_size, q.shipment.partial, q.shipment.dont_fragment,
                       q.shipment.longest_fragment);
}

// Asks about ways that exist until `check` has failed or has had enough.
template <class Check>
void ask(Check check)
{
    Asker asker;
    for (unsigned i = 0; i < tries && !testing::Test::HasFailure(); ++i) {
        const auto question = asker.next();
        if (!exists(question.path, question.shipment.family)) continue;
        SCOPED_TRACE(text(question));
        check(question, expect(question.path, question.shipment));
    }
}

unsigned longest(const std::vector<brute::Bytes>& packets)
{
    size_t most = 0;
    for (const auto& each : packets) most = std::max(most, each.size());
    return static_cast<unsigned>(most);
}

bool is_device(const Question& q)
{
    return q.path.encap.type == EncapType::fou_interface;
}

// What kernel-facts.md and RFC 4213 say, case by case.
Fate fate_of(const Question& q)
{
    const unsigned room = brute::room(q.path, q.shipment),
                   length = longest(brute::arriving(q.shipment));
    const bool is_v6 = q.shipment.family == AF_INET6;
    if (!is_device(q) && q.path.underlay == AF_INET && room < 68) return Fate::dropped;
    if (!is_device(q) && q.path.underlay == AF_INET6 && room < 1280) return Fate::dropped;
    if (length <= room) return Fate::delivered;
    if (is_v6) return length > 1280 ? Fate::refused : Fate::delivered;
    const bool heeds = q.path.pmtu_disc || is_device(q);
    return q.shipment.dont_fragment && heeds ? Fate::refused : Fate::delivered;
}

// An underlay, and a FOU interface, is a link of its family, and that has a least MTU.
TEST(OracleProperties, WaysExistWhereLinksAreLongEnough)
{
    for (const auto& encap : encaps)
        for (const int underlay : {AF_INET, AF_INET6})
            for (const int family : {AF_INET, AF_INET6})
                for (unsigned mtu = 60; mtu < 1360; mtu += mtu == 140 ? 1130 : 1) {
                    const auto enough = [](int of, unsigned bytes) {
                        return bytes >= (of == AF_INET ? 68U : 1280U);
                    };
                    const Question q{{encap, underlay, mtu}, {.family = family}};
                    const bool wanted =
                        enough(underlay, mtu) &&
                        (!is_device(q) || enough(family, brute::room(q.path, q.shipment)));
                    EXPECT_EQ(exists(q.path, family), wanted) << text(q);
                }
}

TEST(OracleProperties, FateIsWhatTheRulesSay)
{
    std::array<unsigned, 3> seen{};
    ask([&](const Question& q, const Expectation& answer) {
        EXPECT_EQ(answer.fate, fate_of(q));
        EXPECT_EQ(answer.icmp.has_value(), answer.fate == Fate::refused);
        EXPECT_EQ(answer.wire.empty(), answer.fate != Fate::delivered);
        ++seen[static_cast<size_t>(answer.fate)];
    });
    for (const auto count : seen) EXPECT_GT(count, tries / 50); // none is left untried
}

// Of what comes in fragments, these are what is too long or not; the tunnel cuts the whole.
TEST(OracleProperties, FragmentsCountAsTheyCome)
{
    std::array<unsigned, 2> refused{}, cut_again{}; // of each family
    ask([&](const Question& q, const Expectation& answer) {
        if (q.shipment.longest_fragment == 0) return;
        EXPECT_EQ(longest(brute::arriving(q.shipment)), q.shipment.longest_fragment);
        EXPECT_GT(brute::arriving(q.shipment).size(), 1U);
        const bool is_v6 = q.shipment.family == AF_INET6;
        refused[is_v6] += answer.fate == Fate::refused;
        cut_again[is_v6] += answer.fragments != Fragments::none;
    });
    for (const bool is_v6 : {false, true}) {
        EXPECT_GT(refused[is_v6], tries / 200) << is_v6;
        EXPECT_GT(cut_again[is_v6], tries / 200) << is_v6;
    }
}

// Who heeds the answer comes through: the longest packet that it allows is not refused, and a byte
// more is.
TEST(OracleProperties, WhatTheSenderIsToldIsTheLimit)
{
    ask([](const Question& q, const Expectation& answer) {
        if (answer.fate != Fate::refused) return;
        const auto fate_at = [&](unsigned length) {
            auto shipment = q.shipment;
            if (shipment.longest_fragment != 0) { // all of it, in other fragments
                shipment.longest_fragment = length;
                return expect(q.path, shipment).fate;
            }
            const unsigned payload = length - std::min(length, shipment.headers());
            shipment.payload = payload;
            if (shipment.gso_size != 0) shipment.gso_size = payload;
            return expect(q.path, shipment).fate;
        };
        const bool is_v6 = q.shipment.family == AF_INET6;
        EXPECT_EQ(answer.icmp->type, is_v6 ? 2 : 3);
        EXPECT_EQ(answer.icmp->code, is_v6 ? 0 : 4);
        EXPECT_GE(answer.icmp->mtu, is_v6 ? 1280U : 68U);
        if (answer.icmp->mtu <= q.shipment.headers()) return; // no payload that fits
        EXPECT_EQ(fate_at(answer.icmp->mtu), Fate::delivered);
        EXPECT_EQ(fate_at(answer.icmp->mtu + 1), Fate::refused);
    });
}

TEST(OracleProperties, WireIsWhatBruteForceMakes)
{
    ask([](const Question& q, const Expectation& answer) {
        if (answer.fate != Fate::delivered) return;
        std::vector<WirePacket> wanted;
        for (const auto& sent : brute::wire(q.path, q.shipment))
            wanted.push_back(
                {static_cast<unsigned>(sent.bytes.size()), sent.segment, sent.offset, sent.more});
        EXPECT_TRUE(answer.wire == wanted);
    });
}

TEST(OracleProperties, RoomIsTheLongestThatFits)
{
    ask([](const Question& q, const Expectation&) {
        EXPECT_EQ(inner_mtu(q.path, q.shipment), brute::room(q.path, q.shipment));
        EXPECT_EQ(brute::ip_header_bytes(q.path.underlay) + tunnel_header(q.path.encap, q.shipment),
                  brute::wrapping_bytes(q.path, q.shipment));
    });
}

TEST(OracleProperties, SegmentsAreTheShipment)
{
    ask([](const Question& q, const Expectation&) {
        const auto wanted = brute::segments(q.shipment);
        ASSERT_EQ(q.shipment.segments(), wanted.size());
        for (unsigned i = 0; i < wanted.size(); ++i)
            EXPECT_EQ(q.shipment.segment_length(i), wanted[i].size()) << i;
        EXPECT_EQ(q.shipment.longest_segment(), longest(wanted));
    });
}

// Bytes in front of the data in a packet of the answer.
unsigned in_front(const Question& q, const Expectation& answer, const WirePacket& packet)
{
    const bool fragment = packet.offset != 0 || packet.more;
    const auto headers = [&](int family) {
        return fragment ? brute::headers_of_fragments(family) : brute::ip_header_bytes(family);
    };
    if (answer.fragments == Fragments::inner)
        return brute::wrapping_bytes(q.path, q.shipment) + headers(q.shipment.family);
    return headers(q.path.underlay);
}

// Bytes of data behind the header of what is cut, for a segment of that length.
unsigned data_of(const Question& q, const Expectation& answer, unsigned length)
{
    if (answer.fragments == Fragments::inner)
        return length - brute::ip_header_bytes(q.shipment.family);
    return brute::wrapping_bytes(q.path, q.shipment) + length -
           brute::ip_header_bytes(q.path.underlay);
}

void check_pieces(const Question& q, const Expectation& answer, unsigned segment,
                  std::span<const WirePacket> pieces)
{
    unsigned covered = 0;
    for (const auto& each : pieces) {
        const bool last = &each == &pieces.back();
        EXPECT_EQ(each.offset, covered);
        EXPECT_EQ(each.more, !last);
        EXPECT_LE(each.length, q.path.mtu);
        const unsigned data = each.length - in_front(q, answer, each);
        covered += data;
        if (last) continue;
        EXPECT_EQ(data % 8, 0U);
        EXPECT_GT(each.length + 8, q.path.mtu) << "shorter than it needs to be";
    }
    EXPECT_EQ(covered, data_of(q, answer, q.shipment.segment_length(segment)));
    if (pieces.size() > 1) {
        const unsigned whole =
            brute::wrapping_bytes(q.path, q.shipment) + q.shipment.segment_length(segment);
        EXPECT_GT(whole, q.path.mtu) << "cut without need";
    }
}

// Every byte once and in order, nothing too long, nothing cut more than it has to be.
TEST(OracleProperties, PiecesMakeUpTheShipment)
{
    unsigned cut = 0;
    ask([&](const Question& q, const Expectation& answer) {
        const std::span wire(answer.wire);
        size_t at = 0;
        for (unsigned i = 0; at < wire.size(); ++i) {
            size_t end = at;
            while (end < wire.size() && wire[end].segment == i) ++end;
            ASSERT_GT(end, at) << "segment " << i << " is missing";
            check_pieces(q, answer, i, wire.subspan(at, end - at));
            cut += end - at > 1;
            at = end;
        }
        const bool fragments = wire.size() > q.shipment.segments();
        EXPECT_EQ(answer.fragments != Fragments::none, fragments);
        if (fragments) {
            EXPECT_EQ(answer.fragments == Fragments::inner, is_device(q));
            EXPECT_EQ(wire.back().segment + 1, q.shipment.segments());
        }
    });
    EXPECT_GT(cut, tries / 50);
}

} // namespace
} // namespace gueway
