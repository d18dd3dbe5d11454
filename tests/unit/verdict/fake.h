// SPDX-License-Identifier: GPL-2.0-only
// A host that says what a test wants it to say, and steps on it.
#pragma once

#include "verdict/case.h"

#include <map>
#include <string>
#include <vector>

namespace gueway {

inline Address ip(const char* text)
{
    return parse_address(text).value();
}

class FakeState : public State {
public:
    std::map<std::string, std::string> sysctls;
    std::map<std::string, RouteReply> routes; // by destination
    std::map<std::string, unsigned> mtus;
    std::map<std::string, std::string> holders;
    std::optional<bool> neighbour;
    std::optional<std::vector<fou::Port>> ports;
    std::optional<std::vector<ipvs::ServiceState>> served;
    std::optional<std::vector<UdpSocket>> sockets;

    std::optional<std::string> sysctl(const std::string& name) override
    {
        return find(sysctls, name);
    }
    std::optional<RouteReply> route(const Address& to) override { return find(routes, to.text()); }
    std::optional<unsigned> device_mtu(const std::string& device) override
    {
        return find(mtus, device);
    }
    std::optional<std::string> holder(const Address& address) override
    {
        return find(holders, address.text()).value_or("");
    }
    std::optional<bool> neighbour_known(const std::string&, const Address&) override
    {
        return neighbour;
    }
    std::optional<std::vector<fou::Port>> fou_ports() override { return ports; }
    std::optional<std::vector<ipvs::ServiceState>> services() override { return served; }
    std::optional<Endpoint> worker(uint8_t, const Endpoint&, const Endpoint&) override
    {
        return {};
    }
    std::optional<std::vector<UdpSocket>> udp_sockets(uint16_t) override { return sockets; }

private:
    template <class M>
    static std::optional<typename M::mapped_type> find(const M& in, const std::string& key)
    {
        const auto found = in.find(key);
        return found == in.end() ? std::nullopt : std::optional(found->second);
    }
};

constexpr uint32_t director = 1, worker = 2; // namespaces

// A step of the packet 192.0.2.2:40000 > 198.51.100.150:8000 TCP of 1500 bytes on the director.
inline Step plain(StepKind kind, std::string function = {})
{
    Step step{.kind = kind, .packet = 1, .piece = 1, .function = std::move(function)};
    step.netns_number = director;
    step.netns = "director";
    step.device = {2, "d0", 1500};
    step.length = 1500;
    step.layers.inner = IpLayer{.source = ip("192.0.2.2"),
                                .destination = ip("198.51.100.150"),
                                .protocol = IPPROTO_TCP,
                                .header = 20,
                                .length = 1500};
    step.layers.transport = TransportLayer{.source = 40000, .destination = 8000, .header = 32};
    return step;
}

// The same in GUE to 172.70.64.149.
inline Step tunnelled(StepKind kind, std::string function = {})
{
    auto step = plain(kind, std::move(function));
    step.device = {3, "d1", 1600};
    step.layers.outer = IpLayer{.source = ip("172.70.64.1"),
                                .destination = ip("172.70.64.149"),
                                .protocol = IPPROTO_UDP,
                                .header = 20};
    step.layers.carrier = TransportLayer{.source = 50000, .destination = 5501, .header = 8};
    step.layers.tunnel = TunnelType::gue;
    step.layers.tunnel_header = 12;
    return step;
}

inline Step died(Step step, const char* function, const char* reason)
{
    step.kind = StepKind::dropped;
    step.function.clear();
    step.place = CodePlace{.function = function, .offset = 0x10};
    step.reason = reason;
    return step;
}

inline IpvsFacts facts()
{
    return {.protocol = IPPROTO_TCP,
            .client = {ip("192.0.2.2"), 40000},
            .vip = {ip("198.51.100.150"), 8000},
            .worker = {ip("172.70.64.149"), 8000},
            .encap = Encap{EncapType::gue, 5501},
            .scheduler = "mh"};
}

} // namespace gueway
