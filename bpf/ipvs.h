// SPDX-License-Identifier: GPL-2.0-only
// What IPVS knows of a packet: its connection, service and worker. IPVS is a module: where modules
// have no BTF (5.10), nothing can be told.
#pragma once

#include "follow.h"
#include "skb.h"
#include "vmlinux.h"

// Kernels differ in how many bytes these fields have.
#define IPVS_NUMBER(from, field) BPF_CORE_READ_BITFIELD_PROBED(from, field)

static __always_inline void ipvs_address(__u8* to, const union nf_inet_addr* from)
{
    bpf_probe_read_kernel(to, sizeof(*from), from);
}

static __always_inline void ipvs_tell_scheduler(struct follow_ipvs* into,
                                                struct ip_vs_service* service)
{
    into->scheduler[0] = 0;
    into->service_flags = IPVS_NUMBER(service, flags);
    into->fwmark = IPVS_NUMBER(service, fwmark);
    bpf_probe_read_kernel_str(into->scheduler, sizeof(into->scheduler),
                              BPF_CORE_READ(service, scheduler, name));
}

static __always_inline void ipvs_tell_worker(struct follow_ipvs* into, struct ip_vs_dest* worker)
{
    into->has_worker = worker != NULL;
    into->tunnel_type = IPVS_NUMBER(worker, tun_type);
    into->tunnel_port = bpf_ntohs(BPF_CORE_READ(worker, tun_port));
    into->tunnel_flags = IPVS_NUMBER(worker, tun_flags);
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
    into->family = IPVS_NUMBER(connection, af);
    into->worker_family = IPVS_NUMBER(connection, daf);
    into->protocol = IPVS_NUMBER(connection, protocol);
    into->client_port = bpf_ntohs(BPF_CORE_READ(connection, cport));
    into->vip_port = bpf_ntohs(BPF_CORE_READ(connection, vport));
    into->worker_port = bpf_ntohs(BPF_CORE_READ(connection, dport));
    into->state = IPVS_NUMBER(connection, state);
    into->flags = IPVS_NUMBER(connection, flags);
    ipvs_tell_worker(into, BPF_CORE_READ(connection, dest));
    return FOLLOW_IPVS_CONNECTION;
}

static __always_inline __u8 ipvs_tell_service(struct follow_ipvs* into,
                                              struct ip_vs_service* service)
{
    if (!bpf_core_type_exists(struct ip_vs_service)) return FOLLOW_PLAIN;
    ipvs_address(into->vip, __builtin_preserve_access_index(&service->addr));
    into->family = IPVS_NUMBER(service, af);
    into->protocol = IPVS_NUMBER(service, protocol);
    into->vip_port = bpf_ntohs(BPF_CORE_READ(service, port));
    into->has_worker = 0;
    ipvs_tell_scheduler(into, service);
    return FOLLOW_IPVS_SERVICE;
}
