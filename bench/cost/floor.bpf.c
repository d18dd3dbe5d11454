// SPDX-License-Identifier: GPL-2.0-only
// The least that a tracer with follow.bpf.c's hooks can do while nothing it looks for comes: at an
// arrival one look at the packet, elsewhere one at whether anything is followed. And the least that
// one can do which tells each step: `telling`. The measures for what follow.bpf.c costs; it follows
// nothing.
#include "follow.h"
#include "vmlinux.h"

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char license_text[] SEC("license") = "GPL";

#define ETH_P_IP 0x0800
#define TCP 6

// tcp and port `port`, at the front of an IPv4 header without options.
const volatile __u16 port = 0;
__u64 following = 0;
__u64 looked = 0;

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, FOLLOW_TABLE_SIZE);
    __type(key, __u64);
    __type(value, __u64);
} followed SEC(".maps");

// Tell of every packet that device `telling` received: when, struct sk_buff from the checksum's
// place to the pointer to its data, and its first bytes. Nothing is looked up, decoded or compared.
const volatile int telling = 0; // its index

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096); // userspace sets it
} events SEC(".maps");

struct least_event {
    __u64 time, skb;
    __u8 fields[88];
    __u8 snap[FOLLOW_SNAP];
};

static __always_inline int tell(struct sk_buff* skb)
{
    struct least_event* event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
    if (!event) return 0;
    const unsigned char* network = skb->head + skb->network_header;
    event->time = bpf_ktime_get_ns();
    event->skb = (__u64)skb;
    bpf_probe_read_kernel(event->fields, sizeof(event->fields), &skb->csum_start);
    bpf_probe_read_kernel(event->snap, sizeof(event->snap), network);
    bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
    return 0;
}

struct headers {
    __u8 front[9], protocol, middle[10];
    __be16 source, destination;
};

static __always_inline int pass(__u64 skb)
{
    if (following && bpf_map_lookup_elem(&followed, &skb)) __sync_fetch_and_add(&looked, 1);
    return 0;
}

// A step of a packet on its way through this host.
static __always_inline int step(__u64 skb)
{
    if (!telling) return pass(skb);
    return ((struct sk_buff*)skb)->skb_iif == telling ? tell((struct sk_buff*)skb) : 0;
}

// `at` is the network header. The packet is a pointer that the verifier knows: its fields are read
// without a call.
static __always_inline int look(struct sk_buff* skb, const unsigned char* at)
{
    struct headers headers;
    if (skb->protocol != bpf_htons(ETH_P_IP)) return 0;
    if (bpf_probe_read_kernel(&headers, sizeof(headers), at)) return 0;
    if (headers.protocol != TCP) return 0;
    if (headers.source == bpf_htons(port) || headers.destination == bpf_htons(port))
        __sync_fetch_and_add(&following, 1);
    return 0;
}

SEC("tp_btf")
int arrive_received(const __u64* arguments)
{
    struct sk_buff* skb = (struct sk_buff*)arguments[0];
    if (telling) return tell(skb);
    pass(arguments[0]);
    return look(skb, skb->data);
}

#define SEND(function, argument)                                                                   \
    SEC("fentry") int fentry_##function(const __u64* arguments)                                    \
    {                                                                                              \
        struct sk_buff* skb = (struct sk_buff*)arguments[argument];                                \
        if (telling) return step(arguments[argument]);                                             \
        pass(arguments[argument]);                                                                 \
        return look(skb, skb->head + skb->network_header);                                         \
    }
FOLLOW_LOCAL_OUT(SEND)

#define AT(kind, function, argument, HANDLE)                                                       \
    SEC(#kind) int kind##_##function(const __u64* arguments)                                       \
    {                                                                                              \
        return HANDLE(arguments[argument]);                                                        \
    }
#define STEP(function, argument, ...) AT(fentry, function, argument, step)
FOLLOW_RECEIVES(STEP)
FOLLOW_STEPS(STEP)
FOLLOW_IPVS(STEP)
#define END(function, argument) AT(fentry, function, argument, pass)
FOLLOW_ENDS(END)
AT(fentry, ip_vs_leave, 1, step)
AT(fentry, __icmp_send, 0, step)
AT(fentry, icmp6_send, 0, step)
AT(fentry, pskb_expand_head, 0, pass)
AT(fexit, pskb_expand_head, 0, step)
AT(fexit, skb_gro_receive, 1, pass)
AT(fexit, skb_clone, 0, step)
AT(fexit, skb_copy, 0, step)
AT(fexit, skb_copy_expand, 0, step)
AT(fexit, __pskb_copy_fclone, 0, step)
#define RETURN(function, arguments_count) AT(fexit, function, 0, pass)
FOLLOW_ALL_RETURNS(RETURN)

SEC("tp_btf")
int end_dropped(const __u64* arguments)
{
    return step(arguments[0]);
}

SEC("tp_btf")
int end_consumed(const __u64* arguments)
{
    return step(arguments[0]);
}
