// SPDX-License-Identifier: GPL-2.0-only
// Drops as the kernel has them: counts from a table, and an event for each from a ring buffer
// (bpf/droptrace.bpf.c). In all network namespaces.
#pragma once

#include "bpf/drop.h"
#include "bpf/selection.h"
#include "probe/hooked.h"
#include "util/result.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gueway {

struct DropEntry {
    drop_key key;
    drop_value value;
};

// What was counted in the kernel, read after detaching: nothing changes any more.
struct DropCounts {
    std::vector<DropEntry> entries;
    drop_totals totals;
    std::optional<uint64_t> missed; // runs that the kernel skipped, beyond `totals.seen`
    uint64_t not_shown;             // of the emitted events; see Ring::drain()
};

struct CollectorOptions {
    // Bytes of the ring buffer: a power of two, and a multiple of the page size.
    uint32_t ring = 4U << 20;
    selection only{}; // other drops are not even counted
    std::string btf;  // a file with this kernel's types where it has none itself; else empty
};

// Collects from start() on. Needs root, and a kernel with BTF. Move-only; one thread.
class Collector {
public:
    static Result<Collector> start(const CollectorOptions& options = {});
    Collector(Collector&&) noexcept;
    Collector& operator=(Collector&&) noexcept;
    ~Collector();

    const Hooked& hooked() const;

    // Calls `take` for the events that are there, after waiting for at most `patience` for some;
    // a signal ends the wait. Returns how many.
    using Take = std::function<void(const drop_event&)>;
    Result<uint64_t> poll(std::chrono::milliseconds patience, const Take& take);
    // Detaches, hands out the events that are left (see Ring::drain()), and reads the counts.
    Result<DropCounts> stop(const Take& take);

private:
    struct State;
    explicit Collector(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace gueway
