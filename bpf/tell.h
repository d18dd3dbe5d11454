// SPDX-License-Identifier: GPL-2.0-only
// Telling userspace of a step of a followed packet: struct follow_event.
#pragma once

#include "detail.h"
#include "followed.h"
#include "invariants.h"
#include "skb.h"
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096); // userspace sets it
} events SEC(".maps");

const volatile __u64 wake_at = 0;
const volatile __u8 with_stack = 0;

// A bit field; see FIELD.
#define BITS(packet, field)                                                                        \
    ({                                                                                             \
        struct sk_buff* from_ = (packet).skb;                                                      \
        (packet).known ? BPF_CORE_READ_BITFIELD(from_, field)                                      \
                       : BPF_CORE_READ_BITFIELD_PROBED(from_, field);                              \
    })

// A field that pointers lead to, from one which is as well known as the packet.
#define THROUGH(packet, from, ...)                                                                 \
    ((packet).known ? ___arrow(from, __VA_ARGS__) : BPF_CORE_READ(from, __VA_ARGS__))

// Looks where the packet is, when that is not the device that was told before (whose name, MTU and
// namespace are told as they were then). Addresses in the upper half are the kernel's.
static __always_inline void look_where(struct follow_place* place, struct packet skb,
                                       struct net_device* dev)
{
    place->device = (__u64)dev;
    place->netns = place->index = place->mtu = place->name[0] = 0;
    if ((long)dev < 0) place->netns = as_namespace(THROUGH(skb, dev, nd_net.net, ns.inum));
    if (!place->netns) {
        struct sock* sk = POINTER(skb, sk);
        place->netns = namespace_of(BPF_CORE_READ(sk, __sk_common.skc_net.net));
        return;
    }
    place->index = THROUGH(skb, dev, ifindex);
    place->mtu = THROUGH(skb, dev, mtu);
    bpf_probe_read_kernel(place->name, sizeof(place->name),
                          __builtin_preserve_access_index(&dev->name));
}

// The device is read once: where a tracepoint gives the packet, newer verifiers (6.12) go through
// all types of the kernel, twice, whenever they meet that.
static __always_inline void tell_place(struct follow_event* event, struct packet skb,
                                       struct follow_place* place)
{
    struct net_device* dev = FIELD(skb, dev);
    barrier_var(dev);
    if (place->device != (__u64)dev || !place->index) look_where(place, skb, dev);
    event->netns = place->netns;
    event->device = place->index;
    event->device_mtu = place->mtu;
    __builtin_memcpy(event->device_name, place->name, sizeof(event->device_name));
}

// Where the kernel's code takes the headers as they are. While one is being made they may be wrong.
static __always_inline int is_checked(__u32 what)
{
    return what == FOLLOW_STEP || what == FOLLOW_SENT || what == FOLLOW_DROPPED;
}

static __always_inline __u32 tell_bytes(struct follow_event* event, const struct skb_place* at)
{
    __u32 captured = skb_linear(at, FOLLOW_SNAP);
    if (bpf_probe_read_kernel(event->snap, captured, at->head + at->network)) captured = 0;
    event->snapped = captured;
    return captured;
}

static __always_inline void tell_headers(struct follow_event* event, struct packet skb,
                                         const struct skb_place at, __u32 what)
{
    const __u32 captured = tell_bytes(event, &at), end = FIELD(skb, end);
    const struct skb_gso gso = skb_gso(&at, end);
    event->length = skb_network_length(skb, &at);
    event->data = at.data;
    event->tail = at.tail;
    event->end = end;
    event->csum_start = FIELD(skb, csum_start);
    event->csum_offset = FIELD(skb, csum_offset);
    event->ip_summed = BITS(skb, ip_summed);
    event->gso_size = gso.size;
    event->gso_segs = gso.segments;
    event->gso_type = gso.type;
    event->mac = FIELD(skb, mac_header);
    event->network = at.network;
    event->transport = FIELD(skb, transport_header);
    event->inner_mac = FIELD(skb, inner_mac_header);
    event->inner_network = FIELD(skb, inner_network_header);
    event->inner_transport = FIELD(skb, inner_transport_header);
    event->encapsulation = BITS(skb, encapsulation);
    event->protocol = bpf_ntohs(FIELD(skb, protocol));
    event->checked = 0;
    if (is_checked(what)) check_invariants(event, captured);
}

struct told {
    __u32 what, function, reason;
    __u64 location;
    struct detail detail;
    const void* stack_of; // the context of the program whose stack is to be told; or NULL
};

static __always_inline struct follow_event* reserve(const void* stack_of)
{
    if (!with_stack || !stack_of)
        return bpf_ringbuf_reserve(&events, __builtin_offsetof(struct follow_event, stack), 0);
    struct follow_event* event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
    if (!event) return NULL;
    const long size = bpf_get_stack((void*)stack_of, event->stack, sizeof(event->stack), 0);
    if (size < (long)sizeof(event->stack))
        event->stack[size < 0 ? 0 : (size / sizeof(__u64)) & (FOLLOW_STACK - 1)] = 0;
    return event;
}

static __always_inline int tell(struct packet skb, struct follow_state* state,
                                const struct told told)
{
    ADD(seen);
    struct follow_event* event = reserve(told.stack_of);
    if (!event) {
        ADD(ring_full);
        return 0;
    }
    event->time = bpf_ktime_get_ns();
    event->packet = state->packet;
    event->piece = state->piece;
    event->parent = state->parent;
    event->location = told.location;
    event->what = told.what;
    event->function = told.function;
    event->reason = told.reason;
    event->cpu = bpf_get_smp_processor_id();
    unsigned char* head = (unsigned char*)state->head;
    tell_place(event, skb, &state->place);
    tell_headers(event, skb,
                 told.what == FOLLOW_RECEIVED ? skb_received_place(skb, head)
                                              : skb_place(skb, head),
                 told.what);
    tell_detail(event, &told.detail);
    event->failed = 0;
    if (told.what == FOLLOW_DROPPED) tell_failures(event, &state->failures);
    ADD(emitted);
    const int wake = bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) >= wake_at;
    bpf_ringbuf_submit(event, wake ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
    return 0;
}
