// SPDX-License-Identifier: GPL-2.0-only
// Sends identical frames as cheaply as the kernel lets anybody: from a ring that is shared with it
// (packet(7), PACKET_TX_RING), many for each system call, payload not copied. No TCP behind it.
#pragma once

#include "link/namespace.h"
#include "packet/tcp_frame.h"

#include <string>

namespace gueway::bench {

// Move-only; unmaps on destruction.
class Injector {
public:
    // Sends through `device` of the namespace.
    static Result<Injector> open(const Namespace& where, const std::string& device,
                                 const TcpFrame& frame);
    Injector(Injector&& other) noexcept;
    Injector& operator=(Injector&&) = delete;
    ~Injector();

    // A multiple of `burst`; returns when the device took all.
    Result<void> send(unsigned frames) const;

    static constexpr unsigned burst = 4;

private:
    Injector(Fd socket, void* ring, size_t slot)
        : socket_(std::move(socket)), ring_(ring), slot_(slot)
    {}
    Fd socket_;
    void* ring_;
    size_t slot_; // bytes of one
};

} // namespace gueway::bench
