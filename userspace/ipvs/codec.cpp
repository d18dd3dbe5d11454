// SPDX-License-Identifier: GPL-2.0-only
#include "ipvs/codec.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <linux/ip_vs.h>

namespace gueway::ipvs {

namespace {

using netlink::bit;
using netlink::bits;
using netlink::Bytes;
using netlink::Field;
using netlink::Message;
using netlink::Present;
using netlink::Wire;
using Raw = std::array<uint8_t, 16>;

// The attributes as they are, before they mean anything.
struct WireService {
    uint16_t family = 0, protocol = 0, port = 0;
    Raw address{};
    uint32_t fwmark = 0, timeout = 0, netmask = 0;
    std::string scheduler, engine;
};
constexpr Field<WireService> service_table[] = {
    {IPVS_SVC_ATTR_AF, "AF", Wire::u16, &WireService::family},
    {IPVS_SVC_ATTR_PROTOCOL, "PROTOCOL", Wire::u16, &WireService::protocol},
    {IPVS_SVC_ATTR_ADDR, "ADDR", Wire::bytes, &WireService::address},
    {IPVS_SVC_ATTR_PORT, "PORT", Wire::be16, &WireService::port},
    {IPVS_SVC_ATTR_FWMARK, "FWMARK", Wire::u32, &WireService::fwmark},
    {IPVS_SVC_ATTR_SCHED_NAME, "SCHED_NAME", Wire::text, &WireService::scheduler},
    {IPVS_SVC_ATTR_TIMEOUT, "TIMEOUT", Wire::u32, &WireService::timeout},
    {IPVS_SVC_ATTR_NETMASK, "NETMASK", Wire::u32, &WireService::netmask},
    {IPVS_SVC_ATTR_PE_NAME, "PE_NAME", Wire::text, &WireService::engine},
};

struct WireDestination {
    uint16_t family = 0, port = 0, tunnel_port = 0, tunnel_flags = 0;
    uint8_t tunnel_type = 0;
    Raw address{};
    uint32_t forward = 0, weight = 0, upper = 0, lower = 0;
    uint32_t active = 0, inactive = 0, persistent = 0;
};
constexpr Field<WireDestination> destination_table[] = {
    {IPVS_DEST_ATTR_ADDR, "ADDR", Wire::bytes, &WireDestination::address},
    {IPVS_DEST_ATTR_PORT, "PORT", Wire::be16, &WireDestination::port},
    {IPVS_DEST_ATTR_FWD_METHOD, "FWD_METHOD", Wire::u32, &WireDestination::forward},
    {IPVS_DEST_ATTR_WEIGHT, "WEIGHT", Wire::u32, &WireDestination::weight},
    {IPVS_DEST_ATTR_U_THRESH, "U_THRESH", Wire::u32, &WireDestination::upper},
    {IPVS_DEST_ATTR_L_THRESH, "L_THRESH", Wire::u32, &WireDestination::lower},
    {IPVS_DEST_ATTR_ACTIVE_CONNS, "ACTIVE_CONNS", Wire::u32, &WireDestination::active},
    {IPVS_DEST_ATTR_INACT_CONNS, "INACT_CONNS", Wire::u32, &WireDestination::inactive},
    {IPVS_DEST_ATTR_PERSIST_CONNS, "PERSIST_CONNS", Wire::u32, &WireDestination::persistent},
    {IPVS_DEST_ATTR_ADDR_FAMILY, "ADDR_FAMILY", Wire::u16, &WireDestination::family},
    {IPVS_DEST_ATTR_TUN_TYPE, "TUN_TYPE", Wire::u8, &WireDestination::tunnel_type},
    {IPVS_DEST_ATTR_TUN_PORT, "TUN_PORT", Wire::be16, &WireDestination::tunnel_port},
    {IPVS_DEST_ATTR_TUN_FLAGS, "TUN_FLAGS", Wire::u16, &WireDestination::tunnel_flags},
};
constexpr Present worker_parts =
    bits(IPVS_DEST_ATTR_ADDR, IPVS_DEST_ATTR_PORT, IPVS_DEST_ATTR_ADDR_FAMILY);
constexpr Present destination_settings =
    worker_parts | bits(IPVS_DEST_ATTR_FWD_METHOD, IPVS_DEST_ATTR_WEIGHT, IPVS_DEST_ATTR_U_THRESH,
                        IPVS_DEST_ATTR_L_THRESH);
// A change that leaves these out makes IPIP of any tunnel, so that tunnels always send them.
constexpr Present tunnel_settings =
    bits(IPVS_DEST_ATTR_TUN_TYPE, IPVS_DEST_ATTR_TUN_PORT, IPVS_DEST_ATTR_TUN_FLAGS);

constexpr Field<Stats> stats64_table[] = {
    {IPVS_STATS_ATTR_CONNS, "CONNS", Wire::u64, &Stats::connections},
    {IPVS_STATS_ATTR_INPKTS, "INPKTS", Wire::u64, &Stats::in_packets},
    {IPVS_STATS_ATTR_OUTPKTS, "OUTPKTS", Wire::u64, &Stats::out_packets},
    {IPVS_STATS_ATTR_INBYTES, "INBYTES", Wire::u64, &Stats::in_bytes},
    {IPVS_STATS_ATTR_OUTBYTES, "OUTBYTES", Wire::u64, &Stats::out_bytes},
    {IPVS_STATS_ATTR_CPS, "CPS", Wire::u64, &Stats::cps},
    {IPVS_STATS_ATTR_INPPS, "INPPS", Wire::u64, &Stats::in_pps},
    {IPVS_STATS_ATTR_OUTPPS, "OUTPPS", Wire::u64, &Stats::out_pps},
    {IPVS_STATS_ATTR_INBPS, "INBPS", Wire::u64, &Stats::in_bps},
    {IPVS_STATS_ATTR_OUTBPS, "OUTBPS", Wire::u64, &Stats::out_bps},
};

struct WireDaemon {
    uint32_t role = 0, sync_id = 0, group = 0;
    Raw group6{};
    uint16_t max_length = 0, port = 0;
    uint8_t ttl = 0;
    std::string interface;
};
constexpr Field<WireDaemon> daemon_table[] = {
    {IPVS_DAEMON_ATTR_STATE, "STATE", Wire::u32, &WireDaemon::role},
    {IPVS_DAEMON_ATTR_MCAST_IFN, "MCAST_IFN", Wire::text, &WireDaemon::interface},
    {IPVS_DAEMON_ATTR_SYNC_ID, "SYNC_ID", Wire::u32, &WireDaemon::sync_id},
    {IPVS_DAEMON_ATTR_SYNC_MAXLEN, "SYNC_MAXLEN", Wire::u16, &WireDaemon::max_length},
    {IPVS_DAEMON_ATTR_MCAST_GROUP, "MCAST_GROUP", Wire::be32, &WireDaemon::group},
    {IPVS_DAEMON_ATTR_MCAST_GROUP6, "MCAST_GROUP6", Wire::bytes, &WireDaemon::group6},
    {IPVS_DAEMON_ATTR_MCAST_PORT, "MCAST_PORT", Wire::u16, &WireDaemon::port},
    {IPVS_DAEMON_ATTR_MCAST_TTL, "MCAST_TTL", Wire::u8, &WireDaemon::ttl},
};

constexpr Field<Timeouts> timeout_table[] = {
    {IPVS_CMD_ATTR_TIMEOUT_TCP, "TIMEOUT_TCP", Wire::u32, &Timeouts::tcp},
    {IPVS_CMD_ATTR_TIMEOUT_TCP_FIN, "TIMEOUT_TCP_FIN", Wire::u32, &Timeouts::tcp_fin},
    {IPVS_CMD_ATTR_TIMEOUT_UDP, "TIMEOUT_UDP", Wire::u32, &Timeouts::udp},
};

constexpr Field<Info> info_table[] = {
    {IPVS_INFO_ATTR_VERSION, "VERSION", Wire::u32, &Info::version},
    {IPVS_INFO_ATTR_CONN_TAB_SIZE, "CONN_TAB_SIZE", Wire::u32, &Info::table_size},
};

Error incomplete(const char* object, const char* missing)
{
    return Error{
        object, "read the kernel's reply", EBADMSG, std::string("it has no ") + missing, {}};
}

Result<Address> address_of(int family, const Raw& raw, const char* object)
{
    if (family != AF_INET && family != AF_INET6)
        return Error{object,
                     "read the kernel's reply",
                     EBADMSG,
                     "address family " + std::to_string(family),
                     {}};
    Address address{family, {}};
    std::copy_n(raw.begin(), address.size(), address.bytes.begin());
    return address;
}

// IPv4 has the mask in network order, IPv6 a prefix length in host order.
uint32_t turned_netmask(int family, uint32_t netmask)
{
    return family == AF_INET ? htonl(netmask) : netmask;
}

WireService to_wire(const ServiceKey& key)
{
    return {.family = static_cast<uint16_t>(key.family),
            .protocol = key.protocol,
            .port = key.port,
            .address = key.address.bytes,
            .fwmark = key.fwmark,
            .scheduler = {},
            .engine = {}};
}

// A firewall mark of 0 would mean the address 0.0.0.0 (ip_vs_genl_parse_service).
Present key_parts(const ServiceKey& key)
{
    if (key.fwmark) return bits(IPVS_SVC_ATTR_AF, IPVS_SVC_ATTR_FWMARK);
    return bits(IPVS_SVC_ATTR_AF, IPVS_SVC_ATTR_PROTOCOL, IPVS_SVC_ATTR_ADDR, IPVS_SVC_ATTR_PORT);
}

WireDestination to_wire(const Destination& destination)
{
    const auto& encap = destination.encap;
    return {.family = static_cast<uint16_t>(destination.address.family),
            .port = destination.port,
            .tunnel_port = encap.port,
            .tunnel_flags = static_cast<uint16_t>(encap.checksum),
            .tunnel_type = static_cast<uint8_t>(encap.type),
            .address = destination.address.bytes,
            .forward = static_cast<uint32_t>(destination.forward),
            .weight = destination.weight,
            .upper = destination.upper_threshold,
            .lower = destination.lower_threshold};
}
// The kernel's numbers are ours.
static_assert(static_cast<int>(EncapType::ipip) == IP_VS_CONN_F_TUNNEL_TYPE_IPIP &&
              static_cast<int>(EncapType::gue) == IP_VS_CONN_F_TUNNEL_TYPE_GUE &&
              static_cast<int>(EncapType::gre) == IP_VS_CONN_F_TUNNEL_TYPE_GRE);
static_assert(static_cast<int>(EncapChecksum::none) == IP_VS_TUNNEL_ENCAP_FLAG_NOCSUM &&
              static_cast<int>(EncapChecksum::full) == IP_VS_TUNNEL_ENCAP_FLAG_CSUM &&
              static_cast<int>(EncapChecksum::remote) == IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM);

// The 64-bit counters where the kernel has them (4.1 and later): those of 32 bits wrap.
Result<void> parse_stats(Bytes attributes, uint16_t id64, Stats& stats)
{
    const auto nested = netlink::find(attributes, id64);
    if (nested) TRY(netlink::parse<Stats>(*nested, stats64_table, stats));
    return {};
}

Encap encap_of(const WireDestination& wire)
{
    Encap encap{EncapType::ipip, wire.tunnel_port, EncapChecksum::none};
    if (wire.tunnel_type <= IP_VS_CONN_F_TUNNEL_TYPE_GRE)
        encap.type = static_cast<EncapType>(wire.tunnel_type);
    if (wire.tunnel_flags & IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM)
        encap.checksum = EncapChecksum::remote;
    else if (wire.tunnel_flags & IP_VS_TUNNEL_ENCAP_FLAG_CSUM)
        encap.checksum = EncapChecksum::full;
    return encap;
}

} // namespace

void put_key(Message& message, const ServiceKey& key)
{
    message.begin(IPVS_CMD_ATTR_SERVICE);
    netlink::put<service_table>(message, to_wire(key), key_parts(key));
    message.end();
}

void put_service(Message& message, const Service& service)
{
    auto wire = to_wire(service.key);
    wire.scheduler = service.scheduler;
    wire.timeout = service.timeout;
    wire.netmask = turned_netmask(service.key.family, service.netmask);
    wire.engine = service.persistence_engine;
    Present which = key_parts(service.key) |
                    bits(IPVS_SVC_ATTR_SCHED_NAME, IPVS_SVC_ATTR_TIMEOUT, IPVS_SVC_ATTR_NETMASK);
    if (!wire.engine.empty()) which |= bit(IPVS_SVC_ATTR_PE_NAME);
    const ip_vs_flags flags{.flags = service.flags, .mask = ~0U};
    message.begin(IPVS_CMD_ATTR_SERVICE);
    netlink::put<service_table>(message, wire, which);
    message.put(IPVS_SVC_ATTR_FLAGS, &flags, sizeof flags);
    message.end();
}

void put_worker(Message& message, const Destination& destination)
{
    message.begin(IPVS_CMD_ATTR_DEST);
    netlink::put<destination_table>(message, to_wire(destination), worker_parts);
    message.end();
}

void put_destination(Message& message, const Destination& destination)
{
    const Present tunnel = destination.forward == Forward::tunnel ? tunnel_settings : 0;
    message.begin(IPVS_CMD_ATTR_DEST);
    netlink::put<destination_table>(message, to_wire(destination), destination_settings | tunnel);
    message.end();
}

void put_role(Message& message, DaemonRole role)
{
    message.begin(IPVS_CMD_ATTR_DAEMON);
    netlink::put<daemon_table>(message,
                               WireDaemon{.role = static_cast<uint32_t>(role), .interface = {}},
                               bit(IPVS_DAEMON_ATTR_STATE));
    message.end();
}

void put_daemon(Message& message, const Daemon& daemon)
{
    WireDaemon wire{.role = static_cast<uint32_t>(daemon.role),
                    .sync_id = daemon.sync_id,
                    .group6 = daemon.group.bytes,
                    .max_length = daemon.max_length,
                    .port = daemon.port,
                    .ttl = daemon.ttl,
                    .interface = daemon.interface};
    std::memcpy(&wire.group, daemon.group.bytes.data(), sizeof wire.group);
    wire.group = ntohl(wire.group);
    Present which =
        bits(IPVS_DAEMON_ATTR_STATE, IPVS_DAEMON_ATTR_MCAST_IFN, IPVS_DAEMON_ATTR_SYNC_ID);
    if (wire.max_length) which |= bit(IPVS_DAEMON_ATTR_SYNC_MAXLEN);
    if (daemon.group.family == AF_INET) which |= bit(IPVS_DAEMON_ATTR_MCAST_GROUP);
    if (daemon.group.family == AF_INET6) which |= bit(IPVS_DAEMON_ATTR_MCAST_GROUP6);
    if (wire.port) which |= bit(IPVS_DAEMON_ATTR_MCAST_PORT);
    if (wire.ttl) which |= bit(IPVS_DAEMON_ATTR_MCAST_TTL);
    message.begin(IPVS_CMD_ATTR_DAEMON);
    netlink::put<daemon_table>(message, wire, which);
    message.end();
}

void put_timeouts(Message& message, const Timeouts& timeouts)
{
    Present which = 0;
    if (timeouts.tcp) which |= bit(IPVS_CMD_ATTR_TIMEOUT_TCP);
    if (timeouts.tcp_fin) which |= bit(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN);
    if (timeouts.udp) which |= bit(IPVS_CMD_ATTR_TIMEOUT_UDP);
    netlink::put<timeout_table>(message, timeouts, which);
}

Result<Service> parse_service(Bytes attributes)
{
    constexpr const char* object = "IPVS service";
    const auto nested = netlink::find(attributes, IPVS_CMD_ATTR_SERVICE);
    if (!nested) return incomplete(object, "service");
    WireService wire;
    const Present present = TRY(netlink::parse<WireService>(*nested, service_table, wire));
    Service service;
    service.key.family = wire.family;
    const Raw none{};
    service.key.address = TRY(address_of(wire.family, wire.fwmark ? none : wire.address, object));
    if (wire.fwmark == 0 && (present & bit(IPVS_SVC_ATTR_ADDR)) == 0)
        return incomplete(object, "address");
    service.key.fwmark = wire.fwmark;
    service.key.protocol = wire.fwmark ? uint16_t{IPPROTO_TCP} : wire.protocol;
    service.key.port = wire.fwmark ? uint16_t{0} : wire.port;
    service.scheduler = std::move(wire.scheduler);
    service.timeout = wire.timeout;
    service.netmask = turned_netmask(wire.family, wire.netmask);
    service.persistence_engine = std::move(wire.engine);
    if (const auto flags = netlink::find(*nested, IPVS_SVC_ATTR_FLAGS);
        flags && flags->size() >= sizeof service.flags)
        std::memcpy(&service.flags, flags->data(), sizeof service.flags);
    service.flags &= ~uint32_t{IP_VS_SVC_F_HASHED};
    TRY(parse_stats(*nested, IPVS_SVC_ATTR_STATS64, service.stats));
    return service;
}

Result<Destination> parse_destination(Bytes attributes, int service_family)
{
    constexpr const char* object = "IPVS destination";
    const auto nested = netlink::find(attributes, IPVS_CMD_ATTR_DEST);
    if (!nested) return incomplete(object, "destination");
    WireDestination wire;
    const Present present = TRY(netlink::parse<WireDestination>(*nested, destination_table, wire));
    if ((present & bit(IPVS_DEST_ATTR_ADDR)) == 0) return incomplete(object, "address");
    const bool told = (present & bit(IPVS_DEST_ATTR_ADDR_FAMILY)) != 0;
    Destination destination{
        .address = TRY(address_of(told ? wire.family : service_family, wire.address, object)),
        .port = wire.port,
        .forward = static_cast<Forward>(wire.forward & 3),
        .weight = wire.weight,
        .upper_threshold = wire.upper,
        .lower_threshold = wire.lower,
        .active = wire.active,
        .inactive = wire.inactive,
        .persistent = wire.persistent};
    if (destination.forward == Forward::tunnel) destination.encap = encap_of(wire);
    TRY(parse_stats(*nested, IPVS_DEST_ATTR_STATS64, destination.stats));
    return destination;
}

Result<Daemon> parse_daemon(Bytes attributes)
{
    const auto nested = netlink::find(attributes, IPVS_CMD_ATTR_DAEMON);
    if (!nested) return incomplete("IPVS sync daemon", "daemon");
    WireDaemon wire;
    const Present present = TRY(netlink::parse<WireDaemon>(*nested, daemon_table, wire));
    Daemon daemon{.role = static_cast<DaemonRole>(wire.role),
                  .interface = std::move(wire.interface),
                  .sync_id = wire.sync_id,
                  .max_length = wire.max_length,
                  .group = {},
                  .port = wire.port,
                  .ttl = wire.ttl};
    if (present & bit(IPVS_DAEMON_ATTR_MCAST_GROUP)) {
        const uint32_t group = htonl(wire.group);
        daemon.group.family = AF_INET;
        std::memcpy(daemon.group.bytes.data(), &group, sizeof group);
    } else if (present & bit(IPVS_DAEMON_ATTR_MCAST_GROUP6)) {
        daemon.group = {AF_INET6, wire.group6};
    }
    return daemon;
}

Result<Timeouts> parse_timeouts(Bytes attributes)
{
    Timeouts timeouts;
    TRY(netlink::parse<Timeouts>(attributes, timeout_table, timeouts));
    return timeouts;
}

Result<Info> parse_info(Bytes attributes)
{
    Info info;
    TRY(netlink::parse<Info>(attributes, info_table, info));
    return info;
}

} // namespace gueway::ipvs
