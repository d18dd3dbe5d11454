// SPDX-License-Identifier: GPL-2.0-only
// Bugs of lists of segments (bugs_list.cpp): which cells each touches, and others, as near as may
// be, that it does not, and what it makes of them. Lengths are added up by hand: 1500 less 20 or
// 40, less 12 of GUE, is M_in.
#include "encap/oracle.h"
#include "matrix/axes.h"
#include "matrix/variants.h"
#include "tests/unit/matrix/with_bugs.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace gueway::matrix {
namespace {

TEST(Lists, HaveBugsOfTheirOwn)
{
    const Cell cell{.l4 = L4::udp_gso, .underlay = Underlay::whole, .ingress = Ingress::gro_list};
    EXPECT_TRUE(with(cell, {"list-ttl"})->first_hop);
    EXPECT_EQ(with(cell, {"list-offload"})->warnings, 1U);
    EXPECT_FALSE(with(cell, {"list-offload", "list-ttl"})) << "veth does not look into it";
    EXPECT_FALSE(with(cell, {"list-sum"})) << "nor is it whole otherwise";
    const auto look = with(cell, {"list-offload", "list-sum"});
    ASSERT_TRUE(look);
    EXPECT_EQ(look->worker, (Counts{{"Udp InCsumErrors", 1}, {"Udp InErrors", 1}}));
    EXPECT_EQ(look->lengths, matrix::look(cell).lengths);
    auto device = cell;
    device.tunnel = Tunnel::fou;
    EXPECT_EQ(with(device, {"list-offload"})->warnings, 2U) << "the tunnel's too";
    device.underlay = Underlay::wire;
    EXPECT_EQ(with(device, {"list-offload", "list-ttl"})->warnings, 1U);
    auto on_wire = cell;
    on_wire.underlay = Underlay::wire;
    EXPECT_FALSE(strikes("list-sum", on_wire)) << "only veth hands lists over";
    auto one_packet = cell;
    one_packet.ingress = Ingress::gro;
    for (const char* id : {"list-ttl", "list-sum", "list-offload"})
        EXPECT_FALSE(strikes(id, one_packet));
}

} // namespace
} // namespace gueway::matrix
