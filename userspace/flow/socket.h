// SPDX-License-Identifier: GPL-2.0-only
// Sockets as gwflow uses them: all non-blocking and close-on-exec.
#pragma once

#include "flow/endpoint.h"
#include "flow/options.h"
#include "util/fd.h"
#include "util/result.h"

#include <cstdint>
#include <optional>

namespace gueway::flow {

// A client's socket, bound when `source` is given, with `sending` applied, not yet connected.
Result<Fd> open_client(const Endpoint& server, Protocol protocol,
                       const std::optional<Address>& source, const Sending& sending);

// Begins to connect: 0 when done at once or under way, otherwise errno.
int begin_connect(int fd, const Endpoint& server);

// The errno an asynchronous operation left behind, which it clears; 0 for none.
int pending_error(int fd);

// A server's socket, bound; TCP also listening. IPv6 sockets take IPv6 only, so that 0.0.0.0 and ::
// can be served side by side. UDP sockets report each datagram's destination address, which must be
// the source of the answer: on a worker it is the VIP, not the address the route would choose.
Result<Fd> open_server(const Endpoint& local, Protocol protocol, const Sending& sending);

// What a connected TCP socket has to have besides; for those from accept(2).
Result<void> prepare_stream(int fd, bool gso);

// From TCP_INFO (struct tcp_info of linux/tcp.h); all zero if the kernel gives none.
struct TcpCounts {
    uint64_t bytes_acked = 0; // by the peer; counts the SYN as one
    uint64_t retransmits = 0; // segments, since the connection began
    uint32_t snd_mss = 0;     // payload bytes of a full segment now
};
TcpCounts tcp_counts(int fd);

// Datagrams the kernel threw away since the socket's receive queue was full.
uint64_t receive_drops(int fd);

} // namespace gueway::flow
