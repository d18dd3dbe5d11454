// SPDX-License-Identifier: GPL-2.0-only
// Whether the headers of a packet are where the rest of the kernel will look for them
// (FOLLOW_RULES in follow.h), asked wherever a function is entered.
#pragma once

#include "follow.h"
#include "skb.h"
#include "tunnel.h"

#define CHECKSUM_PARTIAL 3
#define GRE_HEADER 4

// SKB_GSO_* of include/linux/skbuff.h by tunnel; they have their values since 4.7.
#define GSO_GRE (1 << 6 | 1 << 7)
#define GSO_IPXIP (1 << 8 | 1 << 9)
#define GSO_UDP_TUNNEL (1 << 10 | 1 << 11)

#define BROKEN(rule, condition) ((condition) ? 1U << FOLLOW_RULE_##rule : 0)

// That the bit skb->encapsulation is off says nothing: the kernel clears it for packets that need
// no offload. So the bytes decide: a tunnel's header that ends where the inner one is to begin.
static __always_inline __u8 tunnel_of(const struct follow_event* event, unsigned char* head)
{
    const __u32 to_inner = tunnel_offset(head + event->network);
    if (!to_inner || event->inner_network != event->network + to_inner) return 0;
    const struct skb_place at = {.head = head, .network = event->network};
    const __u8 protocol = skb_transport(&at, event->protocol);
    return protocol == IP_IPV6 ? IP_IPIP : protocol;
}

static __always_inline __u32 broken_buffer(const struct follow_event* event)
{
    const __u32 checksum = event->csum_start + event->csum_offset + sizeof(__u16);
    return BROKEN(buffer, event->data > event->tail || event->tail > event->end) |
           BROKEN(checksum, event->ip_summed == CHECKSUM_PARTIAL &&
                                (event->csum_start < event->network || checksum > event->tail));
}

// IPIP's segmentation looks at neither `transport` nor `inner_mac`.
static __always_inline __u32 broken_tunnel(const struct follow_event* event)
{
    const __u32 least = event->tunnel == IP_UDP ? UDP_HEADER : GRE_HEADER;
    return BROKEN(order, event->network >= event->transport ||
                             event->transport > event->inner_mac ||
                             event->inner_mac > event->inner_network) |
           BROKEN(tunnel_header, event->inner_mac < event->transport + least) |
           BROKEN(inner_mac, event->inner_mac != event->inner_network) |
           BROKEN(linear, event->transport > event->tail);
}

// GRO before 5.19 leaves inner_transport at 0.
static __always_inline __u32 broken_inner(const struct follow_event* event)
{
    const __u32 gso_types = event->tunnel == IP_UDP   ? GSO_UDP_TUNNEL
                            : event->tunnel == IP_GRE ? GSO_GRE
                                                      : GSO_IPXIP;
    return BROKEN(order, event->inner_transport && event->inner_network >= event->inner_transport) |
           BROKEN(linear, event->inner_transport > event->tail) |
           BROKEN(gso_type, event->gso_size && !(event->gso_type & gso_types));
}

// After the headers were told.
static __always_inline void check_invariants(struct follow_event* event, unsigned char* head)
{
    event->checked = 1;
    event->tunnel = tunnel_of(event, head);
    __u32 broken = broken_buffer(event);
    if (event->tunnel == IP_UDP || event->tunnel == IP_GRE) broken |= broken_tunnel(event);
    if (event->tunnel) broken |= broken_inner(event);
    event->broken = broken;
}
