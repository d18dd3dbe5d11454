// SPDX-License-Identifier: GPL-2.0-only
// What a client and a server are asked to do.
#pragma once

#include "flow/clock.h"
#include "flow/endpoint.h"
#include "util/result.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace gueway::flow {

enum class Protocol { tcp, udp };
std::string_view name_of(Protocol protocol); // "tcp", "udp"

inline constexpr uint16_t default_datagram = 1200;

// How the bytes of one side leave.
struct Sending {
    // Whether more than one segment or datagram goes to the kernel at once. TCP: off means that no
    // skb larger than one MSS is ever queued. UDP: on means UDP_SEGMENT, off one sendmsg(2) for
    // each datagram. Unset: what programs usually do, on for TCP and off for UDP.
    std::optional<bool> gso;
    // TCP_MAXSEG, set before the handshake; unset: the kernel's choice.
    std::optional<uint16_t> mss;

    bool gso_for(Protocol protocol) const { return gso.value_or(protocol == Protocol::tcp); }
};

struct ClientOptions {
    Endpoint server;
    Protocol protocol = Protocol::tcp;
    std::optional<Address> bind; // source address

    uint64_t request_size = 1024; // payload bytes
    uint64_t response_size = 1024;
    // Bytes of a full datagram as UDP's payload, gwflow's head of head_size bytes included. Also
    // the segment size given to UDP_SEGMENT, and what the server cuts its response into.
    uint16_t datagram = default_datagram;
    Sending sending;

    unsigned connections = 1; // used in parallel, one request at a time on each
    // Exactly one of the two. Requests count over all connections. No request begins after
    // `duration` (ns); those under way then still end, by answer or by deadline.
    std::optional<uint64_t> requests;
    std::optional<int64_t> duration;
    bool fresh = false; // a new connection (UDP: a new socket and source port) for each request

    // ns that a connection rests after each of its requests: a load of a given rate.
    int64_t pause = 0;

    int64_t deadline = 30 * ns_per_s; // ns per request, connecting included
    uint64_t seed = 1;                // all payloads follow from it
};

struct ServerOptions {
    std::vector<Endpoint> listen; // port 0: the kernel's choice
    bool tcp = true;
    bool udp = true;
    Sending sending; // of the responses
};

// Whether the options make sense together. The Error names the option as the command line spells
// it.
Result<void> validate(const ClientOptions& options);
Result<void> validate(const ServerOptions& options);

} // namespace gueway::flow
