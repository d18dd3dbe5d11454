// SPDX-License-Identifier: GPL-2.0-only
#include "doctor/scratch.h"

#include "link/address.h"
#include "link/carrier.h"
#include "link/device.h"
#include "link/features.h"
#include "link/neighbour.h"
#include "link/sysctl.h"
#include "packet/layers.h"
#include "util/deadline.h"
#include "util/text.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace gueway {

namespace {

// Addresses for documentation (RFC 5737, 3849): nobody but the probe sees them.
constexpr const char* client_address = "192.0.2.2";
constexpr const char* director_prefix = "192.0.2.1/24";
constexpr const char* vip = "198.51.100.1";
constexpr const char* underlay4 = "203.0.113.1/24";
constexpr const char* underlay6 = "2001:db8::1/64";
constexpr const char* worker4 = "203.0.113.2";
constexpr const char* worker6 = "2001:db8::2";

constexpr unsigned ingress_mtu = 1500;
constexpr unsigned underlay_mtu = 1600; // a full packet fits with any of our headers in front
constexpr uint16_t client_port = 40000, first_service_port = 8000, gue_port = 6080;

// The device leaves all tunnels to software, but no plain TCP: client packets stay whole that far.
const std::vector<std::string> tunnel_features = {
    "tx-udp_tnl-segmentation",  "tx-udp_tnl-csum-segmentation", "tx-gre-segmentation",
    "tx-gre-csum-segmentation", "tx-ipxip4-segmentation",       "tx-ipxip6-segmentation"};

Address address(const char* text)
{
    return parse_address(text).value();
}

Result<void> bring_up(const Namespace& where, const std::string& name)
{
    // A namespace without IPv6 has no such switch, and no packets of its own to keep quiet.
    if (const auto off = set_sysctl(where, "net.ipv6.conf." + name + ".disable_ipv6", "1");
        !off && off.error().code != ENOENT)
        return off;
    return set_up(where, name);
}

Result<Fd> packet_socket(const Namespace& where, const std::string& name, uint16_t protocol)
{
    // Bound to nothing until it is bound to the device: no protocol.
    auto socket = TRY(where.socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK));
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_protocol = htons(protocol);
    to.sll_ifindex = TRY(device(where, name)).index;
    if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) < 0)
        return errno_error("packet socket", "bind to " + name);
    return socket;
}

ipvs::Service service_at(uint16_t port)
{
    ipvs::Service made{.scheduler = "rr"};
    made.key.address = address(vip);
    made.key.port = port;
    return made;
}

ipvs::Destination worker_along(const TunnelWay& way, uint16_t port)
{
    Encap encap = way.encap;
    if (encap.type == EncapType::gue && encap.port == 0) encap.port = gue_port;
    return {.address = address(way.underlay == AF_INET6 ? worker6 : worker4),
            .port = port,
            .forward = ipvs::Forward::tunnel,
            .encap = encap};
}

} // namespace

Result<Scratch> Scratch::make()
{
    auto client = TRY(Namespace::create_unnamed("probe's client"));
    auto director = TRY(Namespace::create_unnamed("probe's director"));
    auto worker = TRY(Namespace::create_unnamed("probe's worker"));
    auto ipvs = TRY(director.in([] { return ipvs::Client::open("probe's director"); }));
    Scratch made(std::move(client), std::move(director), std::move(worker), std::move(ipvs));
    TRY(made.wire());
    TRY(made.open_sockets());
    return made;
}

// The kernel removes a namespace when it finds the time; services hold their scheduler until then.
Scratch::~Scratch()
{
    if (!sender_) return;
    auto changes = ipvs_.changes();
    changes.flush();
    std::ignore = ipvs_.commit(changes);
}

