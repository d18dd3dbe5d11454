// SPDX-License-Identifier: GPL-2.0-only
// The link noun against the running kernel. Needs root; every test has namespaces of its own.
#include "link/address.h"
#include "link/carrier.h"
#include "link/device.h"
#include "link/features.h"
#include "link/namespace.h"
#include "link/neighbour.h"
#include "link/route.h"
#include "link/rule.h"
#include "link/sysctl.h"
#include "tests/assert_ok.h"
#include "util/deadline.h"
#include "util/file.h"
#include "util/process.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gueway {
namespace {

std::string unique(const std::string& what)
{
    return "gwlink" + std::to_string(::getpid()) + "-" + what;
}

class Link : public testing::Test {
protected:
    void SetUp() override
    {
        if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    }
    static Namespace make(const std::string& what)
    {
        auto made = Namespace::create(unique(what));
        if (!made) ADD_FAILURE() << made.error().text();
        return std::move(made).value();
    }
    static std::string run_in(const Namespace& where, const Argv& argv)
    {
        const auto output = where.in([&] { return run_ok(argv); });
        return output ? *output : output.error().text();
    }
};

ino_t own_namespace()
{
    struct stat seen{};
    ::stat("/proc/thread-self/ns/net", &seen);
    return seen.st_ino;
}

TEST_F(Link, RulesThatLookAtMoreThanTheDestinationAreFound)
{
    const auto place = make("rules");
    const auto beyond = [&](int family) {
        const auto found = rules_beyond_destination(place, family);
        return found ? std::to_string(*found) : found.error().text();
    };
    EXPECT_EQ(beyond(AF_INET), "0");
    EXPECT_EQ(beyond(AF_INET6), "0");
    run_in(place, {"ip", "rule", "add", "to", "192.0.2.2", "lookup", "99"});
    EXPECT_EQ(beyond(AF_INET), "0");
    for (const Argv& asked : {Argv{"from", "192.0.2.0/24"}, {"iif", "lo"}, {"fwmark", "7"}}) {
        Argv add = {"ip", "rule", "add"}, remove = {"ip", "rule", "del"};
        for (auto* command : {&add, &remove}) {
            command->insert(command->end(), asked.begin(), asked.end());
            command->insert(command->end(), {"lookup", "99"});
        }
        run_in(place, add);
        EXPECT_EQ(beyond(AF_INET), "1") << asked.front();
        run_in(place, remove);
        EXPECT_EQ(beyond(AF_INET), "0") << asked.front();
    }
    EXPECT_EQ(beyond(AF_INET6), "0");
}

TEST_F(Link, NamespaceHasLoUpAndGoesAway)
{
    const auto path = fs::path("/run/netns") / unique("a");
    {
        const auto a = make("a");
        EXPECT_TRUE(fs::exists(path));
        const auto lo = device(a, "lo");
        ASSERT_TRUE(lo) << lo.error().text();
        EXPECT_TRUE(lo->up);
        // The second opinion finds it by name.
        EXPECT_NE(run_ok({"ip", "netns", "exec", unique("a"), "ip", "link", "show", "up"})
                      .value()
                      .find("lo:"),
                  std::string::npos);
    }
    EXPECT_FALSE(fs::exists(path));
}

TEST_F(Link, NamespaceNameIsTakenOnce)
{
    const auto a = make("a");
    const auto again = Namespace::create(unique("a"));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, EEXIST);
    const auto opened = Namespace::open(unique("a"));
    ASSERT_TRUE(opened) << opened.error().text();
    EXPECT_EQ(Namespace::open("no-such-namespace").error().code, ENOENT);
}

TEST_F(Link, OpenedHandleLeavesTheNamespaceAlone)
{
    const auto a = make("a");
    {
        const auto second = Namespace::open(unique("a")).value();
    }
    EXPECT_TRUE(fs::exists(fs::path("/run/netns") / unique("a")));
}

TEST_F(Link, InsideIsForOneCallOnly)
{
    const auto a = make("a");
    const auto outside = own_namespace();
    const auto seen = a.in([] { return own_namespace(); });
    ASSERT_TRUE(seen);
    EXPECT_NE(*seen, outside);
    EXPECT_EQ(own_namespace(), outside);
    const auto failed = a.in([]() -> Result<int> { return error("x", "y", "z"); });
    EXPECT_FALSE(failed);
    EXPECT_EQ(own_namespace(), outside);
}

