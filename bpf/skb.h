// SPDX-License-Identifier: GPL-2.0-only
// Reading struct sk_buff: where its headers are, where it is, and how it is to be segmented.
#pragma once

#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd
#define ETH_P_8021Q 0x8100
#define ETH_P_8021AD 0x88a8
#define VLAN_TAG 4 // bytes: the tag, and the protocol behind it

// A packet. Of one that a typed argument of the program gave, the verifier knows what it is, and a
// field of it is read by one instruction; of others (registers of a kprobe) by a call of some 60.
// `known` is a constant wherever all is inlined.
struct packet {
    struct sk_buff* skb;
    int known;
};
#define KNOWN(pointer) ((struct packet){(struct sk_buff*)(pointer), 1})
#define UNKNOWN(pointer) ((struct packet){(struct sk_buff*)(pointer), 0})
#define FIELD(packet, field)                                                                       \
    ({                                                                                             \
        struct sk_buff* from_ = (packet).skb; /* or CO-RE would look for struct packet */          \
        (packet).known ? from_->field : BPF_CORE_READ(from_, field);                               \
    })
// A field that is a pointer, always as a number. The verifier may take it for what it says it is,
// and let it be read without a check, where a union holds something else (skb->dev of a packet in a
// socket); and no arithmetic is for pointers.
#define POINTER(packet, field)                                                                     \
    ({                                                                                             \
        struct sk_buff* from_ = (packet).skb;                                                      \
        BPF_CORE_READ(from_, field);                                                               \
    })

// Offsets from head.
struct skb_place {
    unsigned char* head;
    __u32 data;
    __u32 network; // the network header, or data where there is none
    __u32 tail;
};

// The lower half of what the verifier may take for a pointer: it is a number then.
static __always_inline __u32 low_half(const void* pointer)
{
    __u32 low;
    asm volatile("%0 = %1" : "=w"(low) : "w"((__u32)(__u64)pointer));
    return low;
}

// `head` is the packet's, as a number.
static __always_inline struct skb_place skb_place(struct packet skb, unsigned char* head)
{
    struct skb_place at = {.head = head, .tail = FIELD(skb, tail)};
    at.data = low_half(FIELD(skb, data)) - (__u32)(__u64)head;
    at.network = FIELD(skb, network_header);
    // A device's driver leaves it at 0, which is in the headroom.
    if (at.network == 0 || at.network >= at.tail) at.network = at.data;
    return at;
}

// The compiler must not compare one copy and use another, of which the verifier knows no bound.
static __always_inline __u32 at_most(__u32 value, __u32 most)
{
    barrier_var(value);
    if (value > most) value = most;
    barrier_var(value);
    return value;
}

// Of a packet that a device has just received: its network header is where the data begin, the
// field is set later. A VLAN's tag that the device left in the data is in front of it, or two.
static __always_inline struct skb_place skb_received_place(struct packet skb, unsigned char* head)
{
    struct skb_place at = skb_place(skb, head);
    __u16 protocol = bpf_ntohs(FIELD(skb, protocol));
    at.network = at.data;
    for (int tags = 0; tags < 2; ++tags) {
        if (protocol != ETH_P_8021Q && protocol != ETH_P_8021AD) break;
        at.network += VLAN_TAG;
        bpf_probe_read_kernel(&protocol, sizeof(protocol), at.head + at.network - sizeof(protocol));
        protocol = bpf_ntohs(protocol);
    }
    return at;
}

// Bytes from the network header on that are in the linear part, `most` at most.
static __always_inline __u32 skb_linear(const struct skb_place* at, __u32 most)
{
    return at_most(at->tail > at->network ? at->tail - at->network : 0, most);
}

// Bytes from the network header on, whether data is in front of it or behind.
static __always_inline __u32 skb_network_length(struct packet skb, const struct skb_place* at)
{
    return FIELD(skb, len) + at->data - at->network;
}

// How the packet is to be segmented: fields of struct skb_shared_info, by one read.
struct skb_gso {
    __u32 type;
    __u16 size, segments;
};

// `end` is the packet's.
static __always_inline struct skb_gso skb_gso(const struct skb_place* at, __u32 end)
{
    __u8 bytes[32]; // zeroes when it fails
    bpf_probe_read_kernel(bytes, sizeof(bytes), at->head + end);
#define SHARED(type, field) *(type*)(bytes + bpf_core_field_offset(struct skb_shared_info, field))
    return (struct skb_gso){.type = SHARED(__u32, gso_type),
                            .size = SHARED(__u16, gso_size),
                            .segments = SHARED(__u16, gso_segs)};
#undef SHARED
}

// The protocol in the outermost IP header; 0 when the packet is not IP.
static __always_inline __u8 skb_transport(const struct skb_place* at, __u16 protocol)
{
    const __u32 field = protocol == ETH_P_IP ? 9 : protocol == ETH_P_IPV6 ? 6 : 0;
    __u8 transport = 0;
    if (field) bpf_probe_read_kernel(&transport, sizeof(transport), at->head + at->network + field);
    return transport;
}

// Namespaces have numbers from the upper end (include/linux/proc_ns.h). The field `dev` of an skb
// that waits in a socket holds other things, and what is found through those has none such.
#define LEAST_NAMESPACE 0xefffff00U

static __always_inline __u32 as_namespace(__u32 number)
{
    return number >= LEAST_NAMESPACE ? number : 0;
}

static __always_inline __u32 namespace_of(struct net* net)
{
    return as_namespace(BPF_CORE_READ(net, ns.inum));
}

// Where a packet is: its device, and the namespace of that or of the socket. NULL what it has not.
struct skb_where {
    struct net_device* dev;
    struct net* net;
};

static __always_inline struct skb_where skb_where(struct sk_buff* skb)
{
    struct net_device* dev = BPF_CORE_READ(skb, dev);
    struct net* net = BPF_CORE_READ(dev, nd_net.net);
    if (namespace_of(net)) return (struct skb_where){dev, net};
    return (struct skb_where){NULL, BPF_CORE_READ(skb, sk, __sk_common.skc_net.net)};
}
