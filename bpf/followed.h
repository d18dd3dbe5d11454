// SPDX-License-Identifier: GPL-2.0-only
// The table of buffers that are followed, and what of it is counted.
#pragma once

#include "failures.h"
#include "follow.h"
#include "skb.h"
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

// A buffer that is followed. Its address is used again as soon as it is free, often with the same
// head, so that every way to free it must be seen: what was told dropped or consumed is dead, and
// the rest pass one of the functions under "the end" in follow.bpf.c.
struct follow_state {
    __u64 packet, piece, parent;
    __u64 head;
    __u32 ended;  // its end was told
    __u32 moving; // pskb_expand_head releases its data without an end
    struct failure_chain failures;
    __u64 chain; // the struct nft_chain that is at it; 0: none, or it said yes
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, FOLLOW_TABLE_SIZE);
    __type(key, __u64); // address of the struct sk_buff
    __type(value, struct follow_state);
} followed SEC(".maps");

struct follow_totals totals;

// Buffers in the table: while there are none, nothing is looked up.
__u64 alive = 0;

// Set at the end: the kernel takes its time to take the programs off.
volatile __u32 over = 0;

#define ADD(counter) __sync_fetch_and_add(&totals.counter, 1)

static __always_inline struct follow_state* lookup(const __u64* key)
{
    return over || !alive ? NULL : bpf_map_lookup_elem(&followed, key);
}

// Marked first: one that the kernel does not delete now (EBUSY, in an interrupt) is never found.
static __always_inline void forget(const __u64* key, struct follow_state* state)
{
    const long gone = -2; // -ENOENT: another processor was quicker
    state->ended = 1;
    const long failed = bpf_map_delete_elem(&followed, key);
    if (!failed) __sync_fetch_and_add(&alive, -1);
    if (failed && failed != gone) ADD(not_forgotten);
}

// 0, or why there is no room.
static __always_inline long remember(const __u64* key, const struct follow_state* state)
{
    if (bpf_map_update_elem(&followed, key, state, BPF_NOEXIST)) // one that was here is replaced
        return bpf_map_update_elem(&followed, key, state, BPF_EXIST);
    __sync_fetch_and_add(&alive, 1);
    return 0;
}

static __always_inline struct follow_state* find(struct packet skb)
{
    const __u64 key = (__u64)skb.skb;
    struct follow_state* state = lookup(&key);
    if (!state) return NULL;
    if (!state->ended && state->head == (__u64)POINTER(skb, head)) return state;
    forget(&key, state); // another buffer by now
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

static __always_inline struct follow_state* start(struct packet skb,
                                                  const struct follow_state* parent)
{
    const __u64 key = (__u64)skb.skb;
    struct follow_state made = {.piece = new_piece()};
    made.packet = parent ? parent->packet : made.piece;
    made.parent = parent ? parent->piece : 0;
    made.head = (__u64)POINTER(skb, head);
    if (remember(&key, &made)) {
        ADD(table_full);
        return NULL;
    }
    return bpf_map_lookup_elem(&followed, &key);
}

// Who enters a function has got over what failed before, and over the chains.
static __always_inline void move_on(struct follow_state* state)
{
    state->failures.count = 0;
    state->chain = 0;
}
