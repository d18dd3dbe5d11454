// SPDX-License-Identifier: GPL-2.0-only
// The table of buffers that are followed, and what of it is counted.
#pragma once

#include "claim.h"
#include "compare.h"
#include "failures.h"
#include "follow.h"
#include "skb.h"
#include "vmlinux.h"

#include <bpf/bpf_helpers.h>

// What was last told of where a buffer is.
struct follow_place {
    __u64 device;            // a struct net_device*; NOWHERE: nothing was told
    __u32 netns, index, mtu; // index 0: no device
    __u64 name[FOLLOW_DEVICE_NAME / 8];
};
#define NOWHERE 1

// A buffer that is followed. Its address is used again as soon as it is free, often with the same
// head, so that every way to free it must be seen: what was told dropped or consumed is dead, and
// the rest pass one of the functions under "the end" in follow.bpf.c.
struct follow_state {
    __u64 packet, piece, parent;
    __u64 buffer; // its address
    __u64 head;
    __u32 ended;  // its end was told
    __u32 moving; // pskb_expand_head releases its data without an end
    struct failure_chain failures;
    __u64 chain; // the struct nft_chain that is at it; 0: none, or it said yes
    struct follow_place place;
};

// Found by the buffer's address, which is asked for at each step of each packet of the host: the
// kernel's hash table takes a call for that and cannot always delete in an interrupt (EBUSY), this
// one is a few instructions and can.
struct follow_set {
    __u32 keys[FOLLOW_WAYS]; // 0: free
    __u32 claims[FOLLOW_WAYS];
    struct follow_state states[FOLLOW_WAYS];
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, FOLLOW_SETS);
    __type(key, __u32);
    __type(value, struct follow_set);
} followed SEC(".maps");

struct follow_totals totals;

// Buffers in the table: while there are none, nothing is looked up.
__u64 alive = 0;

// Set at the end: the kernel takes its time to take the programs off.
volatile __u32 over = 0;

#define ADD(counter) __sync_fetch_and_add(&totals.counter, 1)

// Not all of the address, of which the verifier would let nobody compute; never 0, below 2^31.
// Buffers are at least 64 bytes from each other.
static __always_inline __u32 key_of(const void* buffer)
{
    return low_half(buffer) >> 6 | 1 << 30;
}

static __always_inline struct follow_set* set_of(__u32 key)
{
    const __u32 golden = 0x9e3779b9; // 2^32 / the golden ratio
    const __u32 number = key * golden >> (32 - FOLLOW_SET_BITS);
    return bpf_map_lookup_elem(&followed, &number);
}

// Where in the set it is; FOLLOW_WAYS when it is not.
static __always_inline __u32 way_of(const struct follow_set* set, __u32 key)
{
    __u32 way = FOLLOW_WAYS;
    for (__u32 i = 0; i < FOLLOW_WAYS; ++i) way -= equal(set->keys[i], key) * (FOLLOW_WAYS - i);
    barrier_var(way);
    return way;
}

static __always_inline struct follow_state* lookup(const void* buffer)
{
    if (over || !alive) return NULL;
    const __u32 key = key_of(buffer);
    struct follow_set* set = set_of(key);
    if (!set) return NULL;
    const __u32 way = way_of(set, key);
    if (way >= FOLLOW_WAYS) return NULL;
    struct follow_state* state = &set->states[way];
    return state->buffer == (__u64)buffer ? state : NULL;
}

// A way that nobody has, or FOLLOW_WAYS.
static __always_inline __u32 claim_way(struct follow_set* set)
{
    for (__u32 way = 0; way < FOLLOW_WAYS; ++way)
        if (!set->keys[way] && claim(&set->claims[way])) return way;
    return FOLLOW_WAYS;
}

static __always_inline void forget(const void* buffer)
{
    const __u32 key = key_of(buffer);
    struct follow_set* set = set_of(key);
    if (!set) return;
    const __u32 way = way_of(set, key);
    if (way >= FOLLOW_WAYS) return;
    if (set->states[way].buffer != (__u64)buffer) return;
    set->keys[way] = 0;
    give_back(&set->claims[way]);
    __sync_fetch_and_add(&alive, -1);
}

// Room for a buffer that is not in the table, or is there with what was at its address before; NULL
// when there is none. Two buffers with one key, 4 GiB or a multiple apart, are not followed at the
// same time.
static __always_inline struct follow_state* remember(const void* buffer)
{
    const __u32 key = key_of(buffer);
    struct follow_set* set = set_of(key);
    if (!set) return NULL;
    __u32 way = way_of(set, key);
    if (way < FOLLOW_WAYS) {
        struct follow_state* here = &set->states[way];
        return here->ended || here->buffer == (__u64)buffer ? here : NULL;
    }
    way = claim_way(set);
    barrier_var(way);
    if (way >= FOLLOW_WAYS) return NULL;
    set->states[way].ended = 1; // until it is filled
    set->states[way].buffer = (__u64)buffer;
    set->keys[way] = key;
    __sync_fetch_and_add(&alive, 1);
    return &set->states[way];
}

static __always_inline struct follow_state* find(struct packet skb)
{
    struct follow_state* state = lookup(skb.skb);
    if (!state) return NULL;
    if (!state->ended && state->head == (__u64)FIELD(skb, head)) return state;
    forget(skb.skb); // another buffer by now
    return NULL;
}

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
} pieces SEC(".maps");

// A number that no other piece has: 44 bits of time, which last for 36 years, then 10 bits that
// count, of which one processor would have to use up all in 65 us, or on a coarse clock between two
// of its ticks, and 10 bits of the processor's number.
static __always_inline __u64 new_piece(void)
{
    const __u32 first = 0;
    __u64* count = bpf_map_lookup_elem(&pieces, &first);
    const __u64 number = count ? ++*count : 0;
    return bpf_ktime_get_ns() >> 16 << 20 | (number & 1023) << 10 |
           (bpf_get_smp_processor_id() & 1023);
}

// `parent` may be NULL.
static __always_inline struct follow_state* start(struct packet skb,
                                                  const struct follow_state* parent)
{
    struct follow_state* made = remember(skb.skb);
    if (!made) {
        ADD(table_full);
        return NULL;
    }
    made->piece = new_piece();
    made->packet = parent ? parent->packet : made->piece;
    made->parent = parent ? parent->piece : 0;
    made->buffer = (__u64)skb.skb; // that of one which ended was another
    made->head = (__u64)FIELD(skb, head);
    made->moving = 0;
    made->failures.count = 0;
    made->chain = 0;
    made->place.device = NOWHERE;
    made->ended = 0;
    return made;
}

// Who enters a function has got over what failed before, and over the chains.
static __always_inline void move_on(struct follow_state* state)
{
    state->failures.count = 0;
    state->chain = 0;
}
