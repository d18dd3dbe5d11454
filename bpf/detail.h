// SPDX-License-Identifier: GPL-2.0-only
// What an event tells beside the packet itself: of IPVS, of the ICMP error that answers it, of the
// chain that drops it.
#pragma once

#include "follow.h"
#include "ipvs.h"
#include "vmlinux.h"

#define NF_DROP 0
#define NF_STOLEN 2
#define NF_VERDICT 0xff // the bits of a hook's answer that say so

// `kind` is enum follow_detail; `subject` what it is about, `known` as in struct packet, and `icmp`
// counts for FOLLOW_ICMP.
struct detail {
    __u32 kind;
    int known;
    const void* subject;
    struct follow_icmp icmp;
};

static __always_inline __u8 tell_chain(struct follow_netfilter* into, struct nft_chain* chain)
{
    if (!bpf_core_type_exists(struct nft_chain)) return FOLLOW_PLAIN;
    bpf_probe_read_kernel_str(into->table, sizeof(into->table), BPF_CORE_READ(chain, table, name));
    bpf_probe_read_kernel_str(into->chain, sizeof(into->chain), BPF_CORE_READ(chain, name));
    return FOLLOW_NETFILTER;
}

static __always_inline void tell_detail(struct follow_event* event, const struct detail* detail)
{
    event->detail = FOLLOW_PLAIN;
    if (detail->kind == FOLLOW_IPVS_CONNECTION)
        event->detail = ipvs_tell_connection(&event->ipvs, (void*)detail->subject, detail->known);
    if (detail->kind == FOLLOW_IPVS_SERVICE)
        event->detail = ipvs_tell_service(&event->ipvs, (void*)detail->subject, detail->known);
    if (detail->kind == FOLLOW_NETFILTER && detail->subject)
        event->detail = tell_chain(&event->netfilter, (void*)detail->subject);
    if (detail->kind == FOLLOW_ICMP) {
        event->icmp = detail->icmp;
        event->detail = FOLLOW_ICMP;
    }
}
