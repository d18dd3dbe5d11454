// SPDX-License-Identifier: GPL-2.0-only
// Whether the headers of a packet are where the rest of the kernel will look for them
// (FOLLOW_RULES in follow.h), asked wherever a function is entered.
#pragma once

#include "compare.h"
#include "follow.h"
#include "skb.h"
#include "tunnel.h"

#define CHECKSUM_PARTIAL 3

// SKB_GSO_* of include/linux/skbuff.h by tunnel; they have their values since 4.7.
#define GSO_GRE (1 << 6 | 1 << 7)
#define GSO_IPXIP (1 << 8 | 1 << 9)
#define GSO_UDP_TUNNEL (1 << 10 | 1 << 11)

#define BROKEN(rule, condition) ((condition) << FOLLOW_RULE_##rule)

static __always_inline __u32 broken_buffer(const struct follow_event* event)
{
    const __u32 checksum = event->csum_start + event->csum_offset + sizeof(__u16);
    return BROKEN(buffer, is_more(event->data, event->tail) | is_more(event->tail, event->end)) |
           BROKEN(checksum, equal(event->ip_summed, CHECKSUM_PARTIAL) &
                                (is_more(event->network, event->csum_start) |
                                 is_more(checksum, event->tail)));
}

// Over UDP or GRE. IPIP's segmentation looks at neither `transport` nor `inner_mac`.
static __always_inline __u32 broken_tunnel(const struct follow_event* event, __u32 least)
{
    return BROKEN(order, is_more(event->network + 1, event->transport) |
                             is_more(event->transport, event->inner_mac) |
                             is_more(event->inner_mac, event->inner_network)) |
           BROKEN(tunnel_header, is_more(event->transport + least, event->inner_mac)) |
           BROKEN(inner_mac, differ(event->inner_mac, event->inner_network)) |
           BROKEN(linear, is_more(event->transport, event->tail));
}

// GRO before 5.19 leaves inner_transport at 0.
static __always_inline __u32 broken_inner(const struct follow_event* event, __u32 gso_types)
{
    return BROKEN(order, differ(event->inner_transport, 0) &
                             is_more(event->inner_network + 1, event->inner_transport)) |
           BROKEN(linear, is_more(event->inner_transport, event->tail)) |
           BROKEN(gso_type, differ(event->gso_size, 0) & equal(event->gso_type & gso_types, 0));
}

static __always_inline void check_tunnel(struct follow_event* event, __u32 protocol)
{
    const __u32 udp = equal(protocol, IP_UDP), gre = equal(protocol, IP_GRE);
    const __u32 ipip = 1 ^ udp ^ gre;
    event->tunnel = udp * IP_UDP + gre * IP_GRE + ipip * IP_IPIP;
    const __u32 least = udp * UDP_HEADER + gre * GRE_HEADER;
    const __u32 types = udp * GSO_UDP_TUNNEL + gre * GSO_GRE + ipip * GSO_IPXIP;
    event->broken |= where(udp | gre, broken_tunnel(event, least)) | broken_inner(event, types);
}

// After the headers and `captured` bytes were told. That the bit skb->encapsulation is off says
// nothing: the kernel clears it for packets that need no offload. So the bytes decide: a tunnel's
// header that ends where the inner one is to begin.
static __always_inline void check_invariants(struct follow_event* event, __u32 captured)
{
    event->checked = 1;
    event->tunnel = 0;
    event->broken = broken_buffer(event);
    if (event->inner_network <= event->network) return; // in no tunnel
    const struct ip_bytes ip = ip_bytes(event->snap, captured);
    if (ip.to_inner && event->network + ip.to_inner == event->inner_network)
        check_tunnel(event, ip.protocol);
}
