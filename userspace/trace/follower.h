// SPDX-License-Identifier: GPL-2.0-only
// Packets that a filter took when they arrived, followed by bpf/follow.bpf.c. In all network
// namespaces.
#pragma once

#include "bpf/follow.h"
#include "bpf/selection.h"
#include "probe/hooked.h"
#include "util/result.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace gueway {

struct FollowerOptions {
    std::string expression;                  // pcap-filter(7), on the packet from its IP header on
    filter_subject subject = FILTER_ARRIVED; // what the expression is about
    selection only{};                        // where packets may arrive
    bool stack = false;                      // drops tell the calls that led to them
    uint32_t ring = 4U << 20;                // bytes; a power of two, a multiple of the page size
    uint64_t most_packets = UINT64_MAX;      // later ones are not followed
};

// What the kernel counted, read after detaching.
struct FollowCounts {
    follow_totals totals;
    std::optional<uint64_t> missed; // runs that the kernel skipped; see Hooked::missed()
    uint64_t not_shown;             // of the emitted events; see Ring::drain()
    uint64_t still_followed;        // buffers of which no end was seen; such wait somewhere
};

// Follows from start() on. Needs root, and a kernel with BTF. Move-only; one thread; one at a time
// may be starting.
class Follower {
public:
    // Errors name a bad filter in libpcap's words, or what the kernel said to a required hook.
    static Result<Follower> start(const KernelTypes& types, const FollowerOptions& options);
    Follower(Follower&&) noexcept;
    Follower& operator=(Follower&&) noexcept;
    ~Follower();

    const Hooked& hooked() const;
    // When everything was attached: no event is older. On CLOCK_MONOTONIC, as the events' times.
    std::chrono::steady_clock::time_point began() const;

    // As Collector's.
    using Take = std::function<void(const follow_event&)>;
    Result<uint64_t> poll(std::chrono::milliseconds patience, const Take& take);
    Result<FollowCounts> stop(const Take& take);

private:
    struct State;
    explicit Follower(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// The table of hooks, for packets that may arrive there.
std::vector<Hook> follow_hooks(const selection& only = {});

} // namespace gueway
