// SPDX-License-Identifier: GPL-2.0-only
// From a state to a plan: what is added, what is left alone, what is removed.
#include "worker/plan.h"
#include "worker/show.h"

#include <gtest/gtest.h>
#include <linux/rtnetlink.h>

namespace gueway::worker {
namespace {

Address at(const char* text)
{
    return parse_address(text).value();
}
Prefix to(const char* text)
{
    return parse_prefix(text).value();
}

TunnelDevice receiver()
{
    return {.name = "gwipip-c0000201", .local = at("192.0.2.1"), .inner = 4, .up = true};
}

Wanted example()
{
    return {.name = "w1",
            .modules = {"fou", "ipip"},
            .ports = {{.port = 5501}},
            .receivers = {receiver()},
            .vip_device = "lo",
            .addresses = {to("198.51.100.150/32")},
            .limits = {{AF_INET, 1428, "gue:5501 over IPv4 at MTU 1500"}}};
}

RouteState default_route()
{
    return {.entry = {.to = to("0.0.0.0/0"), .via = at("192.0.2.254"), .device = "eth0"}};
}

Device device(const char* name, const char* kind = "", bool up = true)
{
    return {.name = name, .kind = kind, .mtu = 1500, .up = up};
}

// All that example() wants.
State done()
{
    State state;
    state.modules = {"fou", "ipip"};
    state.ports = {{.port = 5501}};
    state.tunnels = {receiver()};
    state.tunnels[0].mtu = 1480; // the kernel's choice
    state.devices = {device("lo"), device("eth0"), device("gwipip-c0000201", "ipip")};
    state.addresses = {{.device = "lo", .address = to("198.51.100.150/32")}};
    state.routes = {default_route()};
    state.routes[0].entry.advmss = 1428;
    state.reverse_path_filter = {{"all", 0}, {"default", 0}, {"gwipip-c0000201", 0}};
    return state;
}

std::string planned(const Wanted& wanted, const State& state, const PlanOptions& options = {})
{
    return plan::text(make_plan(wanted, state, options).shown());
}

TEST(WorkerPlan, NothingToDoWhereAllIsThere)
{
    EXPECT_EQ(planned(example(), done()), "nothing to do\n");
}

TEST(WorkerPlan, FromNothing)
{
    State bare;
    bare.devices = {device("lo"), device("eth0")};
    bare.routes = {default_route()};
    bare.reverse_path_filter = {{"all", 0}, {"default", 2}};
    EXPECT_EQ(planned(example(), bare),
              "modules\n"
              "  + fou\n"
              "  + ipip\n"
              "receivers\n"
              "  + GUE port 5501 (IPv4)\n"
              "  + device gwipip-c0000201: as ipip from 192.0.2.1\n"
              "  ~ device gwipip-c0000201: rp_filter 2 -> 0\n"
              "addresses\n"
              "  + 198.51.100.150/32 on lo\n"
              "return routes\n"
              "  ~ route to 0.0.0.0/0 via 192.0.2.254 on eth0: advmss (gue:5501 over IPv4 at MTU "
              "1500) (none) -> 1428\n"
              "5 to add, 2 to change, 0 to remove\n");
}

// The kernel takes the larger of "all" and the device's, and loose filters drop what comes out of a
// device without an IPv4 address.
TEST(WorkerPlan, ReverseFilterThatIsOnForAllNeedsALooseReceiverWithAnAddress)
{
    struct Row {
        int all, own;
        bool has_address;
        std::string changes;
    };
    const Row rows[] = {
        {0, 0, false, ""},
        {0, 1, false, "rp_filter 0"},
        {0, 2, false, "rp_filter 0"},
        {1, 1, false, "rp_filter 2, address"},
        {1, 2, false, "address"},
        {1, 2, true, ""},
        {2, 0, false, "address"},
        {2, 0, true, ""},
    };
    for (const auto& [all, own, has_address, changes] : rows) {
        auto state = done();
        state.reverse_path_filter["all"] = all;
        state.reverse_path_filter["gwipip-c0000201"] = own;
        if (has_address)
            state.addresses.push_back(
                {.device = "gwipip-c0000201", .address = to("198.51.100.150/32")});
        std::string got;
        for (const auto& step : make_plan(example(), state).steps) {
            if (!got.empty()) got += ", ";
            if (const auto* filter = std::get_if<SetFilter>(&step.change))
                got += "rp_filter " + std::to_string(filter->value);
            else
                got += std::holds_alternative<AddAddress>(step.change) ? "address" : "something";
        }
        EXPECT_EQ(got, changes) << "all " << all << ", own " << own;
    }
}

TEST(WorkerPlan, PortOfAnotherKindIsReplaced)
{
    auto state = done();
    state.ports = {{.port = 5501, .type = fou::PortType::direct, .protocol = 4}};
    EXPECT_EQ(planned(example(), state),
              "receivers\n  ~ UDP port 5501: kind FOU port 5501 (IPv4, protocol 4) -> GUE port "
              "5501 (IPv4)\n0 to add, 1 to change, 0 to remove\n");
}

// The MSS is lowered where it is too large, and nowhere else.
TEST(WorkerPlan, MssOfTheRoute)
{
    struct Row {
        unsigned advmss, route_mtu, device_mtu;
        bool changes;
    };
    for (const auto& row :
         {Row{0, 0, 1500, true}, Row{1460, 0, 1500, true}, Row{1429, 0, 1500, true},
          Row{1428, 0, 1500, false}, Row{1000, 0, 1500, false}, Row{0, 1468, 1500, false},
          Row{0, 1469, 1500, true}, Row{0, 0, 1400, false}, Row{1460, 0, 1400, false}}) {
        auto state = done();
        state.routes[0].entry.advmss = row.advmss;
        state.routes[0].entry.mtu = row.route_mtu;
        state.devices[1].mtu = row.device_mtu;
        EXPECT_EQ(!make_plan(example(), state).steps.empty(), row.changes)
            << row.advmss << " " << row.route_mtu << " " << row.device_mtu;
    }
}

TEST(WorkerPlan, OnlyTheReturnRoutesThatTheFileNames)
{
    auto wanted = example();
    wanted.return_routes = {to("203.0.113.0/24"), to("2001:db8::/32")};
    auto state = done();
    state.routes[0].entry.advmss = 0;
    const auto plan = make_plan(wanted, state);
    EXPECT_TRUE(plan.steps.empty());
    ASSERT_EQ(plan.notes.size(), 1U); // IPv6 has no limit here, so that its route does not matter
    EXPECT_NE(plan.notes[0].text.find("no route to 203.0.113.0/24"), std::string::npos);
}

// Otherwise it answers for the VIP in the director's place. Before it has the VIP.
TEST(WorkerPlan, DirectWorkersAreSilentAboutTheVip)
{
    auto wanted = example();
    wanted.settings = {{arp_ignore, 1, {2, 8}}, {arp_announce, 2, {}}};
    auto state = done();
    state.addresses.clear();
    state.settings = {{arp_ignore, 0}, {arp_announce, 0}};
    EXPECT_EQ(planned(wanted, state), "addresses\n"
                                      "  ~ net.ipv4.conf.all.arp_ignore: value 0 -> 1\n"
                                      "  ~ net.ipv4.conf.all.arp_announce: value 0 -> 2\n"
                                      "  + 198.51.100.150/32 on lo\n"
                                      "1 to add, 2 to change, 0 to remove\n");
    for (const int ignore : {1, 2, 8}) {
        state = done();
        state.settings = {{arp_ignore, ignore}, {arp_announce, 2}};
        EXPECT_TRUE(make_plan(wanted, state).steps.empty()) << ignore;
    }
    state.settings[arp_ignore] = 3; // answers for VIPs, whose scope is global
    EXPECT_EQ(make_plan(wanted, state).steps.size(), 1U);
}

TEST(WorkerPlan, AdvertisedRoutesAreRemarkedUpon)
{
    auto state = done();
    state.routes[0].entry.advmss = 0;
    state.routes[0].protocol = RTPROT_RA;
    const auto plan = make_plan(example(), state);
    EXPECT_TRUE(plan.steps.empty());
    EXPECT_EQ(plan.notes.size(), 1U);
}

TEST(WorkerPlan, RemovesWhatIsOursWithoutADoubt)
{
    auto state = done();
    state.devices.push_back(device("vips", "dummy"));
    for (const char* name : {"lo", "vips"})
        for (const char* address : {"198.51.100.9/32", "2001:db8::9/128", "192.0.2.77/24"})
            state.addresses.push_back({.device = name, .address = to(address)});
    auto old = receiver();
    old.name = "gwsit-c0000201";
    state.tunnels.push_back(old);
    old.name = "tunl0";
    state.tunnels.push_back(old);
    EXPECT_EQ(planned(example(), state),
              "receivers\n  - device gwsit-c0000201: as ipip from 192.0.2.1\n"
              "0 to add, 0 to change, 1 to remove\n");

    auto wanted = example(); // the same with a dummy for the VIPs
    wanted.vip_device = "vips";
    EXPECT_EQ(planned(wanted, state, {.prune = true}),
              "addresses\n"
              "  - 198.51.100.9/32 on vips\n"
              "  - 2001:db8::9/128 on vips\n"
              "  ! 198.51.100.150/32 is on lo, not on vips: left there\n"
              "receivers\n"
              "  - device gwsit-c0000201: as ipip from 192.0.2.1\n"
              "0 to add, 0 to change, 3 to remove\n");
}

// Routed hosts have their own address on a dummy, with the VIPs: without it no tunnel ends here.
TEST(WorkerPlan, KeepsTheWorkersOwnAddressAndAsksForTheRest)
{
    auto wanted = example();
    wanted.vip_device = "vips";
    wanted.own = {at("192.0.2.1")};
    auto state = done();
    state.devices.push_back(device("vips", "dummy"));
    state.addresses.clear();
    for (const char* address : {"198.51.100.150/32", "192.0.2.1/32", "192.0.2.2/32"})
        state.addresses.push_back({.device = "vips", .address = to(address)});
    EXPECT_EQ(planned(wanted, state), "addresses\n"
                                      "  ! 192.0.2.2/32 on vips is no VIP of the file: left alone "
                                      "(--prune removes it)\n"
                                      "nothing to do\n");
    EXPECT_EQ(planned(wanted, state, {.prune = true}), "addresses\n"
                                                       "  - 192.0.2.2/32 on vips\n"
                                                       "0 to add, 0 to change, 1 to remove\n");
}

TEST(WorkerPlan, VipDeviceIsMadeOrSetUp)
{
    auto wanted = example();
    wanted.vip_device = "vips";
    auto state = done();
    state.addresses.clear();
    auto plan = make_plan(wanted, state);
    ASSERT_EQ(plan.steps.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<AddDummy>(plan.steps[0].change));
    EXPECT_TRUE(std::holds_alternative<AddAddress>(plan.steps[1].change));
    state.devices.push_back(device("vips", "dummy", false));
    plan = make_plan(wanted, state);
    EXPECT_TRUE(std::holds_alternative<worker::SetUp>(plan.steps[0].change));
}

TEST(WorkerShow, TellsPresentMissingAndDifferent)
{
    auto state = done();
    state.ports.clear();
    state.tunnels[0].up = false;
    EXPECT_EQ(text(show(example(), state)),
              "worker w1\n"
              "modules\n"
              "  ok       fou\n"
              "  ok       ipip\n"
              "receivers\n"
              "  missing  GUE port 5501 (IPv4)\n"
              "  differs  device gwipip-c0000201: as ipip from 192.0.2.1, MTU 1480, down, wanted "
              "ipip from 192.0.2.1\n"
              "addresses\n"
              "  ok       198.51.100.150/32 on lo\n");
}

} // namespace
} // namespace gueway::worker
