// SPDX-License-Identifier: GPL-2.0-only
// Sends frames through a device as they are, with what is left to offload (packet(7),
// PACKET_VNET_HDR).
#pragma once

#include "packet/frame.h"
#include "util/fd.h"
#include "util/result.h"

#include <cstdint>
#include <span>
#include <string>

namespace gueway {

// Move-only.
class Sender {
public:
    // `socket` is AF_PACKET, SOCK_RAW, protocol 0, made in the device's namespace; `object` names
    // it in errors.
    static Result<Sender> open(Fd socket, int device_index, std::string object);

    // Returns when the device has it. EMSGSIZE: longer than the device's MTU and no GSO packet;
    // EINVAL: a type of GSO that the kernel does not take (packet/frame.h); ENOBUFS: a queue on the
    // way was full.
    Result<void> send(std::span<const uint8_t> frame, const FrameOffload& offload = {}) const;
    Result<void> send(const Frame& frame) const { return send(bytes(frame), offload(frame)); }

private:
    Sender(Fd socket, std::string object) : socket_(std::move(socket)), object_(std::move(object))
    {}
    Fd socket_;
    std::string object_;
};

} // namespace gueway
