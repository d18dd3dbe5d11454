// SPDX-License-Identifier: GPL-2.0-only
// Building and taking down, whole and half; waits that end and waits that do not. Workers do not
// terminate the tunnel here, so that a kernel without fou is enough.
#include "fixture.h"
#include "link/address.h"
#include "link/carrier.h"
#include "link/features.h"
#include "link/sysctl.h"
#include "util/file.h"
#include "util/text.h"

#include <algorithm>

#include <sys/socket.h>

namespace gueway {
namespace {

using namespace std::chrono_literals;

using Build = TopologyTest;

// A wire between a and b.
Spec pair()
{
    return {.name = "pair",
            .about = "",
            .hosts = {{.name = "a"}, {.name = "b"}},
            .segments = {{.name = "wire",
                          .ends = {{"a", "d0", {"192.0.2.1/24", "2001:db8::1/64"}, {}},
                                   {"b", "d0", {"192.0.2.2/24", "2001:db8::2/64"}, {}}}}},
            .neighbours = {{"a", "192.0.2.2"}, {"b", "2001:db8::1"}}};
}

TEST_F(Build, ReferenceOfOneToThreeWorkersComesUpAndLeavesNothing)
{
    for (const int underlay : {AF_INET, AF_INET6}) {
        for (const int workers : {1, 2, 3}) {
            const ReferenceOptions options{
                .workers = workers, .underlay = underlay, .terminate = false};
            auto built = Topology::build(reference(options));
            ASSERT_TRUE(built) << built.error().text();
            // Hosts, and the switches of d1 and r0 where they have more than two ends.
            EXPECT_EQ(namespaces().size(), size_t(2 + workers + (workers > 1 ? 2 : 0)));
            for (int i = 1; i <= workers; ++i)
                EXPECT_EQ(send_packet(*built, "director", worker_name(i),
                                      worker_address(options, i), 100),
                          100);
            const auto lo = device(*built->host("w1").value(), "lo");
            EXPECT_TRUE(lo && lo->up);
        }
        EXPECT_TRUE(namespaces().empty());
    }
}

TEST_F(Build, DirectorHasOneUnderlayDeviceHoweverManyWorkers)
{
    const auto built = Topology::build(reference({.workers = 3, .terminate = false})).value();
    std::set<std::string> names;
    const auto all = devices(*built.host("director").value()).value();
    for (const auto& each : all) names.insert(each.name);
    for (const char* fallback :
         {"tunl0", "sit0", "ip6tnl0", "gre0", "gretap0", "erspan0", "ip6gre0"})
        names.erase(fallback); // there once their modules are loaded
    EXPECT_EQ(names, (std::set<std::string>{"lo", "d0", "d1"}));
}

TEST_F(Build, TeardownDeletesWiresEvenWhereANamespaceIsHeld)
{
    auto built = std::make_unique<Topology>(
        Topology::build(reference({.workers = 2, .terminate = false})).value());
    const auto held = Namespace::open(built->host("director").value()->name()).value();
    EXPECT_TRUE(device(held, "d1"));
    built.reset();
    EXPECT_EQ(device(held, "d0").error().code, ENODEV);
    EXPECT_EQ(device(held, "d1").error().code, ENODEV);
    EXPECT_TRUE(namespaces().empty());
}

TEST_F(Build, TwoOfOneSpecCoexist)
{
    const auto first = Topology::build(pair()).value();
    const auto second = Topology::build(pair()).value();
    EXPECT_NE(first.host("a").value()->name(), second.host("a").value()->name());
    EXPECT_EQ(send_packet(first, "a", "b", "192.0.2.2", 100), 100);
    EXPECT_EQ(send_packet(second, "a", "b", "192.0.2.2", 100), 100);
}

TEST_F(Build, HostIsReachedByItsNamespaceName)
{
    const auto built = Topology::build(pair()).value();
    const auto shown = run_ok({"ip", "netns", "exec", built.host("a").value()->name(), "ip", "-o",
                               "address", "show", "dev", "d0"})
                           .value();
    EXPECT_NE(shown.find("192.0.2.1/24"), std::string::npos) << shown;
    const auto unknown = built.run("c", {"true"});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().text(), "topology pair: find host c: no host of that name (ENOENT)");
}

TEST_F(Build, FailedCommandUndoesEverythingAndIsNamed)
{
    auto spec = reference({.workers = 2, .terminate = false});
    spec.hosts.back().commands = {{"sh", "-c", "echo cannot >&2; exit 3"}};
    const auto built = Topology::build(spec);
    ASSERT_FALSE(built);
    EXPECT_EQ(built.error().text(),
              "host w2: sh -c 'echo cannot >&2; exit 3': run: status 3, cannot");
    EXPECT_TRUE(namespaces().empty());
}

TEST_F(Build, FailureInTheMiddleOfASegmentUndoesEverything)
{
    auto spec = reference({.workers = 3, .terminate = false});
    spec.segments[1].ends[2].features_off = {"tx-warp"}; // worker 2's u0
    const auto built = Topology::build(spec);
    ASSERT_FALSE(built);
    EXPECT_NE(built.error().text().find("w2: device u0: set feature tx-warp"), std::string::npos)
        << built.error().text();
    EXPECT_TRUE(namespaces().empty());
}

TEST_F(Build, SpecThatCannotWorkMakesNothing)
{
    auto spec = pair();
    spec.segments[0].ends[1].addresses[0] = "192.0.2.1/24";
    const auto built = Topology::build(spec);
    ASSERT_FALSE(built);
    EXPECT_EQ(built.error().object, "topology pair");
    EXPECT_TRUE(namespaces().empty());
}

TEST_F(Build, FeaturesOfTheUnderlayAreOffWhereAskedFor)
{
    for (const bool hardware : {false, true}) {
        const auto built =
            Topology::build(reference({.udp_tunnel_segmentation = hardware, .terminate = false}))
                .value();
        const auto all = features(*built.host("director").value(), "d1").value();
        for (const auto& each : all) {
            if (each.name.starts_with("tx-udp_tnl-")) {
                EXPECT_EQ(each.active, hardware) << each.name;
            } else if (each.name == "tx-tcp-segmentation") {
                EXPECT_TRUE(each.active);
            }
        }
    }
}

TEST_F(Build, SysctlsReachDevicesByDefaultAndByName)
{
    auto spec = pair();
    spec.hosts[0].sysctls = {{"net.ipv4.conf.default.rp_filter", "2"},
                             {"net.ipv4.conf.d0.arp_announce", "2"}};
    const auto built = Topology::build(spec).value();
    const auto& a = *built.host("a").value();
    EXPECT_EQ(sysctl(a, "net.ipv4.conf.d0.rp_filter").value(), "2");
    EXPECT_EQ(sysctl(a, "net.ipv4.conf.d0.arp_announce").value(), "2");

    spec.hosts[0].sysctls = {{"net.ipv4.conf.nothing.rp_filter", "2"}};
    const auto failed = Topology::build(spec);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ENOENT);
}