Result<void> Scratch::wire()
{
    TRY(add_veth({client_, "c0"}, {director_, "d0"}, ingress_mtu));
    TRY(add_veth({director_, "d1"}, {worker_, "u0"}, underlay_mtu));
    TRY(set_features(director_, "d1", tunnel_features, false));
    TRY(bring_up(client_, "c0"));
    TRY(bring_up(worker_, "u0"));
    TRY(bring_up(director_, "d0"));
    TRY(set_up(director_, "d1"));
    const auto deadline = Deadline::after(std::chrono::seconds(10));
    TRY(wait_carrier(client_, "c0", deadline));
    TRY(wait_carrier(director_, "d1", deadline));
    TRY(add_address(director_, "lo", TRY(parse_prefix(vip))));
    TRY(add_address(director_, "d0", TRY(parse_prefix(director_prefix))));
    TRY(add_address(director_, "d1", TRY(parse_prefix(underlay4))));
    const auto mac = TRY(device(worker_, "u0")).mac;
    TRY(add_neighbour(director_, "d1", address(worker4), mac));
    // Without IPv6 the ways over IPv4 are tried all the same.
    ipv6_ = wire_ipv6(director_, mac);
    client_mac_ = TRY(device(client_, "c0")).mac;
    director_mac_ = TRY(device(director_, "d0")).mac;
    return {};
}

Result<void> Scratch::wire_ipv6(const Namespace& director, const std::string& worker_mac)
{
    // The host's settings may have switched it off for new namespaces.
    TRY(set_sysctl(director, "net.ipv6.conf.d1.disable_ipv6", "0"));
    TRY(add_address(director, "d1", TRY(parse_prefix(underlay6)), {.nodad = true}));
    return add_neighbour(director, "d1", address(worker6), worker_mac);
}

Result<void> Scratch::open_sockets()
{
    receiver_ = TRY(packet_socket(worker_, "u0", ETH_P_ALL));
    auto sender = TRY(packet_socket(client_, "c0", ETH_P_IP));
    const int on = 1;
    if (::setsockopt(sender.get(), SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on) < 0)
        return errno_error("packet socket", "set PACKET_VNET_HDR");
    sender_ = std::move(sender);
    return {};
}

Result<uint16_t> Scratch::serve(const TunnelWay& way)
{
    if (way.underlay == AF_INET6 && !ipv6_) return ipv6_.error();
    const uint16_t port = first_service_port + services_++;
    const auto service = service_at(port);
    const auto worker = worker_along(way, port);
    auto changes = ipvs_.changes();
    changes.add(service);
    changes.add(service.key, worker);
    for (const auto& refusal : TRY(ipvs_.commit(changes)))
        return Error{"IPVS",
                     refusal.index == 0 ? "add a service" : "add a worker of " + way.text(),
                     refusal.code,
                     refusal.words,
                     {}};
    const auto taken = TRY(ipvs_.destinations(service.key));
    if (taken.size() != 1 || !taken[0].same_settings(worker))
        return error("IPVS", "add a worker of " + way.text(),
                     "the kernel does not know this tunnel");
    return port;
}

Result<uint64_t> Scratch::dropped() const
{
    return TRY(device(director_, "d1")).counters.tx_dropped;
}

TcpFrame Scratch::frame(uint16_t port) const
{
    return {.from_mac = client_mac_,
            .to_mac = director_mac_,
            .from = address(client_address),
            .to = address(vip),
            .from_port = client_port,
            .to_port = port};
}

Result<void> Scratch::send(const TcpFrame& frame) const
{
    auto head = offload(frame);
    auto body = bytes(frame);
    const std::array<iovec, 2> parts = {{{&head, sizeof head}, {body.data(), body.size()}}};
    if (::writev(sender_.get(), parts.data(), parts.size()) < 0)
        return errno_error("packet socket", fmt::format("send a frame of {} bytes", body.size()));
    return {};
}

Result<void> Scratch::collect(uint16_t port, Arrivals& arrivals) const
{
    for (;;) {
        std::array<uint8_t, 256> room; // all headers
        const auto length =
            ::recv(receiver_.get(), room.data(), room.size(), MSG_TRUNC | MSG_DONTWAIT);
        if (length < 0 && errno == EAGAIN) return {};
        if (length < 0) return errno_error("packet socket", "receive");
        const auto whole = static_cast<size_t>(length);
        if (whole <= sizeof(ether_header)) continue;
        uint16_t type = 0;
        std::memcpy(&type, room.data() + offsetof(ether_header, ether_type), sizeof type);
        const auto packet = std::span(room).first(std::min(whole, room.size()));
        const auto layers = parse_layers(ntohs(type), packet.subspan(sizeof(ether_header)));
        if (layers.tunnel == TunnelType::none || !layers.transport ||
            layers.transport->destination != port)
            continue;
        arrivals.sequences.insert(layers.transport->sequence);
        if (whole > sizeof(ether_header) + underlay_mtu) ++arrivals.unsegmented;
    }
}

} // namespace gueway
