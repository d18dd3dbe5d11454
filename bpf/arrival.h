// SPDX-License-Identifier: GPL-2.0-only
// The programs by which packets arrive: where they are compared with the filter, and taken.
#pragma once

#include "filter.h"
#include "followed.h"
#include "select.h"
#include "tell.h"
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

// Set when all programs are on their functions. Before that a free or a move may go unseen, so that
// nothing is taken.
volatile __u32 running = 0;

// More than these are not taken, but for some when processors race.
const volatile __u64 most_packets = ~0ULL;

// Registers of arguments, as a kprobe has them.
#define REGISTER_0 di
#define REGISTER_1 si
#define REGISTER_2 dx

static __always_inline struct follow_state* take(struct packet skb, const struct skb_place* at,
                                                 struct net* net, struct net_device* dev)
{
    if (!running || over || !selected(skb, net, dev)) return NULL;
    const int answer = filter_skb(skb, *at);
    if (answer < 0) ADD(unread);
    if (answer <= 0 || totals.arrived >= most_packets) return NULL;
    ADD(arrived);
    return start(skb, NULL);
}

static __always_inline struct follow_state* take_received(struct packet skb)
{
    const struct skb_place at = skb_received_place(skb, POINTER(skb, head));
    return take(skb, &at, NULL, only.netns || only.device[0] ? POINTER(skb, dev) : NULL);
}

SEC("gueway_tp_btf")
int arrive_received(const __u64* arguments)
{
    struct packet skb = KNOWN(arguments[0]);
    struct follow_state* state = find(skb);
    if (!state) state = take_received(skb);
    return state ? tell(skb, state, (struct told){.what = FOLLOW_RECEIVED}) : 0;
}

// Who was not taken as it arrived, because the device that was asked for is on top of another.
static __always_inline struct follow_state* take_above(struct packet skb)
{
    if (!only.device[0]) return NULL;
    return take_received(skb);
}

// A program at the entry of a function: HANDLE(packet, what else was given).
#define ON_ENTRY(function, argument, HANDLE, ...)                                                  \
    SEC("gueway_fentry") int fentry_##function(const __u64* arguments)                             \
    {                                                                                              \
        return HANDLE(KNOWN(arguments[argument]) __VA_OPT__(, ) __VA_ARGS__);                      \
    }                                                                                              \
    SEC("gueway_kprobe") int kprobe_##function(struct pt_regs* registers)                          \
    {                                                                                              \
        return HANDLE(UNKNOWN(registers->REGISTER_##argument) __VA_OPT__(, ) __VA_ARGS__);         \
    }

static __always_inline int receive(struct packet skb, __u32 function)
{
    struct told told = {.what = FOLLOW_STEP, .function = function};
    struct follow_state* state = find(skb);
    if (state)
        move_on(state);
    else {
        state = take_above(skb);
        told.what = FOLLOW_RECEIVED;
    }
    return state ? tell(skb, state, told) : 0;
}

#define RECEIVE(function, argument) ON_ENTRY(function, argument, receive, FOLLOW_IN_##function)
FOLLOW_RECEIVES(RECEIVE)

// Global, as tell_segment().
__noinline int receive_listed(__u64 one)
{
    struct packet skb = UNKNOWN(one);
    struct follow_state* state = find(skb) ? NULL : take_above(skb);
    return state ? tell(skb, state, (struct told){.what = FOLLOW_RECEIVED}) : 0;
}

// The list's members are the packets' first.
static __always_inline int receive_list(__u64 list)
{
    struct list_head* head = (struct list_head*)list;
    __u64 one = (__u64)BPF_CORE_READ(head, next);
    for (int i = 0; i < FOLLOW_LIST && one != list; ++i) {
        receive_listed(one);
        one = (__u64)BPF_CORE_READ((struct list_head*)one, next);
    }
    return 0;
}

#define RECEIVE_LIST(function)                                                                     \
    SEC("gueway_fentry") int fentry_##function(const __u64* arguments)                             \
    {                                                                                              \
        __u64 list = 0; /* a number, see fexit_skb_segment() */                                    \
        bpf_probe_read_kernel(&list, sizeof(list), &arguments[0]);                                 \
        return receive_list(list);                                                                 \
    }                                                                                              \
    SEC("gueway_kprobe") int kprobe_##function(struct pt_regs* registers)                          \
    {                                                                                              \
        return receive_list(registers->di);                                                        \
    }
FOLLOW_RECEIVES_LISTS(RECEIVE_LIST)

// The device that a packet is sent to is not in the packet yet.
static __always_inline int send(struct net* net, struct packet skb, __u32 function)
{
    struct told told = {.what = FOLLOW_STEP, .function = function};
    struct follow_state* state = find(skb);
    if (state)
        move_on(state);
    else {
        // What a device received arrived there, and left another way as it is forwarded.
        if (function == FOLLOW_IN_ip6_output && FIELD(skb, skb_iif)) return 0;
        const struct skb_place at = skb_place(skb, POINTER(skb, head));
        state = take(skb, &at, net, skb_route_device(skb));
        told.what = FOLLOW_SENT;
    }
    return state ? tell(skb, state, told) : 0;
}

#define SEND(function, argument)                                                                   \
    SEC("gueway_fentry") int fentry_##function(const __u64* arguments)                             \
    {                                                                                              \
        return send((struct net*)arguments[0], KNOWN(arguments[argument]), FOLLOW_IN_##function);  \
    }                                                                                              \
    SEC("gueway_kprobe") int kprobe_##function(struct pt_regs* registers)                          \
    {                                                                                              \
        return send((struct net*)registers->di, UNKNOWN(registers->REGISTER_##argument),           \
                    FOLLOW_IN_##function);                                                         \
    }
FOLLOW_LOCAL_OUT(SEND)
