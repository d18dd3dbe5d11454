// SPDX-License-Identifier: GPL-2.0-only
// The least that a tracer with follow.bpf.c's hooks can do while nothing it looks for comes: at an
// arrival one look at the packet, elsewhere one at whether anything is followed. The measure for
// what follow.bpf.c costs; it follows nothing.
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

struct headers {
    __u8 front[9], protocol, middle[10];
    __be16 source, destination;
};

static __always_inline int pass(__u64 skb)
{
    if (following && bpf_map_lookup_elem(&followed, &skb)) __sync_fetch_and_add(&looked, 1);
    return 0;
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
    pass(arguments[0]);
    return look(skb, skb->data);
}

#define SEND(function, argument)                                                                   \
    SEC("fentry") int fentry_##function(const __u64* arguments)                                    \
    {                                                                                              \
        struct sk_buff* skb = (struct sk_buff*)arguments[argument];                                \
        pass(arguments[argument]);                                                                 \
        return look(skb, skb->head + skb->network_header);                                         \
    }
FOLLOW_LOCAL_OUT(SEND)

#define PASS(kind, function, argument)                                                             \
    SEC(#kind) int kind##_##function(const __u64* arguments)                                       \
    {                                                                                              \
        return pass(arguments[argument]);                                                          \
    }
#define STEP(function, argument, ...) PASS(fentry, function, argument)
FOLLOW_RECEIVES(STEP)
FOLLOW_STEPS(STEP)
FOLLOW_IPVS(STEP)
FOLLOW_ENDS(STEP)
PASS(fentry, ip_vs_leave, 1)
PASS(fentry, __icmp_send, 0)
PASS(fentry, icmp6_send, 0)
PASS(fentry, pskb_expand_head, 0)
PASS(fexit, pskb_expand_head, 0)
PASS(fexit, skb_gro_receive, 1)
PASS(fexit, skb_clone, 0)
PASS(fexit, skb_copy, 0)
PASS(fexit, skb_copy_expand, 0)
PASS(fexit, __pskb_copy_fclone, 0)
#define RETURN(function, arguments_count) PASS(fexit, function, 0)
FOLLOW_ALL_RETURNS(RETURN)

SEC("tp_btf")
int end_dropped(const __u64* arguments)
{
    return pass(arguments[0]);
}

SEC("tp_btf")
int end_consumed(const __u64* arguments)
{
    return pass(arguments[0]);
}
