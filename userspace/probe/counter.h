// SPDX-License-Identifier: GPL-2.0-only
// Packets and bytes per device and direction, counted in the kernel by bpf/count.bpf.c.
#pragma once

#include "probe/hooked.h"
#include "util/result.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace gueway {

enum class Direction { transmit, receive };
std::string_view name(Direction direction);

// Where to count one direction: the first candidate that the kernel grants is taken.
//   transmit, fentry: a function whose first argument is struct sk_buff *, the frame complete
//   receive, fentry:  one whose first argument is struct sk_buff **, the link header pulled
//   tp_btf:           a tracepoint whose first argument is struct sk_buff *, frame as above
struct CounterHook {
    Direction direction;
    std::vector<Target> candidates;
};
// __dev_queue_xmit and __netif_receive_skb_core (net/core/dev.c), else the tracepoints inside them.
std::vector<CounterHook> counter_hooks();

// What one device carried one way since the counter was loaded. Only packets that pass the hooks:
// AF_PACKET with PACKET_QDISC_BYPASS and XDP do not.
struct DeviceCount {
    uint32_t netns = 0;  // inode number of the namespace (stat of /proc/PID/ns/net)
    uint32_t device = 0; // interface index in it
    Direction direction = Direction::transmit;
    uint64_t packets = 0; // a GSO packet counts once
    uint64_t bytes = 0;   // with the link-layer header
};

// Counts in all network namespaces while it lives. Needs root, and a kernel with BTF. Move-only.
class Counter {
public:
    // Every hook attached, or an Error with what the kernel said to each candidate.
    static Result<Counter> load(const std::vector<CounterHook>& hooks = counter_hooks());

    Counter(Counter&&) noexcept;
    Counter& operator=(Counter&&) noexcept;
    Counter(const Counter&) = delete;
    Counter& operator=(const Counter&) = delete;
    ~Counter();

    // In the order of the hooks.
    const std::vector<Attachment>& attachments() const;
    // Time spent in loading (open, BTF, relocation, verifier) and in attaching, refusals included.
    Milliseconds load_time() const;
    Milliseconds attach_time() const;

    // One entry for each device and direction that carried something.
    Result<std::vector<DeviceCount>> read() const;
    // Packets that passed a hook uncounted: the table was full (COUNT_TABLE_SIZE), or the kernel
    // skipped a program that an interrupt found running. The counts are exact while this is 0.
    Result<uint64_t> lost() const;

private:
    struct State;
    explicit Counter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace gueway
