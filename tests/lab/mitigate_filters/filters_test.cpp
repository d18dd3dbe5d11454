// SPDX-License-Identifier: GPL-2.0-only
// What directorctl mitigate leaves in traffic control, as tc shows it, beside filters of others;
// and where it refuses.
#include "link/namespace.h"
#include "tests/assert_ok.h"
#include "util/address.h"
#include "util/deadline.h"
#include "util/module.h"
#include "util/process.h"
#include "util/text.h"

#include <cerrno>
#include <chrono>
#include <memory>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gueway {
namespace {

class Filters : public testing::Test {
protected:
    void SetUp() override
    {
        auto made = Namespace::create("mitigate");
        ASSERT_OK(made);
        where_ = std::make_unique<Namespace>(std::move(*made));
        feed({"ip", "-batch", "-"}, "link add d0 type dummy\nlink set d0 up\n"
                                    "addr add 192.0.2.1/24 dev d0\n"
                                    "addr add 2001:db8:d0::1/64 dev d0 nodad\n"
                                    "link add d1 type dummy\nlink set d1 up\n"
                                    "addr add 10.0.0.9/24 dev d1\n");
        feed({"directorctl", "-R"}, service("198.51.100.150:80", "--tun-type gue --tun-port 5501") +
                                        service("198.51.100.150:443", "--tun-type gre") +
                                        service("[2001:db8::101]:80", "--tun-type gue --tun-port "
                                                                      "5501") +
                                        service("198.51.100.200:80", "")); // the bug spares it
    }
    static std::string service(const std::string& endpoint, const std::string& tunnel)
    {
        return fmt::format("-A -t {0}\n-a -t {0} -r 10.0.0.1:80 -i {1}\n", endpoint, tunnel);
    }
    // In an emulated guest the start of a program takes 50 ms: one for all.
    std::string feed(const Argv& argv, const std::string& input) const
    {
        const auto done = where_->in([&] { return run(argv, {.input = input}); });
        EXPECT_TRUE(done) << done.error().text();
        if (!done) return {};
        EXPECT_EQ(done->status, 0) << argv[0] << ": " << done->errors;
        return done->output;
    }

