// SPDX-License-Identifier: GPL-2.0-only
// What droptrace.bpf.c tells of drops: shared with userspace/trace. Numbers are in host order.
#pragma once

#include <linux/types.h>

// Entries that have room in the table.
#define DROP_TABLE_SIZE 8192
// Bytes of a dropped packet that its event carries: an outer IPv6 header, GUE with options, an
// inner IPv6 header and TCP with options fit.
#define DROP_SNAP 192
#define DROP_DEVICE_NAME 16

// What drops are counted by.
struct drop_key {
    __u64 location; // return address of the free
    __u32 reason;   // enum skb_drop_reason; 0 where the kernel gives none
    __u16 protocol; // EtherType
    __u8 transport; // protocol of the outermost IP header, 0 when it is not IP
    // A GSO packet, which was to become several.
    __u8 segmented : 1;
    // Its data begin behind its network header, as those of a packet do that is part of another.
    __u8 unwrapped : 1;
    __u8 unused : 6;
};

struct drop_value {
    __u64 packets; // a GSO packet counts once
    __u64 bytes;   // from the network header on
};

// Each drop is seen; then it is counted or finds the table full, and its event is emitted or finds
// the ring full: seen = counted + table_full = emitted + ring_full.
struct drop_totals {
    __u64 seen;
    __u64 table_full;
    __u64 emitted;
    __u64 ring_full;
};

struct drop_event {
    struct drop_key key;
    __u64 time; // ns of CLOCK_MONOTONIC
    __u32 cpu;
    __u32 netns;      // inode number of the namespace of device or socket, 0 when it has neither
    __u32 device;     // interface index, 0 when no device is known
    __u32 device_mtu; // bytes
    __u32 length;     // bytes from the network header on; of a GSO packet all of it
    __u32 gso_type;   // SKB_GSO_*
    __u16 gso_size;   // bytes of payload in each segment, 0 when not GSO
    __u16 gso_segs;   // 0 when not known
    __u16 snapped;    // bytes in `snap`
    // Offsets of the headers from the start of the buffer; 0xffff when not set.
    __u16 mac, network, transport;
    __u16 inner_mac, inner_network, inner_transport;
    __u8 encapsulation; // 1: the inner ones count
    __u8 unused;
    char device_name[DROP_DEVICE_NAME];
    __u8 snap[DROP_SNAP]; // from the network header on, as far as it is in the linear part
};
