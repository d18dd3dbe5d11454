// SPDX-License-Identifier: GPL-2.0-only
// The kernel's structures as far as the programs here read them. libbpf moves each access to where
// the running kernel's BTF has the field (CO-RE), so order, gaps and nesting in anonymous members
// do not matter, only the names: compiling needs no kernel, and one object fits all.
#pragma once

#include <linux/bpf.h>
#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_head {
    struct list_head* next;
};

struct ns_common {
    unsigned int inum;
};

struct net {
    struct ns_common ns;
};

typedef struct {
    struct net* net;
} possible_net_t;

struct net_device {
    char name[16];
    int ifindex;
    unsigned int mtu;
    possible_net_t nd_net;
};

struct sock_common {
    possible_net_t skc_net;
};

struct sock {
    struct sock_common __sk_common;
};

struct dst_entry {
    struct net_device* dev;
};

struct sk_buff {
    struct sk_buff* next;
    struct net_device* dev;
    struct sock* sk;
    unsigned long _skb_refdst; // a struct dst_entry, with a flag in its lowest bit
    unsigned int len;
    unsigned int mark;
    int skb_iif; // 0: of this host
    __be16 protocol;
    __u8 encapsulation : 1;
    __u8 ip_summed : 2;
    __u16 csum_start;
    __u16 csum_offset;
    __u16 inner_transport_header;
    __u16 inner_network_header;
    __u16 inner_mac_header;
    __u16 transport_header;
    __u16 network_header;
    __u16 mac_header;
    unsigned int tail; // an offset from head, as on every 64-bit machine
    unsigned int end;
    unsigned char* head;
    unsigned char* data;
};

struct skb_shared_info {
    unsigned short gso_size;
    unsigned short gso_segs;
    unsigned int gso_type;
};

// IPVS (include/net/ip_vs.h); of a module, so that it is known where modules have BTF.
union nf_inet_addr {
    __u32 all[4];
};

typedef struct {
    int counter;
} atomic_t;

struct ip_vs_scheduler {
    char* name;
};

struct ip_vs_service {
    __u16 af;
    __u16 protocol;
    union nf_inet_addr addr;
    __be16 port;
    __u32 fwmark;
    unsigned int flags;
    struct ip_vs_scheduler* scheduler;
};

struct ip_vs_dest {
    __u16 tun_type;
    __be16 tun_port;
    __u16 tun_flags;
    atomic_t weight;
    struct ip_vs_service* svc;
};

struct ip_vs_conn {
    __be16 cport;
    __be16 dport;
    __be16 vport;
    __u16 af;
    union nf_inet_addr caddr;
    union nf_inet_addr vaddr;
    union nf_inet_addr daddr;
    __u32 flags;
    __u16 protocol;
    __u16 daf;
    __u16 state;
    struct ip_vs_dest* dest;
};

// nftables (include/net/netfilter/nf_tables.h), a module too.
struct nft_table {
    char* name;
};

struct nft_chain {
    struct nft_table* table;
    char* name;
};

struct nft_pktinfo {
    struct sk_buff* skb;
};

// The arguments of a function at its entry (x86-64).
struct pt_regs {
    unsigned long cx;
    unsigned long dx;
    unsigned long si;
    unsigned long di;
};

// By name only: its values differ between kernels.
enum skb_drop_reason { SKB_NOT_DROPPED_YET };

// The record that the tracepoint kfree_skb writes for tracefs: its fields tell which arguments the
// kernel passes.
struct trace_event_raw_kfree_skb {
    enum skb_drop_reason reason;
};

#pragma clang attribute pop
