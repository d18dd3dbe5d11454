// SPDX-License-Identifier: GPL-2.0-only
// Sends a cell's packet and gathers all that came of it.
#pragma once

#include "matrix/counters.h"
#include "matrix/freed.h"
#include "matrix/sender.h"
#include "matrix/strays.h"
#include "packet/capture.h"
#include "packet/ring_capture.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gueway::matrix {

//   sent      the packet
//   refused   the socket that it was sent from did not take it: EMSGSIZE
//   fences    how many were sent behind it, which the worker counts as UDP without a listener
//   worker    what came to the worker's tunnels' ends, in order
//   client    what came to the client
//   aside     what else came to the worker: fences, talk of neighbours, and what a router answered
//   strays    of all devices of the worker and the client: what came and should not have
//   carried   frames that came over the cell's underlay since the counters of the director, and how
//   talk      many of them are neighbours' talk, which comes at any time
//   tells_udp_gso  the kernel has words for UDP_SEGMENT packets that come whole
//   from_mac, to_mac  of the underlay's ends: director and worker
//   splats    what the kernel complained of: whoever reads its log puts it here
//   told_self   what ICMP messages told the director's own socket
//   told_first  with a router: what came to the client when it had answered
//   before    with a router: what was seen until it answered; the others are of the packet that was
//             sent again
//   director  what the director's counters moved by; and the worker's
//   director_answered, receiver_answered  with a router: the same, while it answered
//   freed     while the packet was on its way, of a cell that needs it (needs_frees())
struct Observation {
    Frame sent;
    bool refused = false, tells_udp_gso = false;
    unsigned fences = 0;
    std::vector<Captured> worker, client;
    std::vector<Captured> told_first, aside;
    std::vector<IcmpAnswer> told_self;
    std::vector<Stray> strays;
    uint64_t carried = 0, talk = 0;
    MacAddress from_mac{}, to_mac{};
    Counts director, receiver;
    Counts director_answered, receiver_answered;
    Freed freed;
    std::vector<std::string> splats;
    std::vector<Observation> before;
};

// Move-only. Runs on one processor of the host: packets of one are handled in the order in which
// they were sent, which is what the fence stands on.
class Observer {
public:
    // `times`: the client's captures tell when (Captured::unix_ns); the worker's always do.
    static Result<Observer> open(const Rig& rig, bool wires, bool times);
    // Returns when the director is done with it. ETIMEDOUT when the fence does not arrive.
    Result<Observation> observe(const Cell& cell, uint64_t number);

private:
    Observer(Sender sender, Counters director, Counters worker)
        : sender_(std::move(sender)), director_(std::move(director)), worker_(std::move(worker))
    {}
    Result<void> drain(const Cell& cell, Observation& seen);
    Observation nothing_yet(const Cell& cell, Frame sent) const;
    Result<void> play(const Cell& cell, Observation& seen);
    Result<std::optional<UdpSocket>> send(const Cell& cell, Observation& seen);
    Result<Observation> meet_router(const Cell& cell, Observation first);
    void sort_told(const Cell& cell, const std::string& device, Captured frame, Observation& seen,
                   std::vector<Captured>& told) const;
    Result<void> wait_for_fence(const Cell& cell, Observation& seen);
    // Of a frame that came over the cell's underlay; the answer is whether it is the last fence.
    bool sort(const Cell& cell, Captured frame, Observation& seen) const;
    Result<void> count(const Cell& cell, Observation& seen);
    Result<void> add_strays(const Cell& cell, Observation& seen);
    Result<void> add_offload(const Cell& cell, Observation& seen);

    Sender sender_;
    Counters director_, worker_;
    bool tells_udp_gso_ = false;
    FreeWatch frees_;
    std::map<std::string, RingCapture> at_worker_;
    std::map<std::string, Capture> at_client_;
    // A ring tells nothing of GSO packets that come whole, so there is a second capture.
    std::optional<Capture> offload_;
    std::map<std::string, std::pair<MacAddress, MacAddress>> macs_; // director's and worker's
    uint64_t fences_ = 0;
};

} // namespace gueway::matrix
