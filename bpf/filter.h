// SPDX-License-Identifier: GPL-2.0-only
// A packet's first bytes before the filter that userspace puts in place of a stub.
#pragma once

#include "follow.h"
#include "skb.h"
#include "tunnel.h"

// An interrupt may bring another packet while one is being compared.
#define FILTER_DEPTH 4

struct filter_windows {
    __u32 depth;
    __u32 unused;
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

// 1 when the packet that begins at `network` matches, 0 when not, -1 when there was no room to
// look.
static __always_inline int filter_skb(struct packet skb, struct skb_place at)
{
    if (filter_subject != FILTER_ARRIVED) {
        const __u32 offset = ip_bytes(at.head + at.network).to_inner;
        if (!offset || offset >= at.tail - at.network) return 0;
        if (filter_subject == FILTER_INNER) at.network += offset;
    }
    const __u32 first = 0;
    struct filter_windows* here = bpf_map_lookup_elem(&windows, &first);
    if (!here) return -1;
    // Kernels before 5.12 cannot add and get the result at once. An interrupt in between leaves the
    // depth as it found it.
    __sync_fetch_and_add(&here->depth, 1);
    const __u32 depth = *(volatile __u32*)&here->depth;
    int answer = -1;
    if (depth > 0 && depth <= FILTER_DEPTH) {
        __u8* window = here->bytes[depth - 1];
        const __u32 captured = at_most(at.tail - at.network, FOLLOW_WINDOW);
        if (!bpf_probe_read_kernel(window, captured, at.head + at.network))
            answer = filter(window, skb_network_length(skb, &at), captured) != 0;
    }
    __sync_fetch_and_add(&here->depth, -1);
    return answer;
}
