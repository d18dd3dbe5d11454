// SPDX-License-Identifier: GPL-2.0-only
// Messages in datagrams: cut and sent, collected and verified. Both sides use both.
#pragma once

#include "flow/endpoint.h"
#include "flow/wire.h"
#include "util/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace gueway::flow {

inline constexpr uint16_t smallest_datagram = head_size + 8;
// What UDP can carry over either family: 65535 less 40 (IPv6) and 8 (UDP).
inline constexpr uint16_t largest_datagram = 65487;
// A receiver keeps one bit for each datagram, and nobody sends a file of any size without acks.
inline constexpr uint64_t largest_udp_message = 64ULL << 20;

// Datagrams that a message of `size` payload bytes takes; at least one.
uint64_t datagrams_of(uint64_t size, uint16_t datagram);

// Whether a request's head asks for what can be done: sizes and datagram within the limits above.
bool acceptable(const Message& message);

// Where an answer goes from an unconnected socket, and the address it must come from.
struct Route {
    Endpoint peer;
    Address local;
};

// Sends one message. With GSO as many datagrams as UDP_SEGMENT takes go to the kernel in one
// sendmsg(2), which cuts them `Message::datagram` bytes long: each has its own head.
class DatagramSender {
public:
    // No route: the socket is connected.
    DatagramSender(const Message& message, bool gso, const std::optional<Route>& route);

    // Sends what the socket takes now; true when all is out. An Error has errno, and names the peer
    // only if there is a route.
    Result<bool> advance(int fd);
    uint64_t sent() const { return next_; } // datagrams

private:
    void make_batch(uint64_t count);
    Result<bool> send_batch(int fd, bool segmented);

    Message message_;
    std::optional<Route> route_;
    uint64_t per_batch_;
    uint64_t next_ = 0;
    uint64_t total_;
    std::vector<std::byte> buffer_;
};

// Collects the datagrams of one message, in whatever order.
class Assembly {
public:
    // The head of any of its datagrams; it must be acceptable().
    explicit Assembly(const Message& message);

    // Takes an intact datagram with `chunk` bytes after its head. False for one that was here
    // before, or does not belong: another message, or not cut as its head says.
    bool take(const Received& received, size_t chunk);
    bool complete() const { return taken_ == seen_.size(); }
    const Message& message() const { return message_; }
    uint64_t datagrams() const { return seen_.size(); } // of the whole message
    uint64_t taken() const { return taken_; }

private:
    Message message_;
    std::vector<bool> seen_;
    uint64_t taken_ = 0;
};

} // namespace gueway::flow