TEST_F(Link, VethAppearsInBothNamespacesWithItsMtu)
{
    const auto a = make("a"), b = make("b");
    ASSERT_OK(add_veth({a, "d0"}, {b, "d0"}, 1600));
    for (const auto* side : {&a, &b}) {
        const auto d0 = device(*side, "d0");
        ASSERT_TRUE(d0) << d0.error().text();
        EXPECT_EQ(d0->mtu, 1600U);
        EXPECT_FALSE(d0->up);
        ASSERT_OK(set_up(*side, "d0"));
    }
    ASSERT_OK(wait_carrier(a, "d0", Deadline::after(std::chrono::seconds(60))));
    ASSERT_OK(set_mtu(a, "d0", 9000));
    EXPECT_EQ(device(a, "d0")->mtu, 9000U);
    EXPECT_EQ(device(b, "d0")->mtu, 1600U);
    ASSERT_OK(set_mac(a, "d0", "02:00:00:00:00:0a"));
    EXPECT_EQ(device(a, "d0")->mac, "02:00:00:00:00:0a");
    ASSERT_OK(remove_device(a, "d0"));
    EXPECT_EQ(device(b, "d0").error().code, ENODEV);
}

TEST_F(Link, ErrorsNameNamespaceDeviceAndTheKernelsWords)
{
    const auto a = make("a"), b = make("b");
    ASSERT_OK(add_veth({a, "d0"}, {b, "d0"}, 1500));
    const auto twice = add_veth({a, "d0"}, {b, "d1"}, 1500);
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().code, EEXIST);
    EXPECT_EQ(twice.error().object, unique("a") + ": device d0");
    const auto mtu = set_mtu(a, "d0", 100000);
    ASSERT_FALSE(mtu);
    EXPECT_EQ(mtu.error().text(), unique("a") + ": device d0: set MTU 100000: "
                                                "mtu greater than device maximum (EINVAL)");
    EXPECT_EQ(device(a, "none").error().text(),
              unique("a") + ": device none: look up: No such device (ENODEV)");
}

TEST_F(Link, BridgeHasPorts)
{
    const auto a = make("a"), b = make("b");
    ASSERT_OK(add_device(a, "br", "bridge"));
    ASSERT_OK(add_veth({a, "p0"}, {b, "d0"}, 1500));
    ASSERT_OK(set_master(a, "p0", "br"));
    EXPECT_EQ(device(a, "p0")->master, device(a, "br")->index);
    EXPECT_EQ(add_device(a, "x", "no-such-kind").error().code, EOPNOTSUPP);
}

TEST_F(Link, AddressesOfBothFamilies)
{
    const auto a = make("a"), b = make("b");
    ASSERT_OK(add_veth({a, "d0"}, {b, "d0"}, 1500));
    ASSERT_OK(set_up(a, "d0"));
    ASSERT_OK(add_address(a, "d0", *parse_prefix("192.0.2.1/24")));
    ASSERT_OK(add_address(a, "d0", *parse_prefix("2001:db8::1/64"), {.nodad = true}));
    ASSERT_OK(add_address(a, "d0", *parse_prefix("2001:db8::2/64")));
    EXPECT_EQ(add_address(a, "d0", *parse_prefix("192.0.2.1/24")).error().code, EEXIST);

    const auto all = addresses(a).value();
    const auto find = [&](const char* text) {
        const auto wanted = *parse_prefix(text);
        const auto at = std::ranges::find(all, wanted, &AddressState::address);
        return at == all.end() ? AddressState{} : *at;
    };
    EXPECT_EQ(find("192.0.2.1/24").device, "d0");
    EXPECT_EQ(find("127.0.0.1/8").device, "lo");
    EXPECT_EQ(find("2001:db8::1/64").device, "d0");
    EXPECT_FALSE(find("2001:db8::1/64").tentative);
    EXPECT_TRUE(find("2001:db8::2/64").tentative)
        << "without a carrier, as d0 is while its peer is down, detection does not begin";
}

