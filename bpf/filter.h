// SPDX-License-Identifier: GPL-2.0-only
// A packet's first bytes before the filter that userspace puts in place of a stub.
#pragma once

#include "claim.h"
#include "follow.h"
#include "skb.h"
#include "tunnel.h"

// An interrupt, or another task, may bring another packet while one is being compared.
#define FILTER_DEPTH 4

_Static_assert(FOLLOW_WINDOW == FOLLOW_SNAP, "ip_bytes() reads either");

struct filter_windows {
    __u32 users[FILTER_DEPTH];
    __u8 bytes[FILTER_DEPTH][FOLLOW_WINDOW];
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct filter_windows);
} windows SEC(".maps");

// Which packet the filter is about: enum filter_subject.
const volatile __u32 filter_subject = FILTER_ARRIVED;

// The stub. Its place is taken before loading (userspace/trace/follower.cpp), which finds it as the
// last function of the program: libbpf puts them behind it in the order in which they are called,
// so that none may be called for the first time behind this one.
static __noinline int filter(const __u8* window, __u32 length, __u32 captured)
{
    int answer = 0;
    asm volatile("" : "+r"(answer) : "r"(window), "r"(length), "r"(captured));
    return answer;
}

// A slot for a window; FILTER_DEPTH when all are in use.
static __always_inline __u32 claim_window(struct filter_windows* here)
{
    for (__u32 slot = 0; slot < FILTER_DEPTH; ++slot)
        if (claim(&here->users[slot])) return slot;
    return FILTER_DEPTH;
}

// The packet's bytes from `network` on, and how many; less than 0 when they cannot be read.
static __always_inline long read_window(__u8* window, const struct skb_place* at, __u32* captured)
{
    *captured = skb_linear(at, FOLLOW_WINDOW);
    return bpf_probe_read_kernel(window, *captured, at->head + at->network);
}

// 1 when the packet that begins at `network` matches, 0 when not, -1 when it is not in the linear
// part.
static __always_inline int filter_bytes(__u8* window, struct packet skb, struct skb_place at)
{
    const __u32 least = 20; // of an IP header
    __u32 captured;
    if (read_window(window, &at, &captured)) return -1;
    if (filter_subject != FILTER_ARRIVED) {
        const __u32 inner = ip_bytes(window, captured).to_inner;
        if (!inner) return 0;
        if (filter_subject == FILTER_INNER) {
            at.network += inner;
            if (read_window(window, &at, &captured)) return -1;
        }
    }
    const __u32 length = skb_network_length(skb, &at);
    if (captured < least && captured < length) return -1;
    return filter(window, length, captured) != 0;
}

// The same; -1 also when there was no room to look.
static __always_inline int filter_skb(struct packet skb, struct skb_place at)
{
    const __u32 first = 0;
    struct filter_windows* here = bpf_map_lookup_elem(&windows, &first);
    if (!here) return -1;
    const __u32 slot = claim_window(here);
    if (slot >= FILTER_DEPTH) return -1;
    const int answer = filter_bytes(here->bytes[slot], skb, at);
    give_back(&here->users[slot]);
    return answer;
}
