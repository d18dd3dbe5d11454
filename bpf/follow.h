// SPDX-License-Identifier: GPL-2.0-only
// What follow.bpf.c tells of followed packets: shared with userspace/trace. Numbers are in host
// order.
#pragma once

#include <linux/types.h>

// Buffers that are followed at the same time.
#define FOLLOW_TABLE_SIZE 16384
// Bytes of a packet that the filter sees, from the IP header on.
#define FOLLOW_WINDOW 128
#define FOLLOW_SNAP 128
#define FOLLOW_DEVICE_NAME 16
// Segments of one packet that are told apart; 64 KiB of 1 KiB each.
#define FOLLOW_SEGMENTS 64

// Which packet the filter is about.
enum filter_subject {
    FILTER_ARRIVED, // as it arrived
    FILTER_INNER,   // inside of the tunnel in which it arrived, or which this host put it into
    FILTER_OUTER,   // the same tunnel's packet
};

// Functions on the way of a packet, and which argument the packet is, from 0. In the order in which
// a packet that is tunnelled meets them.
#define FOLLOW_STEPS(STEP)                                                                         \
    STEP(ip_rcv, 0)                                                                                \
    STEP(ipv6_rcv, 0)                                                                              \
    STEP(ip_local_deliver, 0)                                                                      \
    STEP(ip6_input, 0)                                                                             \
    STEP(ip_forward, 0)                                                                            \
    STEP(ip6_forward, 0)                                                                           \
    STEP(ip_vs_tunnel_xmit, 0)                                                                     \
    STEP(ip_vs_tunnel_xmit_v6, 0)                                                                  \
    STEP(ip_vs_dr_xmit, 0)                                                                         \
    STEP(ip_vs_dr_xmit_v6, 0)                                                                      \
    STEP(ip_output, 2)                                                                             \
    STEP(__dev_queue_xmit, 0)                                                                      \
    STEP(validate_xmit_skb, 0)                                                                     \
    STEP(__skb_gso_segment, 0)                                                                     \
    STEP(dev_hard_start_xmit, 0)                                                                   \
    STEP(udp_rcv, 0)                                                                               \
    STEP(udpv6_rcv, 0)                                                                             \
    STEP(tcp_v4_rcv, 0)                                                                            \
    STEP(tcp_v6_rcv, 0)

// Functions that end a packet without a word. The compiler puts some of them into their callers, so
// that all are needed.
#define FOLLOW_ENDS(END)                                                                           \
    END(skb_release_head_state, 0)                                                                 \
    END(skb_release_data, 0)                                                                       \
    END(kfree_skb_partial, 0)

// Functions by which a packet of this host arrives, if it was not followed before. TCP over IPv6
// does not pass __ip6_local_out (ip6_xmit).
#define FOLLOW_LOCAL_OUT(STEP)                                                                     \
    STEP(__ip_local_out, 2)                                                                        \
    STEP(__ip6_local_out, 2)                                                                       \
    STEP(ip6_output, 2)

enum follow_function {
#define FOLLOW_NUMBER(function, argument) FOLLOW_IN_##function,
    FOLLOW_STEPS(FOLLOW_NUMBER) FOLLOW_LOCAL_OUT(FOLLOW_NUMBER)
#undef FOLLOW_NUMBER
        FOLLOW_FUNCTIONS,
};

enum follow_what {
    FOLLOW_RECEIVED, // by a device: netif_receive_skb
    FOLLOW_SENT,     // by this host, and not followed before
    FOLLOW_STEP,     // enters enum follow_function
    FOLLOW_CLONED,   // this is the clone
    FOLLOW_COPIED,   // this is the copy
    FOLLOW_MOVED,    // its bytes have a new place
    FOLLOW_SEGMENT,  // this is a segment of its parent
    FOLLOW_DROPPED,
    FOLLOW_CONSUMED, // freed after it was of use
    FOLLOW_FREED,    // freed without a word
};

struct follow_event {
    __u64 time;     // ns of CLOCK_MONOTONIC
    __u64 packet;   // the piece that arrived
    __u64 piece;    // a number for one buffer, from arrival or its making to its free; never 0
    __u64 parent;   // the piece that this was made of; 0 when it arrived
    __u64 location; // of a drop: return address of the free
    __u32 what;     // enum follow_what
    __u32 function; // enum follow_function
    __u32 reason;   // of a drop
    __u32 cpu;
    __u32 netns;
    __u32 device;
    __u32 device_mtu;
    __u32 length; // bytes from the network header on
    __u32 gso_type;
    __u16 gso_size;
    __u16 gso_segs;
    __u16 protocol; // EtherType
    __u16 snapped;
    // Offsets of the headers from the start of the buffer; 0xffff when not set.
    __u16 mac, network, transport;
    __u16 inner_mac, inner_network, inner_transport;
    __u8 encapsulation;
    __u8 unused[3];
    char device_name[FOLLOW_DEVICE_NAME];
    __u8 snap[FOLLOW_SNAP]; // from the network header on
};

// Each event is emitted or finds the ring full. `table_full` buffers could not be followed, and
// `unread` arrivals not be compared with the filter.
struct follow_totals {
    __u64 arrived; // packets that the filter took
    __u64 seen;
    __u64 emitted;
    __u64 ring_full;
    __u64 table_full;
    __u64 unread;
};
