// SPDX-License-Identifier: GPL-2.0-only
// Where the kernel frees packets as drops, one by one: the skb:kfree_skb event, in all network
// namespaces, on every kernel that has tracefs. For a count of many drop_histogram.h is better.
#pragma once

#include "drops/trace_page.h"
#include "drops/tracing_instance.h"
#include "util/fd.h"

#include <vector>

namespace gueway {

// Records only between start() and stop(). Move-only.
class DropEvents {
public:
    // Of IP packets only (skb->protocol). Needs root and tracefs; `name` is of its instance.
    static Result<DropEvents> open(const std::string& name);
    // What was recorded before is forgotten.
    Result<void> start();
    // The places in the kernel's code, return addresses, in order on each processor. An Error when
    // the kernel lost some.
    Result<std::vector<uint64_t>> stop();

private:
    DropEvents(TracingInstance instance, TraceFormat page, TraceFormat event)
        : instance_(std::move(instance)), page_(std::move(page)), event_(std::move(event))
    {}
    Result<void> open_pipes();
    Result<void> take(int pipe, std::vector<uint64_t>& places);
    Result<void> add(std::span<const uint8_t> page, std::vector<uint64_t>& places) const;
    Result<std::vector<uint64_t>> take_all();

    TracingInstance instance_; // outlives its files
    TraceFormat page_, event_;
    Fd switch_;
    std::vector<Fd> pipes_;                                    // one for each processor
    std::vector<uint8_t> block_ = std::vector<uint8_t>(65536); // a page of any kernel's
};

} // namespace gueway
