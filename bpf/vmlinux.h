// SPDX-License-Identifier: GPL-2.0-only
// The kernel's structures as far as the programs here read them. libbpf moves each access to where
// the running kernel's BTF has the field (CO-RE), so order, gaps and nesting in anonymous members
// do not matter, only the names: compiling needs no kernel, and one object fits all.
#pragma once

#include <linux/bpf.h>
#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

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
    int ifindex;
    possible_net_t nd_net;
};

struct sk_buff {
    struct net_device* dev;
    unsigned int len;
    unsigned char* head;
    unsigned char* data;
    __u16 mac_header;
};

#pragma clang attribute pop
