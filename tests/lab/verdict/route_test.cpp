// SPDX-License-Identifier: GPL-2.0-only
// Packets that do not find their way on: the MTU, the routes, the neighbours, the queue.
#include "play.h"

#include <fmt/format.h>

namespace gueway {
namespace {

// Both workers are reached by the route, whichever rr chooses.
std::vector<HostCommand> worker_routes(const std::string& change, const std::string& words)
{
    const auto type = words.starts_with("unreachable") ? "unreachable " : "";
    const auto rest = words.starts_with("unreachable") ? "" : words;
    std::vector<HostCommand> all;
    for (const std::string worker : {"172.70.64.149", "172.70.72.206"})
        all.push_back(
            {"director", fmt::format("ip route {} {}{}/32 {}", change, type, worker, rest)});
    return all;
}

// The client remembers the MTU that it was told of.
std::vector<HostCommand> forget(std::vector<HostCommand> undo)
{
    undo.push_back({"client", "ip route flush cache"});
    return undo;
}

// Without GSO where each kernel must answer: 5.10 lets GSO packets pass and fragments them.
Scenario route_of_mtu(const std::string& mtu, HostCommand traffic = request("--requests 2"))
{
    return {.cause = worker_routes("add", "dev d1 mtu " + mtu),
            .undo = forget(worker_routes("del", "")),
            .traffic = std::move(traffic)};
}

// To the IPv6 VIP, by the same tunnel.
Scenario route_of_mtu6(const char* mtu)
{
    auto scenario = route_of_mtu(mtu, request("--requests 2 --gso off", "[2001:db8::101]:8000"));
    scenario.undo.push_back({"client", "ip -6 route flush cache"});
    return scenario;
}

Scenario named(Scenario scenario, const char* name, const char* about, const char* verdict)
{
    scenario.name = name;
    scenario.about = about;
    scenario.verdict = verdict;
    return scenario;
}

// A near miss: no verdict, and traffic that ends so.
Scenario miss(Scenario scenario, const char* name, const char* about, int status)
{
    scenario.status = status;
    return named(std::move(scenario), name, about, "");
}

// Workers that do not answer for their address, and a director that gives up soon.
Scenario silent_worker()
{
    Scenario scenario{.traffic = request()};
    for (const char* setting :
         {"mcast_solicit=1", "ucast_solicit=0", "app_solicit=0", "retrans_time_ms=20"})
        scenario.cause.push_back(
            {"director", std::string("sysctl -w net.ipv4.neigh.d1.") + setting});
    for (const char* setting : {"mcast_solicit=3", "ucast_solicit=3", "retrans_time_ms=1000"})
        scenario.undo.push_back(
            {"director", std::string("sysctl -w net.ipv4.neigh.d1.") + setting});
    for (const std::string worker : {"w1", "w2"}) {
        scenario.cause.push_back({worker, "ip link set u0 arp off"});
        scenario.undo.push_back({worker, "ip link set u0 arp on"});
    }
    for (const std::string address : {"172.70.64.149", "172.70.72.206"})
        scenario.cause.push_back({"director", "ip neigh del " + address + " dev d1"});
    return scenario;
}

// Somebody has the address, but not the worker: its MAC is nobody's.
Scenario wrong_neighbour()
{
    Scenario scenario{.traffic = request()};
    for (const std::string address : {"172.70.64.149", "172.70.72.206"}) {
        scenario.cause.push_back(
            {"director", "ip neigh replace " + address + " lladdr 02:00:00:00:00:99 dev d1"});
        scenario.undo.push_back({"director", "ip neigh del " + address + " dev d1"});
    }
    return scenario;
}

Scenario through_director(const char* forwarding)
{
    return {.cause = {{"client", "ip route add 203.0.113.7/32 via 192.0.2.1"},
                      {"director", std::string("sysctl -w net.ipv4.ip_forward=") + forwarding}},
            .undo = {{"client", "ip route del 203.0.113.7/32"},
                     {"director", "sysctl -w net.ipv4.ip_forward=0"}},
            .traffic = request("", "203.0.113.7:8000")};
}

// There is a way on, by somebody who is no router.
Scenario through_worker()
{
    auto scenario = through_director("1");
    scenario.cause.push_back({"director", "ip route add 203.0.113.7/32 via 172.70.64.149"});
    scenario.undo.push_back({"director", "ip route del 203.0.113.7/32"});
    return scenario;
}

// The director's queue to the workers holds so many bytes.
Scenario queue_of(const char* bytes, HostCommand traffic)
{
    return {.cause = {{"director", std::string("tc qdisc add dev d1 root bfifo limit ") + bytes}},
            .undo = {{"director", "tc qdisc del dev d1 root"}},
            .traffic = std::move(traffic)};
}

const Scenario rows[] = {
    miss({.traffic = answered_request()}, "Healthy", "nothing is wrong", 0),
    named(route_of_mtu("1400", request("--requests 2 --gso off")), "MtuTooSmall",
          "1368 bytes are left for packets of 1500", "mtu-too-small"),
    named(route_of_mtu6("1400"), "MtuTooSmallIpv6", "1368 bytes are left for IPv6 packets of 1500",
          "mtu-too-small"),
    miss(route_of_mtu("1532", answered_request("--requests 2")), "MtuJustFits",
         "1500 bytes are left", 0),
    named(route_of_mtu("90"), "MtuBlackHole", "58 bytes are left, less than IPv4 needs",
          "mtu-black-hole"),
    named(route_of_mtu("100"), "MtuSmallButAnswered", "68 bytes are left: an answer comes",
          "mtu-too-small"),
    named({.cause = worker_routes("add", "unreachable"),
           .undo = worker_routes("del", "unreachable"),
           .traffic = request()},
          "NoRouteToWorker", "the director has none", "no-route"),
    named(through_director("1"), "NoRouteOnward", "the director forwards, but not there",
          "no-route"),
    miss({.cause = {{"director", "ip route add unreachable 172.70.0.0/16"}},
          .undo = {{"director", "ip route del unreachable 172.70.0.0/16"}},
          .traffic = answered_request()},
         "NearerRoute", "no route to the workers' neighbourhood, but one to them", 0),
    named(through_worker(), "NoRouterOnward", "the director has a route, to who does not forward",
          "not-forwarding"),
    named(through_director("0"), "NotARouter", "the director does not forward", "not-forwarding"),
    named(silent_worker(), "NoNeighbour", "no worker answers ARP", "no-neighbour"),
    miss(wrong_neighbour(), "WrongNeighbour", "packets leave for a MAC address that nobody has", 1),
    named(queue_of("1550", request()), "QueueFull", "the queue has no room for more than a segment",
          "queue-full"),
    miss(queue_of("100000", answered_request()), "QueueHolds", "the queue has room for all", 0),
};
TEST(Verdict, Route)
{
    play_all(rows);
}

} // namespace
} // namespace gueway
