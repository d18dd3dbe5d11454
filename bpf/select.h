// SPDX-License-Identifier: GPL-2.0-only
// Comparing packets with what is to be looked at. Userspace fills `only` before loading, so that
// the verifier takes out what was not asked for.
#pragma once

#include "selection.h"
#include "skb.h"

const volatile struct selection only = {};

static __always_inline int selected_device(struct net_device* dev)
{
    // The kernel may leave old bytes behind a name that was changed.
    __u64 name[SELECTION_DEVICE_NAME / 8] = {};
    bpf_probe_read_kernel_str(name, sizeof(name), __builtin_preserve_access_index(&dev->name));
    return name[0] == only.device[0] && name[1] == only.device[1];
}

// The namespace and the device are where the packet is, or is going to be; either may be NULL,
// which is none that was asked for. Without a namespace it is the device's.
static __always_inline int selected(struct packet skb, struct net* net, struct net_device* dev)
{
    if (only.netns && namespace_of(net ? net : BPF_CORE_READ(dev, nd_net.net)) != only.netns)
        return 0;
    if (only.device[0] && !selected_device(dev)) return 0;
    return !only.by_mark || (FIELD(skb, mark) & only.mask) == only.mark;
}

// The device that a packet of this host is routed to.
static __always_inline struct net_device* skb_route_device(struct packet skb)
{
    const unsigned long flags = 1;    // SKB_DST_NOREF
    if (!only.device[0]) return NULL; // nobody asks
    struct dst_entry* route = (struct dst_entry*)(FIELD(skb, _skb_refdst) & ~flags);
    return BPF_CORE_READ(route, dev);
}
