// SPDX-License-Identifier: GPL-2.0-only
// What follow.bpf.c tells of followed packets: shared with userspace/trace. Numbers are in host
// order.
#pragma once

#include <linux/types.h>

// Buffers that are followed at the same time: sets of ways. The fifth of a set finds no room
// (`table_full`), which by chance is about the 6,000th that lives at once (n^5 / 120 = sets^4).
#define FOLLOW_SET_BITS 14
#define FOLLOW_SETS (1UL << FOLLOW_SET_BITS)
#define FOLLOW_WAYS 4
#define FOLLOW_TABLE_SIZE (FOLLOW_SETS * FOLLOW_WAYS)
// Bytes of a packet that the filter sees, from the IP header on.
#define FOLLOW_WINDOW 128
#define FOLLOW_SNAP 128
#define FOLLOW_DEVICE_NAME 16
// Segments of one packet that are followed: 64 KiB of 512 bytes each. Of the others as many are
// counted as make this.
#define FOLLOW_SEGMENTS 128
#define FOLLOW_SEGMENTS_COUNTED 1024

// Which packet the filter is about.
enum filter_subject {
    FILTER_ARRIVED, // as it arrived
    FILTER_INNER,   // inside of the tunnel in which it arrived, or which this host put it into
    FILTER_OUTER,   // the same tunnel's packet
};

// Where IP receives a packet. Only here is it known to be of a device that is on top of another
// (VLAN, bond, macvlan).
#define FOLLOW_RECEIVES(STEP)                                                                      \
    STEP(ip_rcv, 0)                                                                                \
    STEP(ipv6_rcv, 0)

// The same of a list of packets: they are no steps, but packets arrive there when a device was
// asked for.
#define FOLLOW_RECEIVES_LISTS(ARRIVAL)                                                             \
    ARRIVAL(ip_list_rcv)                                                                           \
    ARRIVAL(ipv6_list_rcv)
#define FOLLOW_LIST 64 // packets of it that are looked at: what a device's driver gives at once

// Functions on the way of a packet, and which argument the packet is, from 0. In the order in which
// a packet that is tunnelled meets them.
#define FOLLOW_STEPS(STEP)                                                                         \
    STEP(ip_local_deliver, 0)                                                                      \
    STEP(ip6_input, 0)                                                                             \
    STEP(ip_forward, 0)                                                                            \
    STEP(ip6_forward, 0)                                                                           \
    STEP(ip_output, 2)                                                                             \
    STEP(__dev_queue_xmit, 0)                                                                      \
    STEP(validate_xmit_skb, 0)                                                                     \
    STEP(__skb_gso_segment, 0)                                                                     \
    STEP(skb_udp_tunnel_segment, 0)                                                                \
    STEP(gre_gso_segment, 0)                                                                       \
    STEP(dev_hard_start_xmit, 0)                                                                   \
    STEP(udp_rcv, 0)                                                                               \
    STEP(udpv6_rcv, 0)                                                                             \
    STEP(tcp_v4_rcv, 0)                                                                            \
    STEP(tcp_v6_rcv, 0)

// Functions of IPVS: the packet, and the connection that it belongs to.
#define FOLLOW_IPVS(STEP)                                                                          \
    STEP(ip_vs_tunnel_xmit, 0, 1)                                                                  \
    STEP(ip_vs_tunnel_xmit_v6, 0, 1)                                                               \
    STEP(ip_vs_dr_xmit, 0, 1)                                                                      \
    STEP(ip_vs_dr_xmit_v6, 0, 1)

// Functions that decide against a packet.
//   ip_vs_leave              IPVS found no worker for a new connection
//   __icmp_send, icmp6_send  the packet is answered with an ICMP error
#define FOLLOW_DECISIONS(STEP)                                                                     \
    STEP(ip_vs_leave)                                                                              \
    STEP(__icmp_send)                                                                              \
    STEP(icmp6_send)

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

// All of them, in the order of their numbers.
#define FOLLOW_ALL(STEP)                                                                           \
    FOLLOW_RECEIVES(STEP)                                                                          \
    FOLLOW_STEPS(STEP) FOLLOW_IPVS(STEP) FOLLOW_DECISIONS(STEP) FOLLOW_LOCAL_OUT(STEP)

enum follow_function {
#define FOLLOW_NUMBER(function, ...) FOLLOW_IN_##function,
    FOLLOW_ALL(FOLLOW_NUMBER)
#undef FOLLOW_NUMBER
        FOLLOW_FUNCTIONS,
};

// Functions of which a failure is told, and their number of arguments; the packet is the first. In
// the order in which a failing one is called by the next.
#define FOLLOW_RETURNS(RETURN)                                                                     \
    RETURN(tcp_gso_segment, 2)                                                                     \
    RETURN(__udp_gso_segment, 3)                                                                   \
    RETURN(udp4_ufo_fragment, 2)                                                                   \
    RETURN(udp6_ufo_fragment, 2)                                                                   \
    RETURN(skb_udp_tunnel_segment, 3)                                                              \
    RETURN(gre_gso_segment, 2)                                                                     \
    RETURN(inet_gso_segment, 2)                                                                    \
    RETURN(ipv6_gso_segment, 2)                                                                    \
    RETURN(skb_mac_gso_segment, 2)                                                                 \
    RETURN(__skb_gso_segment, 3)

// With the one whose answers are told as segments.
#define FOLLOW_ALL_RETURNS(RETURN) RETURN(skb_segment, 2) FOLLOW_RETURNS(RETURN)

