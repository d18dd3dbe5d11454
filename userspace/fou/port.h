// SPDX-License-Identifier: GPL-2.0-only
// Ports on which the kernel takes UDP packets apart: the generic netlink family "fou"
// (include/uapi/linux/fou.h, net/ipv4/fou_core.c).
#pragma once

#include "netlink/socket.h"
#include "util/address.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gueway::fou {

enum class PortType : uint8_t { direct = 1, gue = 2 }; // FOU_ENCAP_*

// One receive port of a network namespace and address family.
//   protocol  of the packet inside, for `direct`: IPPROTO_IPIP, IPPROTO_IPV6; GUE tells it itself
struct Port {
    uint16_t port = 0; // host order
    int family = AF_INET;
    PortType type = PortType::gue;
    uint8_t protocol = 0;
    bool operator==(const Port&) const = default;
    std::string text() const; // "GUE port 5501 (IPv4)"
};

void put_port(netlink::Message& message, const Port& port);
Result<Port> parse_port(netlink::Bytes attributes);

// Owns one netlink socket; move-only, one thread.
class Client {
public:
    // In the calling thread's network namespace; loads fou if it can.
    static Result<Client> open(std::string place = {});

    Result<std::vector<Port>> ports();
    // EADDRINUSE when another socket has the port; EAFNOSUPPORT without the kernel's fou6.
    Result<void> add(const Port& port);
    Result<void> remove(const Port& port);

private:
    Client(netlink::Socket socket, netlink::Family family)
        : socket_(std::move(socket)), family_(family)
    {}
    netlink::Socket socket_;
    netlink::Family family_;
};

} // namespace gueway::fou
