// SPDX-License-Identifier: GPL-2.0-only
// The server: verifies requests and answers them, TCP and UDP, many at once in one thread.
#pragma once

#include "flow/endpoint.h"
#include "flow/options.h"
#include "util/fd.h"
#include "util/file.h"
#include "util/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gueway::flow {

// What a server did, for its last words.
struct ServerTotals {
    uint64_t connections = 0;   // TCP, accepted
    uint64_t requests = 0;      // intact, answered
    uint64_t mismatches = 0;    // requests, or UDP datagrams, that did not match their hash
    std::string first_mismatch; // as one line; empty: there was none
    uint64_t datagrams = 0;     // UDP, intact
    uint64_t incomplete = 0;    // UDP requests some datagrams of which never came
    uint64_t receive_drops = 0; // datagrams lost for want of room in a receive queue
    uint64_t refused = 0;       // UDP requests for more than is served, not answered
    uint64_t unsent = 0;        // UDP answers the kernel refused to send
    std::string first_unsent;   // as one line; empty: there was none
};

struct Listener {
    Protocol protocol = Protocol::tcp;
    Endpoint local; // with the port it got
};

class Server {
public:
    // Listens; clients may come from then on, and are served by serve().
    static Result<Server> open(const ServerOptions& options);
    Server(Server&& other) noexcept;
    Server& operator=(Server&& other) noexcept;
    ~Server();

    const std::vector<Listener>& listeners() const;

    // Serves until the descriptor `stop` can be read; blocks its thread. Connections still open are
    // closed with the Server.
    Result<ServerTotals> serve(int stop);

private:
    class Engine;
    explicit Server(std::unique_ptr<Engine> engine);
    std::unique_ptr<Engine> engine_;
};

// One line for each listener: "tcp 192.0.2.1:80". What --ready-file holds.
std::string listeners_text(const std::vector<Listener>& listeners);

} // namespace gueway::flow
