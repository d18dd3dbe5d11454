// SPDX-License-Identifier: GPL-2.0-only
// Follows packets that a filter took when they arrived, whatever becomes of them: encapsulated,
// cloned, copied, moved, segmented, freed.
#include "follow.h"

#include "detail.h"
#include "failures.h"
#include "filter.h"
#include "invariants.h"
#include "select.h"
#include "skb.h"
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char license_text[] SEC("license") = "GPL";

// A buffer that is followed. Its address is used again as soon as it is free, often with the same
// head, so that every way to free it must be seen: what was told dropped or consumed is dead, and
// the rest pass one of the functions under "the end".
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

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096); // userspace sets it
} events SEC(".maps");

struct follow_totals totals;

// Buffers in the table: while there are none, nothing is looked up.
__u64 alive = 0;

// Set when all programs are on their functions. Before that a free or a move may go unseen, so that
// nothing is taken.
volatile __u32 running = 0;

// Set at the end: the kernel takes its time to take the programs off.
volatile __u32 over = 0;

// More than these are not taken, but for some when processors race.
const volatile __u64 most_packets = ~0ULL;
const volatile __u64 wake_at = 0;
const volatile __u8 with_stack = 0;

#define ADD(counter) __sync_fetch_and_add(&totals.counter, 1)
// A bit field; see FIELD.
#define BITS(packet, field)                                                                        \
    ({                                                                                             \
        struct sk_buff* from_ = (packet).skb;                                                      \
        (packet).known ? BPF_CORE_READ_BITFIELD(from_, field)                                      \
                       : BPF_CORE_READ_BITFIELD_PROBED(from_, field);                              \
    })

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

static __always_inline void tell_place(struct follow_event* event, struct packet skb)
{
    struct net_device* dev = POINTER(skb, dev);
    event->netns = namespace_of(BPF_CORE_READ(dev, nd_net.net));
    event->device = event->netns ? BPF_CORE_READ(dev, ifindex) : 0;
    event->device_mtu = event->netns ? BPF_CORE_READ(dev, mtu) : 0;
    event->device_name[0] = 0;
    if (event->netns) {
        bpf_probe_read_kernel(event->device_name, sizeof(event->device_name),
                              __builtin_preserve_access_index(&dev->name));
        return;
    }
    struct sock* sk = POINTER(skb, sk);
    event->netns = namespace_of(BPF_CORE_READ(sk, __sk_common.skc_net.net));
}

// A packet that has just been put into one of the other IP version has still its old protocol
// (__ip_local_out() sets it), one with a VLAN tag in its data that of the tag.
static __always_inline __u16 true_protocol(__u16 protocol, __u8 version)
{
    const __u32 is_ip = equal(protocol, ETH_P_IP) | equal(protocol, ETH_P_IPV6) |
                        equal(protocol, ETH_P_8021Q) | equal(protocol, ETH_P_8021AD);
    const __u32 four = is_ip & equal(version, 4), six = is_ip & equal(version, 6);
    return four * ETH_P_IP | six * ETH_P_IPV6 | (1 ^ four ^ six) * protocol;
}

// Where the kernel's code takes the headers as they are. While one is being made they may be wrong.
static __always_inline int is_checked(__u32 what)
{
    return what == FOLLOW_STEP || what == FOLLOW_SENT || what == FOLLOW_DROPPED;
}