TEST_F(Link, DuplicateAddressIsSeen)
{
    const auto a = make("a"), b = make("b");
    ASSERT_OK(add_veth({a, "d0"}, {b, "d0"}, 1500));
    const auto address = *parse_prefix("2001:db8::1/64");
    ASSERT_OK(add_address(a, "d0", address, {.nodad = true}));
    ASSERT_OK(set_up(a, "d0"));
    ASSERT_OK(set_up(b, "d0"));
    ASSERT_OK(add_address(b, "d0", address));
    ASSERT_OK(wait_until(Deadline::after(std::chrono::seconds(60)), "b", "a failed detection",
                         [&]() -> Result<bool> {
                             return std::ranges::any_of(TRY(addresses(b)),
                                                        &AddressState::dad_failed);
                         }));
}

TEST_F(Link, RoutesCarryGatewayMtuAndMss)
{
    const auto a = make("a"), b = make("b");
    ASSERT_OK(add_veth({a, "d0"}, {b, "d0"}, 1600));
    ASSERT_OK(set_up(a, "d0"));
    ASSERT_OK(set_up(b, "d0"));
    ASSERT_OK(add_address(a, "d0", *parse_prefix("192.0.2.1/24")));
    ASSERT_OK(add_address(a, "d0", *parse_prefix("2001:db8::1/64"), {.nodad = true}));
    ASSERT_OK(add_route(a, {.to = *parse_prefix("198.51.100.0/24"),
                            .via = *parse_address("192.0.2.2"),
                            .mtu = 1500,
                            .advmss = 1428}));
    ASSERT_OK(add_route(
        a, {.to = *parse_prefix("2001:db8:1::/48"), .via = *parse_address("2001:db8::2")}));
    ASSERT_OK(add_route(a, {.to = *parse_prefix("203.0.113.7"), .device = "d0"}));

    const auto shown = run_in(a, {"ip", "route", "show", "198.51.100.0/24"});
    for (const char* part : {"via 192.0.2.2", "dev d0", "mtu 1500", "advmss 1428"})
        EXPECT_NE(shown.find(part), std::string::npos) << shown;
    EXPECT_NE(run_in(a, {"ip", "route", "get", "203.0.113.7"}).find("dev d0"), std::string::npos);
    EXPECT_NE(run_in(a, {"ip", "-6", "route", "show"}).find("via 2001:db8::2"), std::string::npos);

    const auto lost =
        add_route(a, {.to = *parse_prefix("198.18.0.0/15"), .via = *parse_address("10.9.9.9")});
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, ENETUNREACH);
    EXPECT_EQ(lost.error().detail, "Nexthop has invalid gateway");
}

TEST_F(Link, NeighboursResolveOrAreSet)
{
    const auto a = make("a"), b = make("b");
    ASSERT_OK(add_veth({a, "d0"}, {b, "d0"}, 1500));
    for (const auto* side : {&a, &b}) ASSERT_OK(set_up(*side, "d0"));
    for (const char* text : {"192.0.2.1/24", "2001:db8::1/64"})
        ASSERT_OK(add_address(a, "d0", *parse_prefix(text), {.nodad = true}));
    for (const char* text : {"192.0.2.2/24", "2001:db8::2/64"})
        ASSERT_OK(add_address(b, "d0", *parse_prefix(text), {.nodad = true}));
    for (const char* text : {"192.0.2.2", "2001:db8::2"}) {
        const auto address = *parse_address(text);
        EXPECT_EQ(neighbour(a, "d0", address).value(), std::nullopt);
        ASSERT_OK(
            wait_until(Deadline::after(std::chrono::seconds(60)), "a", text, [&]() -> Result<bool> {
                if (TRY(neighbour(a, "d0", address))) return true;
                TRY(resolve_neighbour(a, "d0", address));
                return false;
            }));
        EXPECT_EQ(neighbour(a, "d0", address).value(), device(b, "d0")->mac);
    }
    const auto set = *parse_address("192.0.2.9");
    ASSERT_OK(add_neighbour(a, "d0", set, "02:00:00:00:00:09"));
    EXPECT_EQ(neighbour(a, "d0", set).value(), "02:00:00:00:00:09");
}