TEST_F(Build, WaitsForTheEndOfAddressDetection)
{
    auto spec = pair();
    for (auto& host : spec.hosts) host.sysctls = {{"net.ipv6.conf.default.accept_dad", "1"}};
    {
        const auto built = Topology::build(spec);
        ASSERT_TRUE(built) << built.error().text();
        const auto all = addresses(*built->host("a").value()).value();
        for (const auto& each : all) EXPECT_FALSE(each.tentative) << each.address.text();
    }
    // A detection that cannot end in time: the wait says which address it was.
    for (auto& host : spec.hosts)
        host.sysctls.push_back({"net.ipv6.conf.default.dad_transmits", "100"});
    const auto late = Topology::build(spec, 3s);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ETIMEDOUT);
    EXPECT_EQ(late.error().operation, "wait for the end of duplicate address detection");
    EXPECT_NE(late.error().detail.find("2001:db8::1/64 on d0"), std::string::npos)
        << late.error().text();
    EXPECT_TRUE(namespaces().empty());
}

TEST_F(Build, NeighbourThatDoesNotAnswerIsNamed)
{
    auto spec = pair();
    spec.hosts[1].commands = {{"ip", "link", "set", "d0", "arp", "off"}};
    const auto late = Topology::build(spec, 3s);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ETIMEDOUT);
    EXPECT_EQ(late.error().operation, "wait for neighbour 192.0.2.2 on d0");
}

TEST_F(Build, WireWithoutCarrierIsNamed)
{
    const auto built = Topology::build(pair()).value();
    ASSERT_OK(built.run_ok("b", {"ip", "link", "set", "d0", "down"}));
    const auto late = wait_carrier(*built.host("a").value(), "d0", Deadline::after(50ms));
    ASSERT_FALSE(late);
    EXPECT_TRUE(late.error().text().ends_with("-a: device d0: wait for its carrier: Connection "
                                              "timed out (ETIMEDOUT)"))
        << late.error().text();
    ASSERT_OK(built.run_ok("b", {"ip", "link", "set", "d0", "up"}));
    ASSERT_OK(wait_carrier(*built.host("a").value(), "d0", Deadline::after(60s)));
}

TEST_F(Build, ListenerIsWaitedForInItsHostOnly)
{
    const auto built = Topology::build(pair()).value();
    const Listener wanted{parse_address("192.0.2.2").value(), 8000, Transport::tcp};
    const auto late = built.wait_for("b", wanted, 50ms);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().operation, "wait for a TCP listener on 192.0.2.2 port 8000");

    const Fd socket = built.host("b").value()->socket(AF_INET, SOCK_STREAM).value();
    sockaddr_storage address;
    const auto length = socket_address(wanted.address, wanted.port, address);
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_FALSE(built.wait_for("b", wanted, 0ms)) << "bound is not listening";
    ASSERT_EQ(::listen(socket.get(), 1), 0);
    ASSERT_OK(built.wait_for("b", wanted, 5s));
    EXPECT_FALSE(built.wait_for("a", wanted, 0ms));
}

TEST_F(Build, ProcessRunsInsideItsHost)
{
    const auto built = Topology::build(pair()).value();
    auto sleeper = built.start("a", {"sleep", "60"}).value();
    const auto inside = fs::read_symlink("/proc/" + std::to_string(sleeper.pid()) + "/ns/net");
    const auto seen = built.in("a", [] { return fs::read_symlink("/proc/thread-self/ns/net"); });
    EXPECT_EQ(inside, seen.value());
    EXPECT_NE(inside, fs::read_symlink("/proc/thread-self/ns/net"));
}

TEST_F(Build, CountersAreOfTheHostsDevice)
{
    const auto built = Topology::build(pair()).value();
    const auto before = built.counters("a", "d0").value();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(send_packet(built, "a", "b", "192.0.2.2", 100), 100);
    const auto after = built.counters("a", "d0").value();
    EXPECT_GE(after.tx_packets - before.tx_packets, 3U);
    EXPECT_GE(after.tx_bytes - before.tx_bytes, 3U * (100 + 14)); // with their Ethernet headers
    EXPECT_FALSE(built.counters("a", "d7"));
}

} // namespace
} // namespace gueway
