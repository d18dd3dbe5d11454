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

// What is in the linear part of a packet, from an IP header on: its address, the bytes from there
// to the end of the linear part, and to the end of the packet.
struct ip_part {
    __u64 at;
    __u32 linear, length;
};

static __always_inline long read_window(__u8* window, struct ip_part part, __u32* captured)
{
    *captured = at_most(part.linear, FOLLOW_WINDOW);
    return bpf_probe_read_kernel(window, *captured, (const void*)part.at);
}

// The part behind `bytes` of it.
static __always_inline struct ip_part ip_part_behind(struct ip_part part, __u32 bytes)
{
    const __u32 linear = part.linear > bytes ? part.linear - bytes : 0;
    return (struct ip_part){part.at + bytes, linear, part.length - bytes};
}

// Whether the IP header is not all in the linear part.
static __always_inline int is_cut(struct ip_part part, __u32 captured)
{
    return captured < IPV4_HEADER && captured < part.length;
}

// 1 when the packet matches, 0 when not, -1 when it is not in the linear part.
static __always_inline int filter_bytes(__u8* window, struct ip_part part)
{
    __u32 captured;
    if (read_window(window, part, &captured)) return -1;
    if (is_cut(part, captured)) return -1;
    if (filter_subject != FILTER_ARRIVED) {
        const struct ip_bytes ip = ip_bytes(window, captured);
        if (!ip.to_inner) return ip.cut && captured < part.length ? -1 : 0;
        if (filter_subject == FILTER_INNER) {
            part = ip_part_behind(part, ip.to_inner);
            if (read_window(window, part, &captured)) return -1;
            if (is_cut(part, captured)) return -1;
        }
    }
    return filter(window, part.length, captured) != 0;
}

// The same; -1 also when there was no room to look. Global, and so looked at by the verifier once,
// not in each of the ways that lead here: the numbers are those of struct ip_part.
__noinline int filter_part(__u64 at, __u32 linear, __u32 length)
{
    const __u32 first = 0;
    struct filter_windows* here = bpf_map_lookup_elem(&windows, &first);
    if (!here) return -1;
    const __u32 slot = claim_window(here);
    if (slot >= FILTER_DEPTH) return -1;
    const int answer = filter_bytes(here->bytes[slot], (struct ip_part){at, linear, length});
    give_back(&here->users[slot]);
    return answer;
}

static __always_inline int filter_skb(struct packet skb, struct skb_place at)
{
    const __u32 linear = at.tail > at.network ? at.tail - at.network : 0;
    return filter_part((__u64)at.head + at.network, linear, skb_network_length(skb, &at));
}