TEST_F(Link, FeaturesAreSetAndReadBack)
{
    const auto a = make("a"), b = make("b");
    ASSERT_OK(add_veth({a, "d0"}, {b, "d0"}, 1500));
    const auto active = [&](const std::string& name) {
        const auto all = features(a, "d0").value();
        const auto at = std::ranges::find(all, name, &Feature::name);
        return at != all.end() && at->active;
    };
    const std::vector<std::string> tunnel = {"tx-udp_tnl-segmentation",
                                             "tx-udp_tnl-csum-segmentation"};
    for (const bool on : {false, true, false}) {
        ASSERT_OK(set_features(a, "d0", tunnel, on));
        for (const auto& name : tunnel) EXPECT_EQ(active(name), on) << name;
    }
    EXPECT_TRUE(active("tx-tcp-segmentation"));
    EXPECT_NE(run_in(a, {"ethtool", "-k", "d0"}).find("tx-udp_tnl-segmentation: off"),
              std::string::npos);
}

TEST_F(Link, FeatureTheKernelDoesNotTakeIsAnError)
{
    const auto a = make("a"), b = make("b");
    ASSERT_OK(add_veth({a, "d0"}, {b, "d0"}, 1500));
    const auto fixed = set_features(a, "d0", {"rx-fcs"}, true);
    ASSERT_FALSE(fixed);
    EXPECT_EQ(fixed.error().text(),
              unique("a") + ": device d0: turn features on: the kernel did not take rx-fcs (fixed) "
                            "(EOPNOTSUPP): ethtool -k shows what is fixed and what holds it back");
    const auto unknown = set_features(a, "d0", {"tx-warp"}, true);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().operation, "set feature tx-warp");
    // Segmentation needs checksumming: taken, but held back by what it depends on.
    ASSERT_OK(set_features(a, "d0", {"tx-checksum-ip-generic"}, false));
    EXPECT_FALSE(set_features(a, "d0", {"tx-tcp-segmentation"}, true));
}

TEST_F(Link, SysctlsBelongToTheNamespace)
{
    const auto a = make("a"), b = make("b");
    ASSERT_OK(set_sysctl(a, "net.ipv4.conf.all.rp_filter", "2"));
    ASSERT_OK(set_sysctl(b, "net.ipv4.conf.all.rp_filter", "0"));
    EXPECT_EQ(sysctl(a, "net.ipv4.conf.all.rp_filter").value(), "2");
    EXPECT_EQ(sysctl(b, "net.ipv4.conf.all.rp_filter").value(), "0");
    const auto missing = set_sysctl(a, "net.ipv4.conf.tunl9.rp_filter", "0");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().text(),
              unique("a") + ": sysctl net.ipv4.conf.tunl9.rp_filter: set to 0: No such file or "
                            "directory (ENOENT): the device or module it belongs to is not there");
}

TEST_F(Link, CountersCountWhatWasSent)
{
    const auto a = make("a"), b = make("b");
    ASSERT_OK(add_veth({a, "d0"}, {b, "d0"}, 1500));
    for (const auto* side : {&a, &b}) {
        ASSERT_OK(set_sysctl(*side, "net.ipv6.conf.d0.disable_ipv6", "1")); // keeps quiet
        ASSERT_OK(set_up(*side, "d0"));
    }
    ASSERT_OK(add_address(a, "d0", *parse_prefix("192.0.2.1/24")));
    ASSERT_OK(add_neighbour(a, "d0", *parse_address("192.0.2.2"), device(b, "d0")->mac));
    ASSERT_OK(wait_carrier(a, "d0", Deadline::after(std::chrono::seconds(60))));
    const auto before = device(b, "d0")->counters;
    const Fd socket = a.socket(AF_INET, SOCK_DGRAM).value();
    sockaddr_storage to;
    const auto length = socket_address(*parse_address("192.0.2.2"), 9, to);
    const char payload[100] = {};
    for (int i = 0; i < 3; ++i)
        ASSERT_EQ(::sendto(socket.get(), payload, sizeof payload, 0,
                           reinterpret_cast<sockaddr*>(&to), length),
                  static_cast<ssize_t>(sizeof payload));
    const auto after = device(b, "d0")->counters;
    EXPECT_EQ(after.rx_packets - before.rx_packets, 3U);
    EXPECT_EQ(after.rx_bytes - before.rx_bytes, 3 * (sizeof payload + 8 + 20 + 14));
    EXPECT_EQ(device(a, "d0")->counters.tx_dropped, 0U);
}

} // namespace
} // namespace gueway
