// SPDX-License-Identifier: GPL-2.0-only
// What IPVS knows of a packet: its connection, service and worker. IPVS is a module: where modules
// have no BTF (5.10), nothing can be told.
#pragma once

#include "follow.h"
#include "skb.h"
#include "vmlinux.h"

static __always_inline void ipvs_address(__u8* to, const union nf_inet_addr* from)
{
    bpf_probe_read_kernel(to, sizeof(*from), from);
}

static __always_inline void ipvs_tell_scheduler(struct follow_ipvs* into,
                                                struct ip_vs_service* service)
{
    into->scheduler[0] = 0;
    into->service_flags = BPF_CORE_READ(service, flags);
    into->fwmark = BPF_CORE_READ(service, fwmark);
    bpf_probe_read_kernel_str(into->scheduler, sizeof(into->scheduler),
                              BPF_CORE_READ(service, scheduler, name));
}

static __always_inline void ipvs_tell_worker(struct follow_ipvs* into, struct ip_vs_dest* worker)
{
    into->has_worker = worker != NULL;
    into->tunnel_type = BPF_CORE_READ(worker, tun_type);
    into->tunnel_port = bpf_ntohs(BPF_CORE_READ(worker, tun_port));
    into->tunnel_flags = BPF_CORE_READ(worker, tun_flags);
    into->weight = BPF_CORE_READ(worker, weight.counter);
    ipvs_tell_scheduler(into, BPF_CORE_READ(worker, svc));
}

static __always_inline __u8 ipvs_tell_connection(struct follow_ipvs* into,
                                                 struct ip_vs_conn* connection)
{
    if (!bpf_core_type_exists(struct ip_vs_conn)) return FOLLOW_PLAIN;
    ipvs_address(into->client, __builtin_preserve_access_index(&connection->caddr));
    ipvs_address(into->vip, __builtin_preserve_access_index(&connection->vaddr));
    ipvs_address(into->worker, __builtin_preserve_access_index(&connection->daddr));
    into->family = BPF_CORE_READ(connection, af);
    into->worker_family = BPF_CORE_READ(connection, daf);
    into->protocol = BPF_CORE_READ(connection, protocol);
    into->client_port = bpf_ntohs(BPF_CORE_READ(connection, cport));
    into->vip_port = bpf_ntohs(BPF_CORE_READ(connection, vport));
    into->worker_port = bpf_ntohs(BPF_CORE_READ(connection, dport));
    into->state = BPF_CORE_READ(connection, state);
    into->flags = BPF_CORE_READ(connection, flags);
    ipvs_tell_worker(into, BPF_CORE_READ(connection, dest));
    return FOLLOW_IPVS_CONNECTION;
}

static __always_inline __u8 ipvs_tell_service(struct follow_ipvs* into,
                                              struct ip_vs_service* service)
{
    if (!bpf_core_type_exists(struct ip_vs_service)) return FOLLOW_PLAIN;
    ipvs_address(into->vip, __builtin_preserve_access_index(&service->addr));
    into->family = BPF_CORE_READ(service, af);
    into->protocol = BPF_CORE_READ(service, protocol);
    into->vip_port = bpf_ntohs(BPF_CORE_READ(service, port));
    into->has_worker = 0;
    ipvs_tell_scheduler(into, service);
    return FOLLOW_IPVS_SERVICE;
}
