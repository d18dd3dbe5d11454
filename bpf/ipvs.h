// SPDX-License-Identifier: GPL-2.0-only
// What IPVS knows of a packet: its connection, service and worker. IPVS is a module: where modules
// have no BTF (5.10), nothing can be told.
#pragma once

#include "follow.h"
#include "skb.h"
#include "vmlinux.h"

// Kernels differ in how many bytes the fields have. `known`: the verifier knows what the pointer is
// (see struct packet).
#define IPVS_NUMBER(known, from, field)                                                            \
    ((known) ? BPF_CORE_READ_BITFIELD(from, field) : BPF_CORE_READ_BITFIELD_PROBED(from, field))
#define IPVS_POINTER(known, from, field) ((known) ? (from)->field : BPF_CORE_READ(from, field))
#define IPVS_ADDRESS(known, to, from, field)                                                       \
    ({                                                                                             \
        __u32* to_ = (__u32*)(to);                                                                 \
        if (known)                                                                                 \
            for (int i = 0; i < 4; ++i) to_[i] = (from)->field.all[i];                             \
        else                                                                                       \
            bpf_probe_read_kernel(to_, sizeof((from)->field),                                      \
                                  __builtin_preserve_access_index(&(from)->field));                \
    })

static __always_inline void ipvs_tell_scheduler(struct follow_ipvs* into,
                                                struct ip_vs_service* service, int known)
{
    into->scheduler[0] = 0;
    into->service_flags = into->fwmark = 0;
    if (!service) return;
    into->service_flags = IPVS_NUMBER(known, service, flags);
    into->fwmark = IPVS_NUMBER(known, service, fwmark);
    struct ip_vs_scheduler* scheduler = IPVS_POINTER(known, service, scheduler);
    if (!scheduler) return;
    bpf_probe_read_kernel_str(into->scheduler, sizeof(into->scheduler),
                              IPVS_POINTER(known, scheduler, name));
}

static __always_inline void ipvs_tell_worker(struct follow_ipvs* into, struct ip_vs_dest* worker,
                                             int known)
{
    into->has_worker = worker != NULL;
    if (!worker) {
        ipvs_tell_scheduler(into, NULL, known);
        return;
    }
    into->tunnel_type = IPVS_NUMBER(known, worker, tun_type);
    into->tunnel_port = bpf_ntohs(IPVS_NUMBER(known, worker, tun_port));
    into->tunnel_flags = IPVS_NUMBER(known, worker, tun_flags);
    into->weight = IPVS_NUMBER(known, worker, weight.counter);
    ipvs_tell_scheduler(into, IPVS_POINTER(known, worker, svc), known);
}

static __always_inline __u8 ipvs_tell_connection(struct follow_ipvs* into,
                                                 struct ip_vs_conn* connection, int known)
{
    if (!bpf_core_type_exists(struct ip_vs_conn)) return FOLLOW_PLAIN;
    IPVS_ADDRESS(known, into->client, connection, caddr);
    IPVS_ADDRESS(known, into->vip, connection, vaddr);
    IPVS_ADDRESS(known, into->worker, connection, daddr);
    into->family = IPVS_NUMBER(known, connection, af);
    into->worker_family = IPVS_NUMBER(known, connection, daf);
    into->protocol = IPVS_NUMBER(known, connection, protocol);
    into->client_port = bpf_ntohs(IPVS_NUMBER(known, connection, cport));
    into->vip_port = bpf_ntohs(IPVS_NUMBER(known, connection, vport));
    into->worker_port = bpf_ntohs(IPVS_NUMBER(known, connection, dport));
    into->state = IPVS_NUMBER(known, connection, state);
    into->flags = IPVS_NUMBER(known, connection, flags);
    ipvs_tell_worker(into, IPVS_POINTER(known, connection, dest), known);
    return FOLLOW_IPVS_CONNECTION;
}

static __always_inline __u8 ipvs_tell_service(struct follow_ipvs* into,
                                              struct ip_vs_service* service, int known)
{
    if (!bpf_core_type_exists(struct ip_vs_service)) return FOLLOW_PLAIN;
    IPVS_ADDRESS(known, into->vip, service, addr);
    into->family = IPVS_NUMBER(known, service, af);
    into->protocol = IPVS_NUMBER(known, service, protocol);
    into->vip_port = bpf_ntohs(IPVS_NUMBER(known, service, port));
    into->has_worker = 0;
    ipvs_tell_scheduler(into, service, known);
    return FOLLOW_IPVS_SERVICE;
}
