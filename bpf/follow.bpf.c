// SPDX-License-Identifier: GPL-2.0-only
// Follows packets that a filter took when they arrived, whatever becomes of them: encapsulated,
// cloned, copied, moved, segmented, freed.
#include "follow.h"

#include "arrival.h"
#include "detail.h"
#include "failures.h"
#include "followed.h"
#include "skb.h"
#include "tell.h"
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char license_text[] SEC("license") = "GPL";

// --- the way -------------------------------------------------------------------------------------

static __always_inline int step_with(struct packet skb, __u32 function, const struct detail detail)
{
    struct follow_state* state = find(skb);
    if (!state) return 0;
    if (detail.kind == FOLLOW_ICMP)
        state->failures.count = 0; // a chain may answer so before it says no
    else
        move_on(state);
    return tell(skb, state,
                (struct told){.what = FOLLOW_STEP, .function = function, .detail = detail});
}

static __always_inline int step(struct packet skb, __u32 function)
{
    return step_with(skb, function, (struct detail){});
}

#define STEP(function, argument) ON_ENTRY(function, argument, step, FOLLOW_IN_##function)
FOLLOW_STEPS(STEP)

#define RETURN(function_, arguments_count)                                                         \
    SEC("gueway_fexit") int fexit_##function_(const __u64* arguments)                              \
    {                                                                                              \
        return answered(KNOWN(arguments[0]), FOLLOW_OF_##function_, arguments[arguments_count]);   \
    }

static __always_inline int answered(struct packet skb, __u32 function, long answer)
{
    if (answer > 0 || answer < LEAST_ERROR) return 0;
    struct follow_state* state = find(skb);
    if (state) add_failure(&state->failures, function, answer);
    return 0;
}
FOLLOW_RETURNS(RETURN)

// --- IPVS, and decisions -------------------------------------------------------------------------

static __always_inline int tunnel(struct packet skb, __u32 function, __u64 connection)
{
    return step_with(skb, function,
                     (struct detail){.kind = FOLLOW_IPVS_CONNECTION,
                                     .known = skb.known,
                                     .subject = (void*)connection});
}

#define IPVS(function, argument, connection)                                                       \
    SEC("gueway_fentry") int fentry_##function(const __u64* arguments)                             \
    {                                                                                              \
        return tunnel(KNOWN(arguments[argument]), FOLLOW_IN_##function, arguments[connection]);    \
    }                                                                                              \
    SEC("gueway_kprobe") int kprobe_##function(struct pt_regs* registers)                          \
    {                                                                                              \
        return tunnel(UNKNOWN(registers->REGISTER_##argument), FOLLOW_IN_##function,               \
                      registers->REGISTER_##connection);                                           \
    }
FOLLOW_IPVS(IPVS)

static __always_inline int leave(struct packet skb, __u64 service)
{
    return step_with(skb, FOLLOW_IN_ip_vs_leave,
                     (struct detail){.kind = FOLLOW_IPVS_SERVICE,
                                     .known = skb.known,
                                     .subject = (void*)service});
}

SEC("gueway_fentry")
int fentry_ip_vs_leave(const __u64* arguments)
{
    return leave(KNOWN(arguments[1]), arguments[0]);
}

SEC("gueway_kprobe")
int kprobe_ip_vs_leave(struct pt_regs* registers)
{
    return leave(UNKNOWN(registers->si), registers->di);
}

static __always_inline int answer_icmp(struct packet skb, __u32 function, __u8 type, __u8 code,
                                       __u32 info)
{
    return step_with(
        skb, function,
        (struct detail){.kind = FOLLOW_ICMP, .icmp = {.type = type, .code = code, .info = info}});
}

SEC("gueway_fentry")
int fentry___icmp_send(const __u64* arguments)
{
    return answer_icmp(KNOWN(arguments[0]), FOLLOW_IN___icmp_send, arguments[1], arguments[2],
                       bpf_ntohl(arguments[3]));
}

SEC("gueway_kprobe")
int kprobe___icmp_send(struct pt_regs* registers)
{
    return answer_icmp(UNKNOWN(registers->di), FOLLOW_IN___icmp_send, registers->si, registers->dx,
                       bpf_ntohl(registers->cx));
}

SEC("gueway_fentry")
int fentry_icmp6_send(const __u64* arguments)
{
    return answer_icmp(KNOWN(arguments[0]), FOLLOW_IN_icmp6_send, arguments[1], arguments[2],
                       arguments[3]);
}

SEC("gueway_kprobe")
int kprobe_icmp6_send(struct pt_regs* registers)
{
    return answer_icmp(UNKNOWN(registers->di), FOLLOW_IN_icmp6_send, registers->si, registers->dx,
                       registers->cx);
}

// A chain may free the packet itself, so that its drop must know the chain.
SEC("gueway_fentry")
int fentry_nft_do_chain(const __u64* arguments)
{
    if (!bpf_core_type_exists(struct nft_pktinfo)) return 0;
    struct follow_state* state =
        find(UNKNOWN(BPF_CORE_READ((struct nft_pktinfo*)arguments[0], skb)));
    if (state) state->chain = arguments[1];
    return 0;
}

SEC("gueway_fexit")
int fexit_nft_do_chain(const __u64* arguments)
{
    if (!bpf_core_type_exists(struct nft_pktinfo)) return 0;
    const __u32 verdict = arguments[2] & NF_VERDICT;
    if (verdict == NF_DROP || verdict == NF_STOLEN) return 0; // whose it is then, nobody knows
    struct follow_state* state =
        find(UNKNOWN(BPF_CORE_READ((struct nft_pktinfo*)arguments[0], skb)));
    if (state) state->chain = 0;
    return 0;
}

// --- what becomes of it --------------------------------------------------------------------------

static __always_inline int become(struct packet from, struct packet made, __u32 what)
{
    const struct follow_state* parent = made.skb ? find(from) : NULL;
    struct follow_state* state = parent ? start(made, parent) : NULL;
    return state ? tell(made, state, (struct told){.what = what}) : 0;
}

// Functions whose first argument is a packet and whose result is another; theirs is behind the
// arguments.
#define BECOMES(function, arguments_count, what)                                                   \
    SEC("gueway_fexit") int fexit_##function(const __u64* arguments)                               \
    {                                                                                              \
        return become(KNOWN(arguments[0]), KNOWN(arguments[arguments_count]), what);               \
    }
BECOMES(skb_clone, 2, FOLLOW_CLONED)
BECOMES(skb_copy, 2, FOLLOW_COPIED)
BECOMES(skb_copy_expand, 4, FOLLOW_COPIED)
BECOMES(__pskb_copy_fclone, 4, FOLLOW_COPIED)

SEC("gueway_fentry")
int fentry_pskb_expand_head(const __u64* arguments)
{
    struct follow_state* state = find(KNOWN(arguments[0]));
    if (state) state->moving = 1;
    return 0;
}

// The packet was found by its old head when the function began; the new one is written here.
SEC("gueway_fexit")
int fexit_pskb_expand_head(const __u64* arguments)
{
    struct packet skb = KNOWN(arguments[0]);
    struct follow_state* state = lookup(skb.skb);
    if (!state || !state->moving || state->ended) return 0;
    state->moving = 0;
    if (state->head == (__u64)FIELD(skb, head)) return 0;
    state->head = (__u64)FIELD(skb, head);
    return tell(skb, state, (struct told){.what = FOLLOW_MOVED});
}

// Not inlined, and global, so that the verifier looks at it once and not in each turn of the loop.
__noinline int tell_segment(__u64 segment, __u64 of)
{
    const struct follow_state* parent = find(UNKNOWN(of));
    if (!parent) return 0;
    struct follow_state* state = start(UNKNOWN(segment), parent);
    if (state) tell(UNKNOWN(segment), state, (struct told){.what = FOLLOW_SEGMENT});
    return 0;
}

// The segment behind the next ones, which are counted. Global as well.
__noinline __u64 pass_segments(__u64 one)
{
    for (int i = 0; i < FOLLOW_SEGMENTS && one; ++i) {
        ADD(segments_left);
        one = (__u64)BPF_CORE_READ((struct sk_buff*)one, next);
    }
    return one;
}

SEC("gueway_fexit")
int fexit_skb_segment(const __u64* arguments)
{
    struct sk_buff* segment = (struct sk_buff*)arguments[2];
    struct follow_state* parent = find(KNOWN(arguments[0]));
    if (!parent) return 0;
    add_failure(&parent->failures, FOLLOW_OF_skb_segment, (long)segment);
    if ((long)segment >= LEAST_ERROR && (long)segment < 0) return 0;
    // The verifier knows what the arguments point to, and takes mere numbers for a function's.
    __u64 one = 0, of = 0;
    bpf_probe_read_kernel(&of, sizeof(of), &arguments[0]);
    bpf_probe_read_kernel(&one, sizeof(one), &arguments[2]);
    for (int i = 0; i < FOLLOW_SEGMENTS && one; ++i) {
        tell_segment(one, of);
        one = (__u64)BPF_CORE_READ((struct sk_buff*)one, next);
    }
    for (int i = FOLLOW_SEGMENTS; i < FOLLOW_SEGMENTS_COUNTED && one; i += FOLLOW_SEGMENTS)
        one = pass_segments(one);
    return 0;
}

// --- the end -------------------------------------------------------------------------------------

static __always_inline int end(struct packet skb, struct told told)
{
    struct follow_state* state = find(skb);
    if (!state) return 0;
    state->ended = 1;
    if (told.what == FOLLOW_DROPPED)
        told.detail = (struct detail){.kind = FOLLOW_NETFILTER, .subject = (void*)state->chain};
    return tell(skb, state, told);
}

SEC("gueway_tp_btf")
int end_dropped(const __u64* arguments)
{
    struct told told = {.what = FOLLOW_DROPPED, .location = arguments[1], .stack_of = arguments};
    if (bpf_core_field_exists(struct trace_event_raw_kfree_skb, reason)) told.reason = arguments[2];
    return end(KNOWN(arguments[0]), told);
}

SEC("gueway_tp_btf")
int end_consumed(const __u64* arguments)
{
    return end(KNOWN(arguments[0]), (struct told){.what = FOLLOW_CONSUMED});
}

static __always_inline int release(struct packet skb)
{
    struct follow_state* state = find(skb);
    if (!state || state->moving) return 0;
    tell(skb, state, (struct told){.what = FOLLOW_FREED});
    forget(skb.skb);
    return 0;
}

// GRO may keep the bytes of a packet that it merges, and free the rest without a word
// (napi_skb_free_stolen_head). Answers 0 when it merged.
SEC("gueway_fexit")
int fexit_skb_gro_receive(const __u64* arguments)
{
    return (__u32)arguments[2] ? 0 : release(KNOWN(arguments[1]));
}

#define RELEASE(function, argument) ON_ENTRY(function, argument, release)
FOLLOW_ENDS(RELEASE)
