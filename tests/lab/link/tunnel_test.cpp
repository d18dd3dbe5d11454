// SPDX-License-Identifier: GPL-2.0-only
// Tunnel devices and routes against the running kernel: what is asked for is what is read back, and
// what `ip` shows.
#include "link/address.h"
#include "link/device.h"
#include "link/namespace.h"
#include "link/route.h"
#include "link/tunnel.h"
#include "tests/assert_ok.h"
#include "util/process.h"

#include <algorithm>
#include <memory>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <unistd.h>

namespace gueway {
namespace {

Address at(const char* text)
{
    return parse_address(text).value();
}
Prefix to(const char* text)
{
    return parse_prefix(text).value();
}

class Tunnels : public testing::Test {
protected:
    void SetUp() override
    {
        if (::geteuid() != 0) GTEST_SKIP() << "needs root";
        for (const char* module : {"fou", "fou6", "ipip", "sit", "ip_gre", "ip6_tunnel", "ip6_gre"})
            std::ignore = run({"modprobe", "-q", module});
        auto made = Namespace::create("gwtunnel" + std::to_string(::getpid()));
        ASSERT_TRUE(made) << made.error().text();
        where_ = std::make_unique<Namespace>(std::move(*made));
        const auto probe = add_tunnel(*where_, {.name = "probe", .local = at("192.0.2.99")});
        if (!probe) GTEST_SKIP() << "this kernel has no ipip: " << probe.error().text();
        ASSERT_OK(remove_device(*where_, "probe"));
    }

    const Namespace& where() const { return *where_; }

    std::string ip(Argv argv) const
    {
        argv.insert(argv.begin(), "ip");
        const auto output = where_->in([&] { return run_ok(argv); });
        return output ? *output : output.error().text();
    }

    // Of that name; at most one.
    std::vector<TunnelDevice> present(const std::string& name) const
    {
        auto all = tunnels(*where_);
        EXPECT_TRUE(all) << all.error().text();
        std::erase_if(*all, [&](const auto& each) { return each.name != name; });
        return std::move(*all);
    }

    void expect_present(const TunnelDevice& wanted) const
    {
        const auto found = present(wanted.name);
        ASSERT_EQ(found.size(), 1U) << wanted.name;
        EXPECT_TRUE(found[0].is(wanted)) << found[0].text() << " is not " << wanted.text();
    }

