// SPDX-License-Identifier: GPL-2.0-only
// A capture that copies each frame as it passes (packet(7), PACKET_RX_RING, TPACKET_V2), before
// anybody behind it can write into it.
#pragma once

#include "packet/capture.h"

namespace gueway {

// Sees what the device receives from its making on. Move-only; unmaps on destruction.
class RingCapture {
public:
    // `socket` as Capture::start() wants it.
    static Result<RingCapture> start(Fd socket, int device_index, std::string object);
    RingCapture(RingCapture&& other) noexcept;
    RingCapture& operator=(RingCapture&&) = delete;
    ~RingCapture();

    int fd() const { return socket_.get(); }
    // The next one that is there; nothing when none is. `offload` is never told, the time always.
    // An Error when the kernel had no room for some (ENOBUFS).
    Result<std::optional<Captured>> next();

    static constexpr unsigned room = 256;                 // frames
    static constexpr unsigned longest = (64 << 10) + 512; // bytes of a frame that fit

private:
    RingCapture(Fd socket, std::string object, uint8_t* ring)
        : socket_(std::move(socket)), object_(std::move(object)), ring_(ring)
    {}
    Fd socket_;
    std::string object_;
    uint8_t* ring_;
    unsigned at_ = 0;
};

} // namespace gueway
