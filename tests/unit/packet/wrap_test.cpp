// SPDX-License-Identifier: GPL-2.0-only
// Tunnels' packets, written as another program wrote them.
#include "packet/fragment.h"
#include "packet/octets.h"
#include "packet/reassemble.h"
#include "packet/tunnel.h"
#include "packet/wrap.h"
#include "tests/unit/packet/sample.h"
#include "tests/unit/packet/tunnels.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

using Octets = std::vector<uint8_t>;
using sample::octets;

using namespace tunnels;

struct Case {
    const char* name;
    std::string_view packet;
    Encap encap;
    int family = AF_INET;
};
void PrintTo(const Case& one, std::ostream* to)
{
    *to << one.name;
}

const Case cases[] = {
    {"Gue4", sample::gue4, gue},
    {"Gue6", sample::gue6none, gue, AF_INET6},
    {"Gue6Csum", sample::gue6csum, gue_csum, AF_INET6},
    {"Remcsum", sample::remcsum, remote},
    {"Gre4", sample::gre4, gre},
    {"Gre6Csum", sample::gre6csum, gre_csum, AF_INET6},
    {"Ipip", sample::ipip, {}},
    {"Ipip6", sample::ipip6, {}, AF_INET6},
    {"Fou", sample::fou, fou},
};

Wrapping wrapping(const Case& one, const TunnelReading& read)
{
    const auto& ip = *read.outer;
    return {.encap = one.encap,
            .ip = {.from = ip.source,
                   .to = ip.destination,
                   .ttl = ip.ttl,
                   .traffic_class = ip.traffic_class,
                   .flow_label = ip.flow_label,
                   .id = static_cast<uint16_t>(ip.id),
                   .dont_fragment = ip.family == AF_INET && ip.dont_fragment},
            .from_port = read.udp ? read.udp->source : uint16_t{0}};
}

class Wrap : public testing::TestWithParam<Case> {
protected:
    const Case& one = GetParam();
    const Octets there = octets(one.packet);
    const TunnelReading read = read_tunnel(there, {.encap = one.encap, .family = one.family});
    // What was wrapped; of remote checksums the packet without a seed in its place.
    Octets inner() const
    {
        if (one.encap.checksum == EncapChecksum::remote) return octets(sample::plain);
        return {there.begin() + read.inner_at, there.end()};
    }
};

TEST_P(Wrap, MakesThePacketOfAnotherProgram)
{
    ASSERT_TRUE(read.complaints.empty()) << read.complaints.front();
    EXPECT_EQ(wrap(wrapping(one, read), inner()), there);
}

TEST_P(Wrap, LeavesAChecksumAsAStrictReaderWantsIt)
{
    if (!read.transport || read.transport->transport == Transport::sctp) return;
    const auto left = [&](Pending pending, unsigned at) {
        return read_tunnel(wrap(wrapping(one, read), inner(), pending), {.encap = one.encap,
                                                                         .family = one.family,
                                                                         .checksum_pending = true,
                                                                         .pending_at = at})
            .complaints;
    };
    EXPECT_EQ(left(Pending::inner, read.transport_at), Complaints());
    if (one.encap.checksum == EncapChecksum::none) return;
    EXPECT_EQ(left(Pending::carrier, read.outer->header), Complaints());
}

INSTANTIATE_TEST_SUITE_P(Samples, Wrap, testing::ValuesIn(cases),
                         [](const auto& row) { return std::string(row.param.name); });

// RFC 768: a checksum that comes to zero is sent as all ones, for zero says that there is none.
TEST(UdpChecksum, IsNeverZero)
{
    constexpr size_t place = 40 + 6;
    const Case one = {"Gue6Csum", sample::gue6csum, gue_csum, AF_INET6};
    const auto there = octets(one.packet);
    const auto read = read_tunnel(there, {.encap = one.encap, .family = one.family});
    auto wrapped = wrapping(one, read);
    const unsigned port = wrapped.from_port + be16(there, place);
    wrapped.from_port = static_cast<uint16_t>(port + (port >> 16));
    const auto made = wrap(wrapped, Bytes(there).subspan(read.inner_at));
    EXPECT_EQ(be16(made, place), 0xffff);
    EXPECT_EQ(read_tunnel(made, {.encap = one.encap, .family = one.family}).complaints,
              Complaints());
}

class Cut : public testing::TestWithParam<Case> {};

TEST_P(Cut, IsPutTogetherAgain)
{
    constexpr unsigned mtu = 56;
    constexpr uint32_t id = 0x12345678;
    const auto packet = octets(GetParam().packet);
    const int family = GetParam().family;
    const auto data = static_cast<unsigned>(packet.size()) - ip_header(family);
    std::vector<Octets> made;
    for (const auto& part : cut(family, data, mtu)) made.push_back(fragment(packet, part, id));
    ASSERT_GT(made.size(), 1U);
    EXPECT_TRUE(family == AF_INET || be32(made.back(), 44) == id);
    const auto whole = reassemble(std::vector<Bytes>(made.begin(), made.end()));
    EXPECT_EQ(whole.complaints, Complaints());
    EXPECT_EQ(whole.packet, packet);
}

INSTANTIATE_TEST_SUITE_P(Samples, Cut, testing::ValuesIn(cases),
                         [](const auto& row) { return std::string(row.param.name); });
INSTANTIATE_TEST_SUITE_P(WithDf, Cut, testing::Values(Case{"Plain", sample::plain, {}}));

} // namespace
} // namespace gueway
