// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/sender.h"

#include "link/device.h"
#include "matrix/events.h"

#include <cstring>

#include <netinet/tcp.h>

namespace gueway::matrix {

namespace {

constexpr uint16_t first_port = 20000, ports = 40000;
// No field is what nobody has set: DSCP AF21 (RFC 2597) with ECT(1), which is not what a tunnel
// puts in of itself; the flow label, the window and the others are any numbers.
constexpr uint8_t af21_ect1 = 18 << 2 | 1;
constexpr uint32_t flow_label = 0x5a3c7;
constexpr uint16_t window = 0x2b1d, urgent = 0x0117;
constexpr TcpTimestamps timestamps = {0x1a2b3c4d, 0x5e6f7081};
constexpr SctpData chunk = {.flags = 0x7, .stream = 5, .order = 0x0203, .protocol = 0x01020304};

// Every byte depends on the cell and on its place.
std::vector<uint8_t> pattern(uint64_t number, size_t size)
{
    std::vector<uint8_t> made(size);
    uint64_t state = number * 0x9e3779b97f4a7c15 + 1;
    for (auto& byte : made) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        byte = static_cast<uint8_t>(state >> 24);
    }
    return made;
}

// The flags that a GSO packet's segments share out: CWR is the first one's (RFC 3168, section
// 6.1.2), PSH and FIN are the last one's. What a NIC segments is without CWR: one of the mlx5 class
// takes no packet with it (NETIF_F_TSO_ECN), so that the kernel would do it all. Nor what GRO
// makes: that of 7.2 joins no packets of which one has it (seen).
uint8_t tcp_flags(const Cell& cell)
{
    // Segments are of one list only where all their flags are the same (tcp_gro_receive()).
    if (cell.ingress == Ingress::gro_list) return TH_ACK;
    constexpr uint8_t all = TH_ACK | TH_PUSH | TH_FIN;
    return cell.underlay == Underlay::wire || through_gro(cell) ? all : all | tcp_cwr;
}

} // namespace

Frame cell_frame(const Cell& cell, uint64_t number)
{
    const auto packet = shipment(cell);
    const auto& at = entrance(cell);
    Frame frame;
    frame.from = cell.origin == Origin::director ? director_address(at, cell.inner)
                                                 : client_address(at, cell.inner);
    frame.to = vip(cell.inner);
    frame.id = static_cast<uint16_t>(0x1000 + 64 * number);
    frame.dont_fragment = packet.dont_fragment;
    frame.traffic_class = af21_ect1;
    if (cell.inner == Family::v6) frame.flow_label = flow_label;
    frame.transport = packet.transport;
    frame.from_port = static_cast<uint16_t>(first_port + number % ports);
    frame.to_port = service_port(cell);
    frame.sequence = 1000;
    if (packet.transport == Transport::tcp) {
        frame.flags = tcp_flags(cell);
        frame.window = window;
        frame.urgent = urgent;
        frame.timestamps = timestamps;
    }
    frame.chunk = chunk;
    frame.payload = pattern(number, packet.payload);
    frame.segment = static_cast<uint16_t>(packet.gso_size);
    frame.partial = packet.partial;
    return frame;
}

Result<Sender::Gate> Sender::open_gate(const Namespace& here, const Namespace& there,
                                       const std::string& device)
{
    const auto own = TRY(gueway::device(here, device)), other = TRY(gueway::device(there, device));
    return Gate{TRY(gueway::Sender::open(TRY(here.socket(AF_PACKET, SOCK_RAW)), own.index,
                                         "packet socket on " + device)),
                TRY(parse_mac(own.mac)), TRY(parse_mac(other.mac))};
}

Result<Sender> Sender::open(const Rig& rig, bool wires)
{
    Sender made(rig);
    const auto &client = rig.host("client"), &director = rig.host("director"),
               &worker = rig.host("worker");
    for (const auto& at : entrances(wires)) {
        const std::string name = at.device;
        made.gates_.emplace(name, TRY(open_gate(client, director, name)));
    }
    for (const auto underlay : underlays_with(wires)) {
        const std::string name = matrix::device(underlay);
        made.gates_.emplace(name, TRY(open_gate(worker, director, name)));
    }
    return made;
}

Result<void> Sender::send_fragments(const Gate& gate, Frame frame) const
{
    frame.from_mac = gate.from;
    frame.to_mac = gate.to;
    TRY(check(frame));
    for (const auto& part : in_fragments(frame)) TRY(gate.sender.send(part));
    return {};
}

Result<void> Sender::answer(const Cell& cell, std::span<const uint8_t> packet, unsigned mtu) const
{
    const auto& gate = gates_.at(matrix::device(cell.underlay));
    const auto router = cell.outer == Family::v4
                            ? fence_address(cell.underlay)
                            : worker_address(cell.underlay, Tunnel::ipip, cell.outer, cell.inner);
    return gate.sender.send(router_answer(packet, router, mtu, gate.from, gate.to));
}

Result<void> Sender::send_frame(const Gate& gate, Frame frame) const
{
    frame.from_mac = gate.from;
    frame.to_mac = gate.to;
    TRY(check(frame));
    return gate.sender.send(frame);
}

Result<std::optional<UdpSocket>> Sender::send(const Cell& cell, const Frame& frame) const
{
    if (cell.origin == Origin::director || cell.l4 == L4::udp_gso) {
        const bool remote = cell.origin == Origin::remote;
        return TRY(UdpSocket::send(rig_->host(remote ? "client" : "director"),
                                   remote ? entrance(cell).device : "", frame));
    }
    const auto& gate = gates_.at(entrance(cell).device);
    TRY(cell.event == Event::fragments ? send_fragments(gate, frame) : send_frame(gate, frame));
    return std::nullopt;
}

Result<void> Sender::send_fence(const Cell& cell, uint64_t number) const
{
    const auto& at = entrance(cell);
    Frame fence;
    fence.from = client_address(at, Family::v4);
    fence.to = fence_address(cell.underlay);
    fence.transport = Transport::udp;
    fence.from_port = fence.to_port = fence_port;
    fence.payload.resize(fence_payload);
    std::memcpy(fence.payload.data(), &number, sizeof number);
    return send_frame(gates_.at(at.device), std::move(fence));
}

} // namespace gueway::matrix
