// SPDX-License-Identifier: GPL-2.0-only
#include "topology/draw.h"
#include "topology/named.h"
#include "topology/reference.h"
#include "util/text.h"

#include <gtest/gtest.h>

namespace gueway {
namespace {

TEST(Draw, TwoHostsAndAWire)
{
    const Spec spec{
        .name = "pair",
        .about = "two hosts",
        .hosts = {{.name = "a",
                   .addresses = {"198.51.100.1"},
                   .routes = {{.to = "203.0.113.0/24", .via = "192.0.2.2", .advmss = 1400}}},
                  {.name = "b", .commands = {{"ip", "link", "set", "x y", "up"}}}},
        .segments = {{.name = "wire",
                      .mtu = 1600,
                      .ends = {{"a", "d0", {"192.0.2.1/24"}, {"tx-x"}},
                               {"b", "d1", {"192.0.2.2/24"}, {}}}}}};
    const auto dashes = [](size_t n) { return std::string(n, '-'); };
    const auto boxed = [](std::string text) {
        text.resize(86, ' ');
        return "| " + text + " |";
    };
    const std::string expected =
        "pair: two hosts\n\n" + std::string(93, ' ') + "wire\n" + std::string(91, ' ') +
        "MTU 1600\n" +                       //
        "+- a " + dashes(84) + "+     |\n" + //
        boxed("lo   198.51.100.1") + "     |\n" + boxed("d0   192.0.2.1/24") + "-----o\n" +
        boxed("     off: tx-x") + "     |\n" +
        boxed("     to 203.0.113.0/24 via 192.0.2.2 advmss 1400") + "     |\n" + "+" + dashes(88) +
        "+     |\n" +                        //
        "+- b " + dashes(84) + "+     |\n" + //
        boxed("d1   192.0.2.2/24") + "-----o\n" + boxed("   $ ip link set 'x y' up") + "\n" + "+" +
        dashes(88) + "+\n";
    EXPECT_EQ(draw(spec), expected);
}

TEST(Draw, EveryNamedTopologyFitsAndShowsItsData)
{
    for (const auto& name : topology_names()) {
        const auto spec = named_topology(name).value();
        const auto drawing = draw(spec);
        for (const auto line : lines(drawing)) {
            EXPECT_LE(line.size(), drawing_columns) << line;
            EXPECT_FALSE(line.ends_with(' ')) << line;
        }
        for (const auto& segment : spec.segments) {
            EXPECT_NE(drawing.find("MTU " + std::to_string(segment.mtu)), std::string::npos);
            for (const auto& end : segment.ends)
                for (const auto& address : end.addresses)
                    EXPECT_NE(drawing.find(address), std::string::npos) << name << " " << address;
        }
    }
}

TEST(Draw, AWireThatIsNoVethSaysSo)
{
    const auto drawing = draw(reference({.workers = 2, .underlay_cable = Cable::mlx5ish}));
    EXPECT_NE(drawing.find("d1 switch mlx5ish"), std::string::npos) << drawing;
    EXPECT_EQ(draw(reference()).find("veth"), std::string::npos);
}

TEST(Draw, OneJointPerDevice)
{
    const auto spec = reference({.workers = 3});
    const auto drawing = draw(spec);
    size_t joints = 0, devices = 0;
    for (const auto line : lines(drawing)) joints += line.find("-o") != std::string_view::npos;
    for (const auto& segment : spec.segments) devices += segment.ends.size();
    EXPECT_EQ(joints, devices);
}

TEST(Draw, LongListsAreBroken)
{
    auto spec = reference();
    for (int i = 0; i < 20; ++i)
        spec.hosts[0].addresses.push_back("2001:db8:1::" + std::to_string(i));
    for (const auto line : lines(draw(spec))) EXPECT_LE(line.size(), drawing_columns) << line;
}

} // namespace
} // namespace gueway
