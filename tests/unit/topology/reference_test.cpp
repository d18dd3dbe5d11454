// SPDX-License-Identifier: GPL-2.0-only
#include "topology/reference.h"
#include "util/text.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace gueway {
namespace {

const Segment& segment(const Spec& spec, const std::string& name)
{
    return *std::ranges::find(spec.segments, name, &Segment::name);
}

const Host& host(const Spec& spec, const std::string& name)
{
    return *std::ranges::find(spec.hosts, name, &Host::name);
}

TEST(Reference, IsConsistentForEveryWorkerCountFamilyAndMtu)
{
    for (const int workers : {1, 2, 3, 17, 200})
        for (const int underlay : {AF_INET, AF_INET6})
            for (const unsigned mtu : {1500U, 1600U, 9000U}) {
                const auto good =
                    check(reference({.workers = workers, .underlay = underlay, .mtu = mtu}));
                EXPECT_TRUE(good) << good.error().text();
            }
}

TEST(Reference, TooManyWorkersAreAnErrorOfCheck)
{
    EXPECT_FALSE(check(reference({.workers = 256})));
}

TEST(Reference, WorkersAreThoseOfTheIncidentThenComputed)
{
    EXPECT_EQ(worker_address({}, 1), "172.70.64.149");
    EXPECT_EQ(worker_address({}, 2), "172.70.72.206");
    std::set<std::string> all;
    for (const int family : {AF_INET, AF_INET6})
        for (int i = 1; i <= 200; ++i) all.insert(worker_address({.underlay = family}, i));
    EXPECT_EQ(all.size(), 400U);
}

TEST(Reference, EachWorkerIsOnUnderlayAndReturnPathWithBothVips)
{
    const auto spec = reference({.workers = 3, .mtu = 9000, .client_mtu = 1400});
    EXPECT_EQ(segment(spec, "d0").mtu, 1400U);
    EXPECT_EQ(segment(spec, "d1").mtu, 9000U);
    EXPECT_EQ(segment(spec, "r0").mtu, 1400U);
    EXPECT_EQ(segment(spec, "d1").ends.size(), 4U);
    EXPECT_EQ(segment(spec, "r0").ends.size(), 4U);
    for (const char* name : {"director", "w1", "w2", "w3"})
        EXPECT_EQ(host(spec, name).addresses, (std::vector<std::string>{vip4, vip6})) << name;
    // The way back does not cross the director.
    for (const auto& end : segment(spec, "r0").ends) EXPECT_NE(end.host, "director");
}

TEST(Reference, FeaturesAreTurnedOffOnTheDirectorsUnderlayOnly)
{
    const std::vector<std::string> off = {"tx-udp_tnl-segmentation",
                                          "tx-udp_tnl-csum-segmentation"};
    for (const bool hardware : {false, true}) {
        const auto spec = reference({.workers = 2, .udp_tunnel_segmentation = hardware});
        for (const auto& each : spec.segments)
            for (const auto& end : each.ends)
                EXPECT_EQ(end.features_off,
                          !hardware && end.device == "d1" ? off : std::vector<std::string>{});
    }
}

struct Mss {
    std::string description;
    ReferenceOptions options;
    unsigned v4, v6; // advmss of the worker's routes to the client; 0: none needed
};

TEST(Reference, WorkersClampTheMssOnlyWhereTheTunnelIsTooSmall)
{
    const std::vector<Mss> rows = {
        {"1600 has room", {}, 0, 0},
        {"GUE in IPv4 at 1500", {.mtu = 1500}, 1428, 1408},
        {"GUE in IPv6 at 1500", {.underlay = AF_INET6, .mtu = 1500}, 1408, 1388},
        {"IPIP at 1500", {.mtu = 1500, .encap = {EncapType::ipip}}, 1440, 1420},
        {"GRE at 1500", {.mtu = 1500, .encap = {EncapType::gre}}, 1436, 1416},
        {"not asked for", {.mtu = 1500, .clamp_mss = false}, 0, 0},
        {"just enough", {.mtu = 1532}, 0, 0},
        {"one byte short", {.mtu = 1531}, 1459, 1439},
    };
    for (const auto& row : rows) {
        const auto spec = reference(row.options);
        EXPECT_EQ(host(spec, "w1").routes[0].advmss, row.v4) << row.description;
        EXPECT_EQ(host(spec, "w1").routes[1].advmss, row.v6) << row.description;
    }
}

TEST(Reference, WithoutTerminationWorkersRunNothing)
{
    EXPECT_TRUE(host(reference({.terminate = false}), "w1").commands.empty());
    EXPECT_FALSE(host(reference(), "w1").commands.empty());
}

TEST(IpvsCommands, CoverEachVipAndWorker)
{
    std::vector<std::string> printed;
    const ReferenceOptions options{
        .workers = 2, .underlay = AF_INET6, .encap = {EncapType::gue, 6080, EncapChecksum::full}};
    for (const auto& argv :
         ipvs_commands(options, {.scheduler = "mh", .flags = {"mh-port", "mh-fallback"}}))
        printed.push_back(quoted(argv));
    const std::string tunnel = " -i --tun-type gue --tun-port 6080 --tun-csum";
    const std::vector<std::string> expected = {
        "ipvsadm -A -t 198.51.100.150:8000 -s mh -b mh-port,mh-fallback",
        "ipvsadm -a -t 198.51.100.150:8000 -r '[fd00:d1::149]:8000'" + tunnel,
        "ipvsadm -a -t 198.51.100.150:8000 -r '[fd00:d1::206]:8000'" + tunnel,
        "ipvsadm -A -t '[2001:db8::101]:8000' -s mh -b mh-port,mh-fallback",
        "ipvsadm -a -t '[2001:db8::101]:8000' -r '[fd00:d1::149]:8000'" + tunnel,
        "ipvsadm -a -t '[2001:db8::101]:8000' -r '[fd00:d1::206]:8000'" + tunnel,
    };
    EXPECT_EQ(printed, expected);
}

TEST(IpvsCommands, IpipHasNoTunnelWords)
{
    const auto commands = ipvs_commands({.encap = {EncapType::ipip}}, {.port = 53, .udp = true});
    EXPECT_EQ(quoted(commands[0]), "ipvsadm -A -u 198.51.100.150:53 -s rr");
    EXPECT_EQ(quoted(commands[1]), "ipvsadm -a -u 198.51.100.150:53 -r 172.70.64.149:53 -i");
}

} // namespace
} // namespace gueway
