// SPDX-License-Identifier: GPL-2.0-only
// Sends identical frames as cheaply as the kernel lets anybody: from a ring that is shared with it
// (packet(7), PACKET_TX_RING), many for each system call, payload not copied. No TCP behind it.
#pragma once

#include "link/namespace.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gueway::bench {

struct Frame {
    std::vector<uint8_t> bytes; // from the Ethernet header on
    uint16_t headers = 0;       // bytes of it that are headers
    uint16_t segment = 0;       // GSO: bytes of payload in each segment; 0: no GSO
};

// An Ethernet frame with IPv4 and a TCP ACK, `ip_length` bytes from the IP header on. Where it is
// more than one segment the checksum is left to offload, as TCP does.
Frame tcp_frame(const std::string& from_mac, const std::string& to_mac, uint32_t from, uint32_t to,
                uint16_t port, unsigned ip_length, uint16_t segment);

// Move-only; unmaps on destruction.
class Injector {
public:
    // Sends through `device` of the namespace.
    static Result<Injector> open(const Namespace& where, const std::string& device,
                                 const Frame& frame);
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
