// SPDX-License-Identifier: GPL-2.0-only
// Where the packet inside a tunnel begins: GUE, FOU, GRE, IPIP. userspace/packet/layers.h says what
// counts as which; here lengths are not compared.
#pragma once

#include "skb.h"

#define IP_IPIP 4
#define IP_UDP 17
#define IP_IPV6 41
#define IP_GRE 47
#define UDP_HEADER 8
#define IPV6_HEADER 40

static __always_inline int is_ip_in_ip(__u8 protocol)
{
    return protocol == IP_IPIP || protocol == IP_IPV6;
}

// Bytes of GRE in front of an IP packet; 0 when it carries something else.
static __always_inline __u32 gre_header(const __u8* gre)
{
    const __u16 ethertype = gre[2] << 8 | gre[3];
    if (ethertype != ETH_P_IP && ethertype != ETH_P_IPV6) return 0;
    // Checksum, key and sequence number, four bytes each.
    return 4 + (gre[0] & 0x80 ? 4 : 0) + (gre[0] & 0x20 ? 4 : 0) + (gre[0] & 0x10 ? 4 : 0);
}

// Bytes of UDP and GUE in front of an IP packet. An IP version in place of GUE's is FOU.
static __always_inline __u32 udp_tunnel_header(const __u8* gue)
{
    const __u8 version = gue[0] >> 4;
    if (version == 4 || version == 6) return UDP_HEADER;
    if ((gue[0] & 0xe0) || !is_ip_in_ip(gue[1])) return 0;
    return UDP_HEADER + 4 + 4 * (gue[0] & 0x1f);
}

// Bytes from the outer IP header, at `start`, to the inner one; 0 when there is none.
static __always_inline __u32 tunnel_offset(const unsigned char* start)
{
    __u8 ip[IPV6_HEADER], next[UDP_HEADER + 4];
    if (bpf_probe_read_kernel(ip, sizeof(ip), start)) return 0;
    const int six = ip[0] >> 4 == 6;
    const __u32 header = six ? IPV6_HEADER : 4 * (ip[0] & 0xf);
    const __u8 protocol = six ? ip[6] : ip[9];
    if (is_ip_in_ip(protocol)) return header;
    if (bpf_probe_read_kernel(next, sizeof(next), start + header)) return 0;
    const __u32 more = protocol == IP_GRE   ? gre_header(next)
                       : protocol == IP_UDP ? udp_tunnel_header(next + UDP_HEADER)
                                            : 0;
    return more ? header + more : 0;
}

// What the bytes of an IP packet say of it.
struct ip_bytes {
    __u16 to_inner; // bytes from its header to the one inside of a tunnel; 0: none
    __u8 protocol;  // of its header
    __u8 version;   // 4, 6; else it is no IP packet
};

// Global, so that the verifier looks at all its ways once, and not in each that leads to it. It
// takes a global function for one that answers any number: `start` is a kernel address, the answer
// a struct ip_bytes.
__noinline __u32 read_ip(__u64 start)
{
    const unsigned char* at = (const unsigned char*)start;
    __u8 first = 0, protocol = 0;
    bpf_probe_read_kernel(&first, sizeof(first), at);
    const __u32 version = first >> 4;
    if (version != 4 && version != 6) return 0;
    bpf_probe_read_kernel(&protocol, sizeof(protocol), at + (version == 4 ? 9 : 6));
    return (tunnel_offset(at) & 0xffff) | (__u32)protocol << 16 | version << 24;
}

static __always_inline struct ip_bytes ip_bytes(const unsigned char* start)
{
    const __u32 all = read_ip((__u64)start);
    return (struct ip_bytes){.to_inner = all, .protocol = all >> 16, .version = all >> 24};
}