    Outcome shell(const std::string& command) const
    {
        const auto done = where_->in([&] { return run({"bash", "-c", command}); });
        EXPECT_TRUE(done) << done.error().text();
        return done.value_or(Outcome{.status = -1});
    }
    std::string ok(const std::string& command) const
    {
        const auto done = shell(command);
        EXPECT_EQ(done.status, 0) << command << ": " << done.output << done.errors;
        return done.output;
    }
    // One line with these words, and traffic control as before.
    void expect_refused(const std::string& words, const std::vector<std::string>& expected,
                        const std::string& in_front = "") const
    {
        const auto before = shown();
        const auto done = shell(in_front + "directorctl mitigate " + words);
        EXPECT_EQ(done.status, 1) << words;
        EXPECT_EQ(lines(done.errors).size(), 1U) << done.errors;
        for (const auto& word : expected)
            EXPECT_NE(done.errors.find(word), std::string::npos) << word << ": " << done.errors;
        EXPECT_EQ(shown(), before);
    }
    std::string shown() const
    {
        std::string questions = "qdisc show\n";
        for (const char* device : {"d0", "d1"})
            for (const char* direction : {"ingress", "egress"})
                questions += fmt::format("filter show dev {} {}\n", device, direction);
        return feed({"tc", "-force", "-batch", "-"}, questions);
    }
    // tc's lines of filters on d0 that have this word.
    std::vector<std::string> with(const std::string& word) const
    {
        std::vector<std::string> found;
        const auto text = ok("tc filter show dev d0 ingress");
        for (const auto line : lines(text))
            if (line.find(word) != std::string_view::npos) found.emplace_back(trim(line));
        return found;
    }
    std::unique_ptr<Namespace> where_;
};

TEST_F(Filters, AreThoseOfTheVipsThatTheBugCanStrikeAndNoOther)
{
    ok("directorctl mitigate on");
    EXPECT_EQ(with("match "), (std::vector<std::string>{
                                  "match c6336496/ffffffff at 16", "match 20010db8/ffffffff at 24",
                                  "match 00000000/ffffffff at 28", "match 00000000/ffffffff at 32",
                                  "match 00000101/ffffffff at 36"}));
    EXPECT_EQ(with("action order"), (std::vector<std::string>{2, "action order 1: vlan  pop_eth "
                                                                 "continue"}));
    for (const auto& line : with("filter protocol"))
        EXPECT_TRUE(line.starts_with("filter protocol ip pref 64004 u32") ||
                    line.starts_with("filter protocol ipv6 pref 64006 u32"))
            << line;
    const auto once = shown();
    EXPECT_NE(ok("directorctl mitigate on").find("nothing was changed"), std::string::npos);
    EXPECT_EQ(shown(), once);
}

TEST_F(Filters, ComeAndGoWithoutATrace)
{
    const std::vector<std::string> before = {
        "true", "tc qdisc add dev d0 clsact",
        "tc filter add dev d0 ingress protocol ip pref 7 flower dst_ip 192.0.2.9 action drop",
        "tc filter add dev d0 egress protocol ip u32 match ip dst 192.0.2.9 action drop",
        "tc filter add dev d0 ingress protocol ip pref 9 u32 match ip dst 192.0.2.8 action drop"};
    for (const auto& command : before) {
        ok(command);
        const auto as_before = shown();
        ok("directorctl mitigate on");
        EXPECT_NE(shown(), as_before);
        ok("directorctl mitigate off");
        EXPECT_EQ(shown(), as_before) << "after " << command;
        EXPECT_NE(ok("directorctl mitigate off").find("nothing was changed"), std::string::npos);
    }
}

TEST_F(Filters, OfOthersThatCameMeanwhileKeepTheQdisc)
{
    ok("directorctl mitigate on");
    ok("tc filter add dev d0 ingress protocol ip pref 7 flower dst_ip 192.0.2.9 action drop");
    ok("directorctl mitigate off");
    EXPECT_EQ(with("pref 64").size(), 0U);
    EXPECT_GT(with("pref 7").size(), 0U);
}

TEST_F(Filters, AreAddedAndRemovedByVip)
{
    ok("directorctl mitigate on --device d0 --vip 198.51.100.150 --vip 203.0.113.150,203.0.113.7");
    EXPECT_EQ(with("match ").size(), 3U);
    ok("directorctl mitigate on");
    EXPECT_EQ(with("action order").size(), 4U);
    ok("directorctl mitigate off --vip 198.51.100.150,2001:db8::101");
    EXPECT_EQ(with("match "), (std::vector<std::string>{"match cb007107/ffffffff at 16",
                                                        "match cb007196/ffffffff at 16"}));
    const auto status = ok("directorctl mitigate status");
    EXPECT_NE(status.find("uncovered: 198.51.100.150, 2001:db8::101"), std::string::npos) << status;
    ok("directorctl mitigate off");
    EXPECT_EQ(ok("tc qdisc show dev d0 clsact"), "");
}

TEST_F(Filters, ManyVipsShareABucket)
{
    std::string list;
    for (int i = 0; i < 40; ++i) list += fmt::format("{}10.{}.0.150", i ? "," : "", i);
    ok("directorctl mitigate on --device d0 --vip " + list);
    EXPECT_EQ(with("match ").size(), 40U);
    ok("directorctl mitigate off --device d0 --vip 10.7.0.150");
    ok("directorctl mitigate on --device d0 --vip 10.41.0.150,10.42.0.150");
    EXPECT_EQ(with("match ").size(), 41U);
    ok("directorctl mitigate off");
    EXPECT_EQ(ok("tc qdisc show dev d0 clsact"), "");
}

TEST_F(Filters, WhatCannotWorkIsRefusedAndNothingChanges)
{
    expect_refused("on --device lo", {"device lo", "no device's ingress", "directorctl hotfix on"});
    expect_refused("on --device nix", {"device nix", "ENODEV"});
    expect_refused("on --device d0,nix", {"device nix", "ENODEV"});
    expect_refused("on --vip nonsense", {"nonsense", "neither IPv4 nor IPv6"});
    expect_refused("off --device nix", {"device nix", "ENODEV"});
    expect_refused("on", {"needs root"}, "setpriv --reuid 65534 --clear-groups -- ");
    ok("ip link add t0 type ipip local 10.0.0.9 remote 10.0.0.1");
    expect_refused("on --device t0", {"device t0", "the bug spares them"});
    ok("tc qdisc add dev d0 clsact && "
       "tc filter add dev d0 ingress pref 64004 protocol ip flower dst_ip 192.0.2.9 action drop");
    expect_refused("on", {"EBUSY", "flower filter of preference 64004", "another preference"});
}

TEST_F(Filters, WithoutAnythingToDoItForItIsRefused)
{
    ok("directorctl -C");
    expect_refused("on", {"no service here has a worker behind GUE or GRE", "--vip"});
    ok("directorctl -A -f 7 && directorctl -a -f 7 -r 10.0.0.1 -i --tun-type gue --tun-port 5501");
    expect_refused("on", {"firewall mark", "--vip"});
    ok("directorctl mitigate on --vip 198.51.100.150");
    EXPECT_EQ(with("match ").size(), 1U);
}

// By way of LOCAL_OUT: a VIP that the director has a route to, and does not have itself.
TEST_F(Filters, WhereOnlyTheDirectorItselfConnectsTheHotfixIsNamed)
{
    ok("ip route add 198.51.100.150/32 dev d1 src 10.0.0.9 && ip neigh add 10.0.0.1 dev d1 lladdr "
       "02:00:00:00:00:01 && ip neigh add 198.51.100.150 dev d1 lladdr 02:00:00:00:00:01");
    const auto client = where_->socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
    ASSERT_OK(client);
    sockaddr_storage to{};
    const auto length = socket_address(parse_address("198.51.100.150").value(), 80, to);
    ASSERT_EQ(::connect(client->get(), reinterpret_cast<sockaddr*>(&to), length), -1);
    ASSERT_EQ(errno, EINPROGRESS); // its SYN has gone
    ASSERT_NE(ok("cat /proc/net/ip_vs_conn").find("0A000009"), std::string::npos);
    expect_refused("on", {"come from the director itself", "directorctl hotfix on", "--force"});
    for (const char* words : {"--device d0", "--force"}) {
        const auto said = ok(fmt::format("directorctl mitigate on {}", words));
        EXPECT_NE(said.find("note: 1 of 1 connections"), std::string::npos) << said;
        ok("directorctl mitigate off");
    }
}

// Of which no filter says how many gateways it has.
TEST_F(Filters, AreOnTheDevicesOfAllHopsAndOfGatewaysOfTheOtherFamily)
{
    ok("ip addr del 192.0.2.1/24 dev d0 && ip link add d2 type dummy && ip link set d2 up && "
       "ip addr add 192.0.3.1/24 dev d2 && ip route add 203.0.113.0/24 "
       "nexthop via inet6 fe80::1 dev d0 nexthop via 192.0.3.2 dev d2");
    const auto words = ok("directorctl mitigate on --vip 198.51.100.150");
    EXPECT_NE(words.find("d0: on"), std::string::npos) << words;
    EXPECT_NE(words.find("d2: on"), std::string::npos) << words;
    ok("directorctl mitigate off --device d2");
    EXPECT_NE(ok("directorctl mitigate status").find("uncovered: 198.51.100.150"),
              std::string::npos);
    ok("directorctl mitigate off && ip link del d2 && ip route add default via inet6 fe80::1 dev "
       "d1");
    EXPECT_NE(ok("directorctl mitigate on --vip 198.51.100.150").find("d1: on"), std::string::npos);
}

// What is there when `on` is killed before its last step, or `off` after its first.
TEST_F(Filters, WithoutTheLinkThatBringsPacketsAreNotInForce)
{
    const std::string on = "directorctl mitigate on --device d0 "
                           "--vip 203.0.113.7,198.51.100.150,2001:db8::101";
    ok(on);
    const auto whole = shown();
    const auto cut = "tc filter del dev d0 ingress pref 64004 protocol ip handle 800::801 u32";
    ok(cut);
    const auto status = ok("directorctl mitigate status");
    EXPECT_NE(status.find("uncovered: 198.51.100.150"), std::string::npos) << status;
    EXPECT_NE(status.find("d0: filters that no packet comes to"), std::string::npos) << status;
    EXPECT_NE(ok(on).find("d0: on for 198.51.100.150\n"), std::string::npos);
    EXPECT_EQ(shown(), whole);
    ok(cut);
    ok("directorctl mitigate off");
    EXPECT_EQ(ok("tc qdisc show dev d0 clsact"), "");
}

TEST_F(Filters, LeftHalfwayAreFoundAndRemoved)
{
    ok("tc qdisc add dev d0 clsact");
    const auto before = shown();
    ok("tc filter add dev d0 ingress pref 64004 protocol ip handle 640: u32 divisor 256");
    EXPECT_NE(ok("directorctl mitigate off").find("ended halfway"), std::string::npos);
    EXPECT_EQ(shown(), before);
}

TEST_F(Filters, AreShownAndRemovedWithoutIpvsWhichIsNotLoadedForIt)
{
    ok("directorctl mitigate on && directorctl -C");
    // The namespaces of other tests may still be on their way out.
    ASSERT_OK(wait_until(Deadline::after(std::chrono::seconds(30)), "ip_vs", "nobody to use it",
                         [&]() -> Result<bool> {
                             shell("rmmod $(grep -o '^ip_vs_[a-z]*' /proc/modules); rmmod ip_vs");
                             return !TRY(module_present("ip_vs"));
                         }));
    const auto status = ok("directorctl mitigate status");
    EXPECT_NE(status.find("198.51.100.150"), std::string::npos) << status;
    ok("directorctl mitigate off");
    EXPECT_EQ(ok("tc qdisc show dev d0 clsact"), "");
    EXPECT_FALSE(module_present("ip_vs").value_or(true));
    ok("modprobe ip_vs");
}

TEST_F(Filters, OfTwoAtOnceAreThoseOfOne)
{
    ok("directorctl mitigate on");
    const auto once = shown();
    ok("directorctl mitigate off");
    for (int i = 0; i < 2; ++i) {
        shell("directorctl mitigate on & directorctl mitigate on & wait");
        EXPECT_EQ(shown(), once);
        ok("directorctl mitigate off");
        EXPECT_EQ(ok("tc qdisc show dev d0 clsact"), "");
    }
}

TEST_F(Filters, AreNotPutBelowAMacvlanNorOnAVlanWithItsTagInside)
{
    ok("ip link add m0 link d0 type macvlan mode bridge");
    expect_refused("on --device d0", {"m0 is on top of it", "--device m0", "hotfix on"});
    ok("ip link del m0 && ip link add d0.7 link d0 type vlan id 7 reorder_hdr off");
    expect_refused("on --device d0.7", {"reorder_hdr off", "type vlan reorder_hdr on", "hotfix"});
    ok("ip link set d0.7 type vlan reorder_hdr on && directorctl mitigate on --device d0.7");
}

// A device that refuses in the middle: those before it are as they were.
TEST_F(Filters, AreOnAllDevicesOrNone)
{
    ok("tc qdisc add dev d1 clsact && "
       "tc filter add dev d1 ingress pref 64006 protocol ip flower dst_ip 192.0.2.9 action drop");
    expect_refused("on --device d0,d1", {"device d1", "EBUSY"});
}

} // namespace
} // namespace gueway