    std::vector<RouteState> route(const Prefix& prefix) const
    {
        auto all = routes(*where_);
        EXPECT_TRUE(all) << all.error().text();
        std::erase_if(*all, [&](const auto& each) { return each.entry.to != prefix; });
        return std::move(*all);
    }

private:
    std::unique_ptr<Namespace> where_;
};

std::vector<TunnelDevice> examples()
{
    const auto v4 = at("192.0.2.1"), worker4 = at("192.0.2.2");
    const auto v6 = at("2001:db8::1"), worker6 = at("2001:db8::2");
    const UdpHeader fou{.type = UdpEncap::fou, .port = 5555};
    const UdpHeader summed{.type = UdpEncap::fou, .port = 5556, .checksum = true};
    const UdpHeader gue{.type = UdpEncap::gue, .port = 5501, .checksum = true, .remote = true};
    return {
        {"ipip-fou",
         TunnelKind::ipip,
         {},
         worker4,
         IPPROTO_IPIP,
         64,
         false,
         {},
         false,
         fou,
         1400,
         true},
        {"ipip-any", TunnelKind::ipip, v4, {}, 0, 0, false, {}, false, {}, 0, false},
        {"sit-fou",
         TunnelKind::sit,
         v4,
         worker4,
         IPPROTO_IPV6,
         64,
         false,
         {},
         false,
         summed,
         0,
         true},
        {"sit-gue",
         TunnelKind::sit,
         v4,
         at("192.0.2.3"),
         IPPROTO_IPV6,
         64,
         false,
         {},
         false,
         gue,
         0},
        {"t6-any", TunnelKind::ip6tnl, v6, {}, 0, 0, false, {}, false, {}, 0, true},
        {"t6-fou4",
         TunnelKind::ip6tnl,
         {},
         worker6,
         IPPROTO_IPIP,
         64,
         false,
         {},
         false,
         fou,
         1400,
         true},
        {"t6-fou6",
         TunnelKind::ip6tnl,
         v6,
         worker6,
         IPPROTO_IPV6,
         64,
         false,
         {},
         false,
         summed,
         1300},
        {"t6-ext", TunnelKind::ip6tnl, {}, {}, 0, 0, true, {}, false, {}, 0, true},
        {"gre-csum", TunnelKind::gre, v4, {}, 0, 0, false, {}, true, {}, 0, true},
        {"gre6-csum", TunnelKind::ip6gre, v6, {}, 0, 0, false, {}, true, {}, 0, true},
    };
}

TEST_F(Tunnels, AreReadBackAsAskedFor)
{
    for (const auto& tunnel : examples()) {
        ASSERT_OK(add_tunnel(where(), tunnel));
        expect_present(tunnel);
        ASSERT_OK(remove_device(where(), tunnel.name));
        EXPECT_TRUE(present(tunnel.name).empty());
    }
}

TEST_F(Tunnels, LookToIpAsTheyShould)
{
    ASSERT_OK(add_tunnel(where(), examples()[0]));
    const auto shown = ip({"-d", "link", "show", "ipip-fou"});
    for (const char* word : {"remote 192.0.2.2", "ttl 64", "encap fou", "encap-dport 5555",
                             "noencap-csum", "mtu 1400", "UP"})
        EXPECT_NE(shown.find(word), std::string::npos) << word << " is not in " << shown;
    ASSERT_OK(add_tunnel(where(), examples()[5]));
    const auto six = ip({"-d", "link", "show", "t6-fou4"});
    for (const char* word : {"ipip6", "remote 2001:db8::2", "encaplimit none", "encap-dport 5555"})
        EXPECT_NE(six.find(word), std::string::npos) << word << " is not in " << six;
}

TEST_F(Tunnels, ChangeInPlace)
{
    for (auto tunnel : {examples()[0], examples()[2], examples()[6]}) {
        ASSERT_OK(add_tunnel(where(), tunnel));
        const int index = device(where(), tunnel.name)->index;
        tunnel.udp.port = 7777;
        tunnel.udp.checksum = !tunnel.udp.checksum;
        tunnel.ttl = 33;
        tunnel.mtu = 1350;
        tunnel.up = true;
        ASSERT_OK(change_tunnel(where(), tunnel));
        expect_present(tunnel);
        EXPECT_EQ(device(where(), tunnel.name)->index, index);
    }
}

// The kernel tells two tunnels between the same hosts apart by the device under them.
TEST_F(Tunnels, LinkTellsTwoOfTheSameHostsApart)
{
    auto four = examples()[5], six = four;
    six.name = "t6-second";
    six.inner = IPPROTO_IPV6;
    six.link = "lo";
    ASSERT_OK(add_tunnel(where(), four));
    ASSERT_OK(add_tunnel(where(), six));
    expect_present(six);
    expect_present(four);
    six.link = "no-such-device";
    EXPECT_EQ(change_tunnel(where(), six).error().code, ENODEV);
}

TEST_F(Tunnels, RefusalsSayWhatToDo)
{
    const auto tunnel = examples()[0];
    ASSERT_OK(add_tunnel(where(), tunnel));
    auto again = add_tunnel(where(), tunnel);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, EEXIST);
    auto other = tunnel;
    other.name = "same-hosts";
    again = add_tunnel(where(), other);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, EEXIST) << again.error().text();
    EXPECT_NE(again.error().text().find("ip -d link"), std::string::npos);
    EXPECT_FALSE(add_tunnel(where(), {.name = "s", .kind = TunnelKind::sit, .external = true}));
    EXPECT_FALSE(add_tunnel(where(), {.name = "a-name-too-long-for-a-device"}));
}

// Routes over a dummy device, which needs no other end.
class Routes : public Tunnels {
protected:
    void SetUp() override
    {
        Tunnels::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        if (!add_device(where(), "d0", "dummy")) GTEST_SKIP() << "this kernel has no dummy devices";
        ASSERT_OK(set_up(where(), "d0"));
        ASSERT_OK(add_address(where(), "d0", to("192.0.2.1/24")));
        ASSERT_OK(add_address(where(), "d0", to("2001:db8::1/64"), {.nodad = true}));
    }
};