static __always_inline void tell_headers(struct follow_event* event, struct packet skb, __u32 what)
{
    const struct skb_place at = what == FOLLOW_RECEIVED ? skb_received_place(skb) : skb_place(skb);
    const struct ip_bytes ip = ip_bytes(at.head + at.network);
    struct skb_shared_info* shared = skb_shared(skb, &at);
    const __u32 captured = at_most(at.tail - at.network, FOLLOW_SNAP);
    event->length = skb_network_length(skb, &at);
    event->data = at.data;
    event->tail = at.tail;
    event->end = FIELD(skb, end);
    event->csum_start = FIELD(skb, csum_start);
    event->csum_offset = FIELD(skb, csum_offset);
    event->ip_summed = BITS(skb, ip_summed);
    event->gso_size = BPF_CORE_READ(shared, gso_size);
    event->gso_segs = BPF_CORE_READ(shared, gso_segs);
    event->gso_type = BPF_CORE_READ(shared, gso_type);
    event->mac = FIELD(skb, mac_header);
    event->network = at.network;
    event->transport = FIELD(skb, transport_header);
    event->inner_mac = FIELD(skb, inner_mac_header);
    event->inner_network = FIELD(skb, inner_network_header);
    event->inner_transport = FIELD(skb, inner_transport_header);
    event->encapsulation = BITS(skb, encapsulation);
    event->snapped = captured;
    if (bpf_probe_read_kernel(event->snap, captured, at.head + at.network)) event->snapped = 0;
    event->protocol = true_protocol(bpf_ntohs(FIELD(skb, protocol)), ip.version);
    event->checked = 0;
    if (is_checked(what)) check_invariants(event, ip);
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

static __always_inline int tell(struct packet skb, const struct follow_state* state,
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
    tell_place(event, skb);
    tell_headers(event, skb, told.what);
    tell_detail(event, &told.detail);
    event->failed = 0;
    if (told.what == FOLLOW_DROPPED) tell_failures(event, &state->failures);
    ADD(emitted);
    const int wake = bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) >= wake_at;
    bpf_ringbuf_submit(event, wake ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
    return 0;
}

// --- arrival -------------------------------------------------------------------------------------

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

SEC("gueway_tp_btf")
int arrive_received(const __u64* arguments)
{
    struct packet skb = KNOWN(arguments[0]);
    const struct follow_state* state = find(skb);
    if (!state) {
        const struct skb_place at = skb_received_place(skb);
        struct net_device* dev = POINTER(skb, dev);
        state = take(skb, &at, BPF_CORE_READ(dev, nd_net.net), dev);
    }
    return state ? tell(skb, state, (struct told){.what = FOLLOW_RECEIVED}) : 0;
}

// Who enters a function has got over what failed before, and over the chains.
static __always_inline void move_on(struct follow_state* state)
{
    state->failures.count = 0;
    state->chain = 0;
}

// Who was not taken as it arrived, because the device that was asked for is on top of another.
static __always_inline struct follow_state* take_above(struct packet skb)
{
    if (!only.device[0]) return NULL;
    const struct skb_place at = skb_received_place(skb);
    struct net_device* dev = POINTER(skb, dev);
    return take(skb, &at, BPF_CORE_READ(dev, nd_net.net), dev);
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

#define REGISTER_0 di
#define REGISTER_1 si
#define REGISTER_2 dx
#define RECEIVE(function, argument)                                                                \
    SEC("gueway_fentry") int fentry_##function(const __u64* arguments)                             \
    {                                                                                              \
        return receive(KNOWN(arguments[argument]), FOLLOW_IN_##function);                          \
    }                                                                                              \
    SEC("gueway_kprobe") int kprobe_##function(struct pt_regs* registers)                          \
    {                                                                                              \
        return receive(UNKNOWN(registers->REGISTER_##argument), FOLLOW_IN_##function);             \
    }
FOLLOW_RECEIVES(RECEIVE)

// Global, as tell_segment().
__noinline int receive_listed(__u64 one)
{
    struct packet skb = UNKNOWN(one);
    const struct follow_state* state = find(skb) ? NULL : take_above(skb);
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
        const struct skb_place at = skb_place(skb);
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

#define STEP(function, argument)                                                                   \
    SEC("gueway_fentry") int fentry_##function(const __u64* arguments)                             \
    {                                                                                              \
        return step(KNOWN(arguments[argument]), FOLLOW_IN_##function);                             \
    }                                                                                              \
    SEC("gueway_kprobe") int kprobe_##function(struct pt_regs* registers)                          \
    {                                                                                              \
        return step(UNKNOWN(registers->REGISTER_##argument), FOLLOW_IN_##function);                \
    }
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

#define CONNECTION(subject_)                                                                       \
    (struct detail)                                                                                \
    {                                                                                              \
        .kind = FOLLOW_IPVS_CONNECTION, .subject = (void*)(subject_)                               \
    }
#define IPVS(function, argument, connection)                                                       \
    SEC("gueway_fentry") int fentry_##function(const __u64* arguments)                             \
    {                                                                                              \
        return step_with(KNOWN(arguments[argument]), FOLLOW_IN_##function,                         \
                         CONNECTION(arguments[connection]));                                       \
    }                                                                                              \
    SEC("gueway_kprobe") int kprobe_##function(struct pt_regs* registers)                          \
    {                                                                                              \
        return step_with(UNKNOWN(registers->REGISTER_##argument), FOLLOW_IN_##function,            \
                         CONNECTION(registers->REGISTER_##connection));                            \
    }
FOLLOW_IPVS(IPVS)

static __always_inline int leave(struct packet skb, __u64 service)
{
    return step_with(skb, FOLLOW_IN_ip_vs_leave,
                     (struct detail){.kind = FOLLOW_IPVS_SERVICE, .subject = (void*)service});
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
    if ((arguments[2] & NF_VERDICT) == NF_DROP) return 0;
    struct follow_state* state =
        find(UNKNOWN(BPF_CORE_READ((struct nft_pktinfo*)arguments[0], skb)));
    if (state) state->chain = 0;
    return 0;
}

// --- what becomes of it --------------------------------------------------------------------------

static __always_inline int become(struct packet from, struct packet made, __u32 what)
{
    const struct follow_state* parent = made.skb ? find(from) : NULL;
    const struct follow_state* state = parent ? start(made, parent) : NULL;
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
    const __u64 key = (__u64)skb.skb;
    struct follow_state* state = lookup(&key);
    if (!state || !state->moving || state->ended) return 0;
    const __u64 head = (__u64)POINTER(skb, head);
    state->moving = 0;
    if (state->head == head) return 0;
    state->head = head;
    return tell(skb, state, (struct told){.what = FOLLOW_MOVED});
}

// Not inlined, and global, so that the verifier looks at it once and not in each turn of the loop.
__noinline int tell_segment(__u64 segment, __u64 of)
{
    const struct follow_state* parent = find(UNKNOWN(of));
    if (!parent) return 0;
    const struct follow_state family = *parent;
    const struct follow_state* state = start(UNKNOWN(segment), &family);
    if (state) tell(UNKNOWN(segment), state, (struct told){.what = FOLLOW_SEGMENT});
    return 0;
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
    for (int i = 0; i < FOLLOW_SEGMENTS_COUNTED && one; ++i) {
        if (i < FOLLOW_SEGMENTS)
            tell_segment(one, of);
        else
            ADD(segments_left);
        one = (__u64)BPF_CORE_READ((struct sk_buff*)one, next);
    }
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
    const __u64 key = (__u64)skb.skb;
    struct follow_state* state = find(skb);
    if (!state || state->moving) return 0;
    tell(skb, state, (struct told){.what = FOLLOW_FREED});
    forget(&key, state);
    return 0;
}

// GRO may keep the bytes of a packet that it merges, and free the rest without a word
// (napi_skb_free_stolen_head). Answers 0 when it merged.
SEC("gueway_fexit")
int fexit_skb_gro_receive(const __u64* arguments)
{
    return (__u32)arguments[2] ? 0 : release(KNOWN(arguments[1]));
}

#define RELEASE(function, argument)                                                                \
    SEC("gueway_fentry") int fentry_##function(const __u64* arguments)                             \
    {                                                                                              \
        return release(KNOWN(arguments[argument]));                                                \
    }                                                                                              \
    SEC("gueway_kprobe") int kprobe_##function(struct pt_regs* registers)                          \
    {                                                                                              \
        return release(UNKNOWN(registers->REGISTER_##argument));                                   \
    }
FOLLOW_ENDS(RELEASE)
