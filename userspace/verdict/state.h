// SPDX-License-Identifier: GPL-2.0-only
// What the host that dropped a packet is set to: asked when a rule needs it, after the packet has
// died. An answer that cannot be had is nothing, and the rule does without.
#pragma once

#include "fou/port.h"
#include "ipvs/client.h"
#include "link/route_lookup.h"
#include "trace/detail.h"
#include "util/address.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gueway {

// A socket of UDP: bytes that wait in it, and datagrams that found it full.
struct UdpSocket {
    uint16_t port = 0;
    uint64_t waiting = 0, drops = 0;
};

// The way to a destination.
//   error   the kernel's errno when there is none, else 0
//   ruled   rules look at more than the destination: a packet may have gone another way
struct RouteReply {
    int error = 0;
    RouteFound found;
    bool ruled = false;
};

// Of one network namespace.
class State {
public:
    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    virtual ~State() = default;

    virtual std::optional<std::string> sysctl(const std::string& name) = 0;
    virtual std::optional<RouteReply> route(const Address& to) = 0;
    virtual std::optional<unsigned> device_mtu(const std::string& device) = 0;
    // The device that has the address; empty when none has.
    virtual std::optional<std::string> holder(const Address& address) = 0;
    virtual std::optional<bool> neighbour_known(const std::string& device, const Address& next) = 0;
    virtual std::optional<std::vector<fou::Port>> fou_ports() = 0;
    virtual std::optional<std::vector<ipvs::ServiceState>> services() = 0;
    // Where IPVS sends a connection: the address and port of its worker.
    virtual std::optional<Endpoint> worker(uint8_t protocol, const Endpoint& client,
                                           const Endpoint& vip) = 0;
    // Those of a local port, of both families.
    virtual std::optional<std::vector<UdpSocket>> udp_sockets(uint16_t port) = 0;
};

// The worker of a connection in the text of /proc/net/ip_vs_conn; nothing when it is not there.
std::optional<Endpoint> find_worker(std::string_view connections, uint8_t protocol,
                                    const Endpoint& client, const Endpoint& vip);

// The states of the namespaces of this host, by the kernel's number. Services are read at most once
// a second.
class States {
public:
    States();
    ~States();
    States(const States&) = delete;
    States& operator=(const States&) = delete;

    // Nothing when the namespace cannot be reached any more. Valid until the next call.
    State* find(uint32_t netns);
    // Lets go of namespaces that nobody asked for in the last second: held, they cannot go away.
    void release_unused();

private:
    struct Known;
    std::unique_ptr<Known> known_;
};

} // namespace gueway
