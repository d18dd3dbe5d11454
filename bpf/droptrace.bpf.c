// SPDX-License-Identifier: GPL-2.0-only
// Counts every packet that the kernel frees as dropped, by place, reason and kind, and tells what
// each looked like through a ring buffer.
#include "drop.h"
#include "select.h"
#include "skb.h"
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char license_text[] SEC("license") = "GPL";

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, DROP_TABLE_SIZE);
    __type(key, struct drop_key);
    __type(value, struct drop_value);
} drops SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096); // userspace sets it
} events SEC(".maps");

struct drop_totals totals;

// The reader is woken when as many bytes wait; it looks by itself from time to time.
const volatile __u64 wake_at = 0;

static __always_inline void add(__u64* counter, __u64 number)
{
    // Atomic: an interrupt may drop in the middle of another drop.
    __sync_fetch_and_add(counter, number);
}

static struct drop_value* find_or_add(const struct drop_key* key)
{
    struct drop_value* found = bpf_map_lookup_elem(&drops, key);
    if (found) return found;
    const struct drop_value none = {};
    bpf_map_update_elem(&drops, key, &none, BPF_NOEXIST); // another processor may be first
    return bpf_map_lookup_elem(&drops, key);
}

static void count(const struct drop_key* key, __u32 length)
{
    struct drop_value* value = find_or_add(key);
    if (!value) {
        add(&totals.table_full, 1);
        return;
    }
    add(&value->packets, 1);
    add(&value->bytes, length);
}

static void tell_device(struct drop_event* event, const struct skb_where* where)
{
    struct net_device* dev = where->dev;
    event->netns = namespace_of(where->net);
    event->device = BPF_CORE_READ(dev, ifindex);
    event->device_mtu = BPF_CORE_READ(dev, mtu);
    event->device_name[0] = 0;
    if (dev)
        bpf_probe_read_kernel(event->device_name, sizeof(event->device_name),
                              __builtin_preserve_access_index(&dev->name));
}

static void tell_bytes(struct drop_event* event, const struct skb_place* at)
{
    const __u32 length = skb_linear(at, DROP_SNAP);
    event->snapped = length;
    if (bpf_probe_read_kernel(event->snap, length, at->head + at->network)) event->snapped = 0;
}

static void tell_headers(struct drop_event* event, struct sk_buff* skb, const struct skb_place* at)
{
    event->mac = BPF_CORE_READ(skb, mac_header);
    event->network = at->network;
    event->transport = BPF_CORE_READ(skb, transport_header);
    event->inner_mac = BPF_CORE_READ(skb, inner_mac_header);
    event->inner_network = BPF_CORE_READ(skb, inner_network_header);
    event->inner_transport = BPF_CORE_READ(skb, inner_transport_header);
    event->encapsulation = BPF_CORE_READ_BITFIELD_PROBED(skb, encapsulation);
}

// What was read of a packet.
struct look {
    struct skb_where where;
    struct skb_place at;
    struct skb_gso gso;
    __u32 length;
};

static void tell(const struct drop_key* key, struct sk_buff* skb, const struct look* look)
{
    struct drop_event* event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
    if (!event) {
        add(&totals.ring_full, 1);
        return;
    }
    event->key = *key;
    event->time = bpf_ktime_get_ns();
    event->cpu = bpf_get_smp_processor_id();
    event->length = look->length;
    event->gso_size = look->gso.size;
    event->gso_segs = look->gso.segments;
    event->gso_type = look->gso.type;
    event->unused = 0;
    tell_headers(event, skb, &look->at);
    tell_device(event, &look->where);
    tell_bytes(event, &look->at);
    add(&totals.emitted, 1);
    const int wake = bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) >= wake_at;
    bpf_ringbuf_submit(event, wake ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
}

// The arguments of the tracepoint: the packet, the place, and, where the kernel has it, the reason.
static __always_inline int dropped(const __u64* arguments)
{
    struct sk_buff* skb = (struct sk_buff*)arguments[0];
    struct look look = {.where = skb_where(skb)};
    if (!selected(UNKNOWN(skb), look.where.net, look.where.dev)) return 0;
    look.at = skb_place(UNKNOWN(skb), BPF_CORE_READ(skb, head));
    look.gso = skb_gso(&look.at, BPF_CORE_READ(skb, end));
    look.length = skb_network_length(UNKNOWN(skb), &look.at);
    struct drop_key key = {.location = arguments[1]};
    if (bpf_core_field_exists(struct trace_event_raw_kfree_skb, reason)) key.reason = arguments[2];
    key.protocol = bpf_ntohs(BPF_CORE_READ(skb, protocol));
    key.transport = skb_transport(&look.at, key.protocol);
    key.segmented = look.gso.size != 0;
    key.unwrapped = look.at.data > look.at.network;
    add(&totals.seen, 1);
    count(&key, look.length);
    tell(&key, skb, &look);
    return 0;
}

SEC("tp_btf")
int drop_typed(const __u64* arguments)
{
    return dropped(arguments);
}

SEC("raw_tp")
int drop_raw(const __u64* arguments)
{
    return dropped(arguments);
}
