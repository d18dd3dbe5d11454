// SPDX-License-Identifier: GPL-2.0-only
// Counts packets and bytes per network namespace, device and direction. Each direction has one
// program for a function and one for a tracepoint; userspace loads what the kernel can attach.
#include "count.h"

#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char license_text[] SEC("license") = "GPL";

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, COUNT_TABLE_SIZE);
    __type(key, struct count_key);
    __type(value, struct count_value);
} counts SEC(".maps");

// Packets seen but not counted: no room in the map, or no device.
__u64 lost;

static struct count_value* find_or_add(const struct count_key* key)
{
    struct count_value* found = bpf_map_lookup_elem(&counts, key);
    if (found) return found;
    const struct count_value none = {};
    bpf_map_update_elem(&counts, key, &none, BPF_NOEXIST); // another processor may be first
    return bpf_map_lookup_elem(&counts, key);
}

// On receive the link-layer header is in front of the data already; on transmit it is part of it.
static __u32 pulled(struct sk_buff* skb)
{
    const __u16 unset = ~0;
    const __u16 mac = BPF_CORE_READ(skb, mac_header);
    if (mac == unset) return 0;
    return BPF_CORE_READ(skb, data) - BPF_CORE_READ(skb, head) - mac;
}

static int count(struct sk_buff* skb, enum count_direction direction)
{
    struct net_device* dev = BPF_CORE_READ(skb, dev);
    const struct count_key key = {
        .netns = BPF_CORE_READ(dev, nd_net.net, ns.inum),
        .device = BPF_CORE_READ(dev, ifindex),
        .direction = direction,
    };
    struct count_value* value = dev ? find_or_add(&key) : NULL;
    if (!value) {
        __sync_fetch_and_add(&lost, 1);
        return 0;
    }
    // Atomic: an interrupt may transmit in the middle of another transmission.
    __sync_fetch_and_add(&value->packets, 1);
    __sync_fetch_and_add(&value->bytes,
                         BPF_CORE_READ(skb, len) + (direction == COUNT_RECEIVE ? pulled(skb) : 0));
    return 0;
}

SEC("fentry")
int BPF_PROG(transmit_function, struct sk_buff* skb)
{
    return count(skb, COUNT_TRANSMIT);
}

SEC("tp_btf")
int BPF_PROG(transmit_tracepoint, struct sk_buff* skb)
{
    return count(skb, COUNT_TRANSMIT);
}

// The first argument is a struct sk_buff **. Older verifiers refuse to load an argument that is a
// pointer to a pointer, but let a helper read the place where it is kept.
SEC("fentry")
int receive_function(void* ctx)
{
    struct sk_buff **pskb, *skb;
    if (bpf_probe_read_kernel(&pskb, sizeof(pskb), ctx) ||
        bpf_probe_read_kernel(&skb, sizeof(skb), pskb)) {
        __sync_fetch_and_add(&lost, 1);
        return 0;
    }
    return count(skb, COUNT_RECEIVE);
}

SEC("tp_btf")
int BPF_PROG(receive_tracepoint, struct sk_buff* skb)
{
    return count(skb, COUNT_RECEIVE);
}
