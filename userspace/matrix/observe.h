// SPDX-License-Identifier: GPL-2.0-only
// Sends a cell's packet and gathers all that came of it.
#pragma once

#include "matrix/counters.h"
#include "matrix/sender.h"
#include "packet/capture.h"
#include "packet/ring_capture.h"

#include <map>
#include <string>
#include <vector>

namespace gueway::matrix {

//   sent      the packet
//   refused   errno of the socket that it was sent from, or 0
//   fences    how many were sent behind it, which the worker counts as UDP without a listener
//   worker    what came to the worker's tunnels' ends, in order
//   client    what came to the client
//   splats    what the kernel complained of: whoever reads its log puts it here
//   told_first  with a router: what came to the client when it had answered; the others are of the
//               packet that was sent again
//   director  what the director's counters moved by; and the worker's
struct Observation {
    Frame sent;
    int refused = 0;
    unsigned fences = 0;
    std::vector<Captured> worker, client;
    std::vector<Captured> told_first;
    Counts director, receiver;
    std::vector<std::string> splats;
};

// Move-only. Runs on one processor of the host: packets of one are handled in the order in which
// they were sent, which is what the fence stands on.
class Observer {
public:
    static Result<Observer> open(const Rig& rig, bool wires);
    // Returns when the director is done with it. ETIMEDOUT when the fence does not arrive.
    Result<Observation> observe(const Cell& cell, uint64_t number);

private:
    Observer(Sender sender, Counters director, Counters worker)
        : sender_(std::move(sender)), director_(std::move(director)), worker_(std::move(worker))
    {}
    Result<void> drain(const Cell& cell);
    Result<void> meet_router(const Cell& cell, Observation& seen);
    Result<void> wait_for_fence(const Cell& cell, Observation& seen);

    Sender sender_;
    Counters director_, worker_;
    std::map<std::string, RingCapture> at_worker_;
    std::map<std::string, Capture> at_client_;
    uint64_t fences_ = 0;
};

} // namespace gueway::matrix
