// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/axes.h"
#include "matrix/rules.h"
#include "tests/assert_ok.h"

#include <set>

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

TEST(Axes, ANameLeavesOutTheDefaultsAtTheEnd)
{
    EXPECT_EQ(name(Cell{}), "gue/in4/out4/tcp-gso/fits/wire");
    const auto udp = with_defaults({.l4 = L4::udp, .size = Size::small});
    EXPECT_EQ(udp.ingress, Ingress::plain);
    EXPECT_EQ(name(udp), "gue/in4/out4/udp/small/wire");
    const Cell far{.tunnel = Tunnel::gue_remcsum,
                   .inner = Family::v6,
                   .size = Size::more_1,
                   .origin = Origin::director};
    EXPECT_EQ(name(far),
              "gue-remcsum/in6/out4/tcp-gso/more-1/wire/m1500/tso/vlan-none/df/director");
}

TEST(Axes, AllNamesAreDifferentAndLeadBack)
{
    std::set<std::string> names;
    const auto found = enumerate(rules(), [&](const Cell& cell) {
        const auto text = name(cell);
        names.insert(text);
        const auto back = parse_cell(text);
        ASSERT_TRUE(back) << text;
        ASSERT_EQ(*back, cell) << text;
    });
    EXPECT_EQ(names.size(), found.cells);
}

TEST(Axes, DefaultsMayBeWritten)
{
    const auto cell = parse_cell("ipip/in6/out6/udp/more-8/whole/m1500/plain/vlan-none/df/remote");
    ASSERT_OK(cell);
    EXPECT_EQ(name(*cell), "ipip/in6/out6/udp/more-8/whole");
}

TEST(Axes, AWrongNameSaysWhatWouldBeRight)
{
    const auto text = [](std::string_view name) { return parse_cell(name).error().text(); };
    EXPECT_EQ(text("gue/in4/out4/tcpgso/fits/wire"),
              "cell gue/in4/out4/tcpgso/fits/wire: read l4: \"tcpgso\": one of tcp, tcp-gso, udp, "
              "udp-gso, sctp");
    EXPECT_NE(text("gue/in4").find("read outer: it is missing"), std::string::npos);
    EXPECT_NE(text("").find("read tunnel"), std::string::npos);
    EXPECT_NE(text("gue/in4/out4/tcp-gso/fits/wire/m1500/tso/vlan-none/df/remote/router/x")
                  .find("too many"),
              std::string::npos);
}

Shipment shipment_of(std::string_view name)
{
    return shipment(*parse_cell(name));
}

// The figures are those of ../shared/kernel-facts.md, M_in at 1500.
TEST(Shipments, FitsIsTheLongestSegmentThatFits)
{
    EXPECT_EQ(shipment_of("gue/in4/out4/tcp-gso/fits/wire").longest_segment(), 1468U);
    EXPECT_EQ(shipment_of("gue-remcsum/in4/out4/tcp-gso/fits/wire").longest_segment(), 1460U);
    EXPECT_EQ(shipment_of("gue-remcsum/in6/out6/udp-gso/fits/wire").longest_segment(), 1440U);
    EXPECT_EQ(shipment_of("gre-csum/in4/out6/tcp/more-1/wire").longest_segment(), 1453U);
    EXPECT_EQ(shipment_of("ipip/in4/out4/sctp/more-4/wire").longest_segment(), 1484U);
    EXPECT_EQ(shipment_of("gue-remcsum/in4/out4/udp/fits/wire").longest_segment(), 1468U)
        << "no option without a checksum to be computed";
}

TEST(Shipments, SizesOfGso)
{
    const unsigned mss = 1468 - 40 - 12; // with timestamps
    const auto tcp = [](std::string_view size) {
        return shipment_of("gue/in4/out4/tcp-gso/" + std::string(size) + "/wire");
    };
    for (const char* size : {"fits", "k", "two", "many", "giant"})
        EXPECT_EQ(tcp(size).gso_size, mss) << size;
    EXPECT_EQ(tcp("more-9").gso_size, mss + 9);
    EXPECT_EQ(tcp("fits").payload, 2 * mss + mss / 2);
    EXPECT_EQ(tcp("k-less-1").payload, 3 * mss - 1);
    EXPECT_EQ(tcp("k-more-1").segments(), 4U);
    EXPECT_EQ(tcp("many").segments(), 40U);
    const auto giant = tcp("giant");
    EXPECT_EQ(giant.payload % mss, 0U);
    EXPECT_LE(giant.headers() + giant.payload, 65535U);
    EXPECT_GT(giant.headers() + giant.payload + mss, 65535U);
}

TEST(Shipments, LeastLeavesWhatIpv6Needs)
{
    const auto path_of = [](std::string_view name) { return path(*parse_cell(name)); };
    EXPECT_EQ(path_of("gue/in6/out6/udp/fits/wire/least").mtu, 1280U + 40 + 12);
    EXPECT_EQ(path_of("gue-remcsum/in6/out6/tcp-gso/fits/wire/least-more-1").mtu,
              1280U + 40 + 20 + 1);
    // A packet whose checksum is done has no option for it.
    EXPECT_EQ(path_of("gue-remcsum/in6/out6/udp/fits/wire/least-more-1").mtu, 1280U + 40 + 12 + 1);
    EXPECT_EQ(path_of("fou/in4/out4/udp/fits/wire/least-less-1").mtu, 1280U + 20 + 8 - 1);
    EXPECT_EQ(shipment_of("gue/in6/out6/udp/fits/wire/least-less-1").longest_segment(), 1279U);
}

TEST(Shipments, LeastIsLeastOfEveryTunnelAndPacket)
{
    enumerate(rules(), [](const Cell& cell) {
        if (cell.mtu < Mtu::least_less_1) return;
        const int beside = static_cast<int>(cell.mtu) - static_cast<int>(Mtu::least);
        ASSERT_EQ(inner_mtu(path(cell), shipment(cell)), 1280U + static_cast<unsigned>(beside))
            << name(cell);
    });
}

TEST(Shipments, FragmentingIsOfIpv4)
{
    EXPECT_FALSE(
        shipment_of("gue/in4/out4/udp/fits/wire/m1500/plain/vlan-none/no-df").dont_fragment);
    const auto unheeded =
        *parse_cell("gue/in4/out4/udp/fits/wire/m1500/plain/vlan-none/df-unheeded");
    EXPECT_TRUE(shipment(unheeded).dont_fragment);
    EXPECT_FALSE(path(unheeded).pmtu_disc);
}

// What no rule may let through.
TEST(Shipments, EveryCellIsAPacketThatExists)
{
    enumerate(rules(), [](const Cell& cell) {
        const auto packet = shipment(cell);
        ASSERT_GT(packet.payload, 0U) << name(cell);
        ASSERT_LE(packet.headers() + packet.payload, 65535U) << name(cell);
        ASSERT_EQ(packet.gso_size != 0, is_gso(cell.l4)) << name(cell);
        ASSERT_TRUE(check(path(cell).encap)) << name(cell);
        if (cell.l4 == L4::sctp) {
            ASSERT_EQ(packet.segment_length(0) % 4, 0U) << name(cell);
        }
    });
}

} // namespace
} // namespace gueway::matrix
