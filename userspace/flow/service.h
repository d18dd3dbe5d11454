// SPDX-License-Identifier: GPL-2.0-only
// What serves one listener of a server. Inside the noun: server.h is the way in.
#pragma once

#include "flow/options.h"
#include "flow/poller.h"
#include "flow/server.h"
#include "util/fd.h"
#include "util/result.h"

#include <cstdint>
#include <memory>

namespace gueway::flow {

class Service : public Handler {
public:
    // Lets go of what has ended, after each batch of events. Returns when it wants to be called at
    // the latest, in ns; INT64_MAX: it waits for events only, so that an idle server never wakes.
    virtual int64_t sweep(int64_t now) = 0;
    // Adds what only the kernel or a last look knows; called once, when serving ends.
    virtual void close(ServerTotals& totals) = 0;
};

// All references must outlive the service.
struct ServiceContext {
    Poller& poller;
    ServerTotals& totals;
    Sending sending;
};

// The descriptors come from open_server().
Result<std::unique_ptr<Service>> make_tcp_service(ServiceContext context, Fd listener);
Result<std::unique_ptr<Service>> make_udp_service(ServiceContext context, Fd socket);

// Counts a mismatch and keeps the first one's words.
void note_mismatch(ServerTotals& totals, const std::string& peer, uint64_t request,
                   const std::string& what);

} // namespace gueway::flow
