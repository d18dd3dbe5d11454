// SPDX-License-Identifier: GPL-2.0-only
#include "topology/named.h"
#include "topology/reference.h"
#include "topology/spec.h"

#include <functional>

#include <gtest/gtest.h>

namespace gueway {
namespace {

TEST(Check, EveryNamedTopologyIsConsistent)
{
    for (const auto& name : topology_names()) {
        const auto spec = named_topology(name);
        ASSERT_TRUE(spec) << spec.error().text();
        EXPECT_EQ(spec->name, name);
        const auto good = check(*spec);
        EXPECT_TRUE(good) << good.error().text();
    }
}

TEST(Check, UnknownNameListsTheKnownOnes)
{
    const auto spec = named_topology("nope");
    ASSERT_FALSE(spec);
    const auto text = spec.error().text();
    EXPECT_EQ(text.find('\n'), std::string::npos);
    for (const auto& name : topology_names()) EXPECT_NE(text.find(name), std::string::npos) << name;
}

// Two hosts on one wire, with a route: each row breaks one thing in it.
Spec good()
{
    return {.name = "pair",
            .about = "",
            .hosts = {{.name = "a", .routes = {{.to = "198.51.100.0/24", .via = "192.0.2.2"}}},
                      {.name = "b"}},
            .segments = {{.name = "wire",
                          .ends = {{"a", "d0", {"192.0.2.1/24", "2001:db8::1/64"}, {}},
                                   {"b", "d0", {"192.0.2.2/24", "2001:db8::2/64"}, {}}}}},
            .neighbours = {{"a", "192.0.2.2"}, {"b", "2001:db8::1"}}};
}

struct Broken {
    std::string description;
    std::function<void(Spec&)> damage;
    std::string complaint; // end of the error's text
};

const std::vector<Broken>& broken()
{
    static const std::vector<Broken> rows = {
        {"two hosts of one name", [](Spec& s) { s.hosts[1].name = "a"; },
         "check host a: there are two of that name"},
        {"host that cannot be a file", [](Spec& s) { s.hosts[1].name = "b/c"; },
         "check host b/c: its name cannot name a namespace"},
        {"unreadable address on lo", [](Spec& s) { s.hosts[0].addresses = {"300.1.1.1"}; },
         "neither IPv4 nor IPv6: write it as 192.0.2.1 or 2001:db8::1"},
        {"empty command", [](Spec& s) { s.hosts[0].commands = {{}}; },
         "check host a: a command without words"},
        {"loose wire", [](Spec& s) { s.segments[0].ends.pop_back(); },
         "check segment wire: it has less than two ends"},
        {"end of no host", [](Spec& s) { s.segments[0].ends[1].host = "c"; },
         "check segment wire: no host c"},
        {"device name of 16 letters", [](Spec& s) { s.segments[0].ends[0].device.assign(16, 'd'); },
         "has not 1 to 15 letters"},
        {"device twice in a host", [](Spec& s) { s.segments.push_back(s.segments[0]); },
         "host a has a device d0 already"},
        {"lo is taken", [](Spec& s) { s.segments[0].ends[0].device = "lo"; },
         "host a has a device lo already"},
        {"two subnets on one wire",
         [](Spec& s) { s.segments[0].ends[1].addresses[0] = "192.0.3.2/24"; },
         "192.0.3.2/24 of b is not in the subnet of 192.0.2.1/24"},
        {"one subnet, two lengths",
         [](Spec& s) { s.segments[0].ends[1].addresses[0] = "192.0.2.2/25"; },
         "192.0.2.2/25 of b is not in the subnet of 192.0.2.1/24"},
        {"address twice on a wire",
         [](Spec& s) { s.segments[0].ends[1].addresses[1] = "2001:db8::1/64"; },
         "two ends have 2001:db8::1"},
        {"IPv6 below its smallest MTU", [](Spec& s) { s.segments[0].mtu = 1279; },
         "MTU 1279 is not within 1280..65535"},
        {"gateway on no segment", [](Spec& s) { s.hosts[0].routes[0].via = "10.0.0.1"; },
         "check host a: 10.0.0.1 is on none of its segments"},
        {"gateway that nobody is", [](Spec& s) { s.hosts[0].routes[0].via = "192.0.2.9"; },
         "nobody has 192.0.2.9 on segment wire"},
        {"gateway that is the host itself", [](Spec& s) { s.hosts[0].routes[0].via = "192.0.2.1"; },
         "nobody has 192.0.2.1 on segment wire"},
        {"gateway of the other family", [](Spec& s) { s.hosts[0].routes[0].via = "2001:db8::2"; },
         "198.51.100.0/24 via 2001:db8::2: not of one family"},
        {"neighbour that nobody is", [](Spec& s) { s.neighbours[0].address = "192.0.2.77"; },
         "nobody has 192.0.2.77 on segment wire"},
    };
    return rows;
}

TEST(Check, GoodOneIsGood)
{
    const auto result = check(good());
    EXPECT_TRUE(result) << result.error().text();
}

TEST(Check, NamesWhatCannotWork)
{
    for (const auto& [description, damage, complaint] : broken()) {
        auto spec = good();
        damage(spec);
        const auto result = check(spec);
        ASSERT_FALSE(result) << description;
        const auto text = result.error().text();
        EXPECT_TRUE(text.ends_with(complaint)) << description << ": " << text;
    }
}

} // namespace
} // namespace gueway
