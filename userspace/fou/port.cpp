// SPDX-License-Identifier: GPL-2.0-only
#include "fou/port.h"

#include <cerrno>

#include <fmt/format.h>
#include <linux/fou.h>

namespace gueway::fou {

namespace {

using netlink::bit;
using netlink::bits;
using netlink::Bytes;
using netlink::Field;
using netlink::Message;
using netlink::Present;
using netlink::Wire;

struct WirePort {
    uint16_t port = 0;
    uint8_t family = 0, protocol = 0, type = 0;
};
constexpr Field<WirePort> port_table[] = {
    {FOU_ATTR_PORT, "PORT", Wire::be16, &WirePort::port},
    {FOU_ATTR_AF, "AF", Wire::u8, &WirePort::family},
    {FOU_ATTR_IPPROTO, "IPPROTO", Wire::u8, &WirePort::protocol},
    {FOU_ATTR_TYPE, "TYPE", Wire::u8, &WirePort::type},
};

} // namespace

std::string Port::text() const
{
    const char* ip = family == AF_INET6 ? "IPv6" : "IPv4";
    if (type == PortType::gue) return fmt::format("GUE port {} ({})", port, ip);
    return fmt::format("FOU port {} ({}, protocol {})", port, ip, protocol);
}

void put_port(Message& message, const Port& port)
{
    const WirePort wire{port.port, static_cast<uint8_t>(port.family), port.protocol,
                        static_cast<uint8_t>(port.type)};
    Present which = bits(FOU_ATTR_PORT, FOU_ATTR_AF, FOU_ATTR_TYPE);
    if (port.type == PortType::direct) which |= bit(FOU_ATTR_IPPROTO);
    netlink::put<port_table>(message, wire, which);
}

Result<Port> parse_port(Bytes attributes)
{
    WirePort wire;
    const Present present = TRY(netlink::parse<WirePort>(attributes, port_table, wire));
    if ((present & bit(FOU_ATTR_PORT)) == 0)
        return Error{"fou port", "read the kernel's reply", EBADMSG, "it has no port", {}};
    Port port{.port = wire.port, .family = wire.family, .protocol = wire.protocol};
    port.type = wire.type == FOU_ENCAP_DIRECT ? PortType::direct : PortType::gue;
    if (port.type == PortType::gue) port.protocol = 0;
    return port;
}

} // namespace gueway::fou
