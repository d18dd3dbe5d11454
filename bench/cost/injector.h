// SPDX-License-Identifier: GPL-2.0-only
// Sends identical frames as cheaply as the kernel lets anybody: from a ring that is shared with it
// (packet(7), PACKET_TX_RING), many for each system call, payload not copied. No TCP behind it.
#pragma once

#include "link/namespace.h"
#include "packet/tcp_frame.h"

#include <string>
#include <vector>

namespace gueway::bench {

// Move-only; unmaps on destruction.
class Injector {
public:
    // Sends through `device` of the namespace: these frames, one behind the other, over and over.
    // Their kinds may differ, not their lengths.
    static Result<Injector> open(const Namespace& where, const std::string& device,
                                 const std::vector<TcpFrame>& frames);
    // `burst` times the same.
    static Result<Injector> open(const Namespace& where, const std::string& device,
                                 const TcpFrame& frame);
    Injector(Injector&& other) noexcept;
    Injector& operator=(Injector&&) = delete;
    ~Injector();

    // A multiple of those it was opened with; returns when the device took all.
    Result<void> send(unsigned frames) const;

    static constexpr unsigned burst = 4;

private:
    Injector(Fd socket, void* ring, size_t slot, unsigned slots)
        : socket_(std::move(socket)), ring_(ring), slot_(slot), slots_(slots)
    {}
    uint8_t* slot(unsigned number) const
    {
        return static_cast<uint8_t*>(ring_) + size_t{number} * slot_;
    }
    Fd socket_;
    void* ring_;
    size_t slot_; // bytes of one
    unsigned slots_;
};

} // namespace gueway::bench