enum follow_return {
#define FOLLOW_NUMBER(function, ...) FOLLOW_OF_##function,
    FOLLOW_ALL_RETURNS(FOLLOW_NUMBER)
#undef FOLLOW_NUMBER
        FOLLOW_RETURNING,
};

// What must hold of a packet's headers, checked where a function is entered and at the drop. The
// last five are about a packet in GUE, FOU or GRE, the last two about IPIP as well.
//   buffer         data <= tail <= end
//   checksum       CHECKSUM_PARTIAL: csum_start and the sum itself are in the linear part
//   tunnel_header  inner_mac - transport >= 8 for UDP, 4 for GRE: what segmentation takes for the
//                  length of the tunnel's header (tnl_hlen of __skb_udp_tunnel_segment)
//   inner_mac      inner_mac = inner_network: the packet inside is IP, not Ethernet
//   order          network < transport <= inner_mac <= inner_network < inner_transport
//   linear         transport, inner_transport <= tail
//   gso_type       GSO: the type names the tunnel
#define FOLLOW_RULES(RULE)                                                                         \
    RULE(buffer)                                                                                   \
    RULE(checksum)                                                                                 \
    RULE(tunnel_header)                                                                            \
    RULE(inner_mac)                                                                                \
    RULE(order)                                                                                    \
    RULE(linear)                                                                                   \
    RULE(gso_type)

enum follow_rule {
#define FOLLOW_NUMBER(rule) FOLLOW_RULE_##rule,
    FOLLOW_RULES(FOLLOW_NUMBER)
#undef FOLLOW_NUMBER
        FOLLOW_RULES_COUNT,
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

#define FOLLOW_FAILURES 8
#define FOLLOW_STACK 32

struct follow_failure {
    __u16 function; // enum follow_return
    __s16 answer;   // of ERR_PTR: -errno; 0: NULL
};

// Which of the details an event has.
enum follow_detail {
    FOLLOW_PLAIN,
    FOLLOW_IPVS_CONNECTION,
    FOLLOW_IPVS_SERVICE, // `client` and `worker` are not known
    FOLLOW_ICMP,
    FOLLOW_NETFILTER, // of a drop: the chain of nftables that was at the packet
};

#define FOLLOW_NAME_SIZE 32
#define FOLLOW_SCHEDULER_SIZE 16

// A connection of IPVS, or its service. Addresses are in network order, IPv4 in the first four
// bytes; ports are in host order.
struct follow_ipvs {
    __u8 client[16], vip[16], worker[16];
    __u16 family;        // of client and VIP: AF_INET, AF_INET6
    __u16 worker_family; // of the worker's address
    __u16 protocol;
    __u16 client_port, vip_port, worker_port;
    __u16 state;
    __u16 tunnel_type; // IP_VS_CONN_F_TUNNEL_TYPE_*
    __u16 tunnel_port;
    __u16 tunnel_flags;  // IP_VS_TUNNEL_ENCAP_FLAG_*
    __u32 flags;         // of the connection: IP_VS_CONN_F_*
    __u32 fwmark;        // of the service
    __u32 service_flags; // IP_VS_SVC_F_*
    __s32 weight;        // of the worker
    __u8 has_worker;     // 0: the connection's worker is gone; tunnel and weight do not count
    __u8 unused[3];
    char scheduler[FOLLOW_SCHEDULER_SIZE];
};

struct follow_icmp {
    __u8 type, code;
    __u16 unused;
    __u32 info; // the MTU of "fragmentation needed" and "packet too big"
};

struct follow_netfilter {
    char table[FOLLOW_NAME_SIZE], chain[FOLLOW_NAME_SIZE];
};

// Ends before `stack` where there is none.
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
    __u16 protocol; // EtherType, as the kernel has it: see told_ethertype() of userspace/trace
    __u16 snapped;
    // Offsets of the headers from the start of the buffer; 0xffff when not set.
    __u16 mac, network, transport;
    __u16 inner_mac, inner_network, inner_transport;
    __u8 encapsulation;
    __u8 detail;    // enum follow_detail
    __u8 ip_summed; // CHECKSUM_*
    __u8 checked;   // 1: `broken` and `tunnel` count
    // The buffer: offsets from its start.
    __u32 data, tail, end;
    __u16 csum_start, csum_offset; // where ip_summed is CHECKSUM_PARTIAL
    __u8 tunnel;  // by the bytes: protocol of the outer header (IPPROTO_UDP, GRE, IPIP); 0: none
    __u8 failed;  // answers in `failures`, and those that found no room
    __u16 broken; // bits: 1 << enum follow_rule
    struct follow_failure failures[FOLLOW_FAILURES]; // of a drop: what led to it, innermost first
    char device_name[FOLLOW_DEVICE_NAME];
    __u8 snap[FOLLOW_SNAP]; // from the network header on
    union {
        struct follow_ipvs ipvs;
        struct follow_icmp icmp;
        struct follow_netfilter netfilter;
    }; // as `detail` says
    // Of a drop: return addresses, innermost first; 0 behind the last. From the program's own on.
    __u64 stack[FOLLOW_STACK];
};

// Each event is emitted or finds the ring full. `table_full` buffers could not be followed, and
// `unread` arrivals not be compared with the filter. `segments_left` were too many of one packet to
// be followed.
struct follow_totals {
    __u64 arrived; // packets that the filter took
    __u64 seen;
    __u64 emitted;
    __u64 ring_full;
    __u64 table_full;
    __u64 unread;
    __u64 segments_left;
};
