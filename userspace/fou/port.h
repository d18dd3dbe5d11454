// SPDX-License-Identifier: GPL-2.0-only
// Ports on which the kernel takes UDP packets apart: the generic netlink family "fou"
// (include/uapi/linux/fou.h, net/ipv4/fou_core.c).
#pragma once

#include "netlink/attributes.h"
#include "netlink/message.h"

#include <cstdint>
#include <string>

#include <sys/socket.h>

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

// The attributes of a request, and those of one reply (EBADMSG without a port).
void put_port(netlink::Message& message, const Port& port);
Result<Port> parse_port(netlink::Bytes attributes);

} // namespace gueway::fou
