// SPDX-License-Identifier: GPL-2.0-only
// Sends a cell's packet, and the fence behind it.
#pragma once

#include "matrix/axes.h"
#include "matrix/places.h"
#include "matrix/rig.h"
#include "matrix/udp_socket.h"
#include "packet/frame.h"
#include "packet/sender.h"

#include <map>
#include <optional>
#include <string>

namespace gueway::matrix {

// What is sent in a cell: its shipment with addresses, ports and payload, which differ from those
// of any other cell of late. `number` counts cells.
Frame cell_frame(const Cell& cell, uint64_t number);

// Move-only.
class Sender {
public:
    static Result<Sender> open(const Rig& rig, bool wires);

    // As its sender would: through a packet socket at the client's device, or for UDP_SEGMENT and
    // for what the director itself sends through a UDP socket.
    // The answer is that socket.
    Result<std::optional<UdpSocket>> send(const Cell& cell, const Frame& frame) const;

    // What a router between director and worker would say of `packet`, from the worker's side.
    Result<void> answer(const Cell& cell, std::span<const uint8_t> packet, unsigned mtu) const;

    // A small UDP packet that is forwarded as it is, by the same devices: when it has arrived, the
    // director is done with all that was sent before. It carries `number`.
    Result<void> send_fence(const Cell& cell, uint64_t number) const;
    static constexpr uint16_t fence_port = 9; // discard (RFC 863)
    static constexpr unsigned fence_payload = sizeof(uint64_t);

private:
    struct Gate {
        gueway::Sender sender;
        MacAddress from, to;
    };
    explicit Sender(const Rig& rig) : rig_(&rig) {}
    static Result<Gate> open_gate(const Namespace& here, const Namespace& there,
                                  const std::string& device);
    Result<void> send_frame(const Gate& gate, Frame frame) const;
    Result<void> send_fragments(const Gate& gate, Frame frame) const;
    const Rig* rig_;
    std::map<std::string, Gate> gates_; // of the client and of the worker, by device
};

} // namespace gueway::matrix