TEST_F(Routes, AreListedAsAdded)
{
    const RouteEntry v4{.to = to("198.51.100.0/24"),
                        .via = at("192.0.2.9"),
                        .device = "d0",
                        .source = at("192.0.2.1"),
                        .mtu = 1400,
                        .advmss = 1300};
    const RouteEntry v6{.to = to("2001:db8:9::/48"), .via = at("2001:db8::9"), .device = "d0"};
    const RouteEntry bare{.to = to("203.0.113.7/32"), .via = {}, .device = "d0", .source = {}};
    for (const auto& entry : {v4, v6, bare}) {
        ASSERT_OK(add_route(where(), entry));
        const auto listed = route(entry.to);
        ASSERT_EQ(listed.size(), 1U) << entry.to.text();
        const auto& read = listed[0];
        EXPECT_EQ(read.entry.via, entry.via);
        EXPECT_EQ(read.entry.device, "d0");
        EXPECT_EQ(read.entry.source, entry.source);
        EXPECT_EQ(read.entry.mtu, entry.mtu);
        EXPECT_EQ(read.entry.advmss, entry.advmss);
        EXPECT_EQ(read.hops, 1U);
    }
    auto moved = v4;
    moved.via = at("192.0.2.8");
    EXPECT_EQ(add_route(where(), moved).error().code, EEXIST);
    ASSERT_OK(replace_route(where(), moved));
    EXPECT_EQ(route(v4.to).at(0).entry.via, at("192.0.2.8"));
    for (const auto& entry : {v4, v6, bare}) {
        ASSERT_OK(remove_route(where(), entry.to, "d0"));
        EXPECT_TRUE(route(entry.to).empty());
    }
    EXPECT_EQ(remove_route(where(), v4.to).error().code, ESRCH);
}

// What `ip route` shows of a route before and after may differ in "advmss 1234" only.
TEST_F(Routes, AdvertisedMssChangesAndNothingElse)
{
    const std::vector<Argv> commands = {
        {"route", "add", "default", "via", "192.0.2.9", "proto", "dhcp", "src", "192.0.2.1",
         "metric", "100", "initcwnd", "20", "mtu", "lock", "1400"},
        {"route", "add", "default", "via", "192.0.2.8", "metric", "200"},
        {"-6", "route", "add", "default", "via", "2001:db8::9", "proto", "static", "metric", "512",
         "initcwnd", "20"},
        {"route", "add", "198.51.100.0/24", "nexthop", "via", "192.0.2.9", "weight", "3", "nexthop",
         "via", "192.0.2.8"},
        {"-6", "route", "add", "2001:db8:7::/48", "nexthop", "via", "2001:db8::9", "nexthop", "via",
         "2001:db8::8"},
        {"nexthop", "add", "id", "7", "via", "192.0.2.7", "dev", "d0"},
        {"route", "add", "203.0.113.0/24", "nhid", "7"},
    };
    for (const auto& command : commands) {
        const auto said = ip(command);
        ASSERT_EQ(said, "") << said;
    }
    const auto table = [&] { return ip({"route"}) + ip({"-6", "route"}); };
    const auto before = table();
    int set = 0;
    const auto all = routes(where()).value();
    for (const auto& each : all) {
        if (each.entry.to.length > 48 || each.metric == 200 || !(each.entry.via || each.hops > 1))
            continue;
        ASSERT_OK(set_advmss(where(), each, 1234));
        EXPECT_NE(table(), before) << each.entry.to.text();
        ++set;
    }
    EXPECT_EQ(set, 5) << before;

    auto after = table();
    const std::string added = " advmss 1234";
    size_t times = 0;
    for (size_t at = after.find(added); at != std::string::npos; at = after.find(added), ++times)
        after.erase(at, added.size());
    EXPECT_EQ(after, before);
    EXPECT_EQ(times, 5U);

    const auto gone = route(to("203.0.113.0/24")).at(0);
    ASSERT_OK(remove_route(where(), gone.entry.to));
    EXPECT_EQ(set_advmss(where(), gone, 1000).error().code, ESRCH);
}

TEST_F(Routes, AddressesComeAndGo)
{
    const auto vip = to("198.51.100.150/32"), vip6 = to("2001:db8::101/128");
    for (const auto& each : {vip, vip6}) {
        ASSERT_OK(add_address(where(), "lo", each, {.nodad = true}));
        ASSERT_OK(remove_address(where(), "lo", each));
        EXPECT_EQ(remove_address(where(), "lo", each).error().code, EADDRNOTAVAIL);
    }
}

} // namespace
} // namespace gueway
