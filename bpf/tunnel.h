// SPDX-License-Identifier: GPL-2.0-only
// Where the packet inside a tunnel begins: GUE, FOU, GRE, IPIP. userspace/packet/layers.h says what
// counts as which.
#pragma once

#include "compare.h"
#include "follow.h"
#include "skb.h"

#define IP_IPIP 4
#define IP_UDP 17
#define IP_IPV6 41
#define IP_GRE 47
#define UDP_HEADER 8
#define IPV4_HEADER 20
#define IPV6_HEADER 40
#define GRE_HEADER 4
#define GUE_HEADER 4
// Bytes behind the IP header that are looked at: of FOU the lengths in the packet inside. Every
// tunnel's packet has more.
#define TUNNEL_LOOK (UDP_HEADER + 6)

static __always_inline __u32 is_ip_in_ip(__u32 protocol)
{
    return equal(protocol, IP_IPIP) | equal(protocol, IP_IPV6);
}

// Bytes of GRE in front of an IP packet; 0 when it carries something else. Checksum, key and
// sequence number have four bytes each, where their bits say so.
static __always_inline __u32 gre_header(const __u8* gre)
{
    const __u32 ethertype = gre[2] << 8 | gre[3];
    const __u32 options = (gre[0] >> 7 & 1) + (gre[0] >> 5 & 1) + (gre[0] >> 4 & 1);
    return (equal(ethertype, ETH_P_IP) | equal(ethertype, ETH_P_IPV6)) * (GRE_HEADER + 4 * options);
}

// Whether an IP packet begins here that UDP of `room` bytes can hold, by its length. A GSO packet
// may be longer than its length field can say: 0.
static __always_inline __u32 holds_ip(const __u8* ip, __u32 room)
{
    const __u32 version = ip[0] >> 4, header = 4 * (ip[0] & 0xf);
    const __u32 length = ip[2] << 8 | ip[3], payload = ip[4] << 8 | ip[5];
    const __u32 fits = is_more(length + 1, header) & (is_more(length, room) ^ 1);
    return (equal(version, 4) & is_more(header + 1, IPV4_HEADER) & (fits | equal(length, 0))) |
           (equal(version, 6) & is_more(room + 1, IPV6_HEADER + payload));
}

// Bytes of UDP and GUE in front of an IP packet. An IP packet in place of GUE is FOU. What is in
// GUE may be too far in to be looked at.
static __always_inline __u32 udp_tunnel_header(const __u8* udp)
{
    const __u8* gue = udp + UDP_HEADER;
    const __u32 length = udp[4] << 8 | udp[5];
    const __u32 room = length + where(equal(length, 0), 0xffff) - UDP_HEADER; // 0: too long to say
    const __u32 fou = holds_ip(gue, room);
    const __u32 is_gue = equal(gue[0] & 0xe0, 0) & is_ip_in_ip(gue[1]);
    return fou * UDP_HEADER + where(is_gue, UDP_HEADER + GUE_HEADER + 4 * (gue[0] & 0x1f));
}

// What the bytes of a packet say of it.
struct ip_bytes {
    __u32 to_inner; // bytes from its header to the one inside of a tunnel; 0: none
    __u32 protocol; // of its header
    __u32 cut;      // not 0: it may be a tunnel's, which more bytes would tell
};

// `bytes` has room for FOLLOW_SNAP, of which `captured` count, from the network header on.
static __always_inline struct ip_bytes ip_bytes(const __u8* bytes, __u32 captured)
{
    const __u32 version = where(is_more(captured, 0), bytes[0] >> 4);
    const __u32 four = equal(version, 4), six = equal(version, 6);
    const __u32 header = where(four, 4 * (bytes[0] & 0xf)) + where(six, IPV6_HEADER);
    const __u32 protocol = where(four, bytes[9]) + where(six, bytes[6]);
    const __u32 ipip = is_ip_in_ip(protocol);
    const __u32 is_gre = equal(protocol, IP_GRE), is_udp = equal(protocol, IP_UDP);
    const __u32 candidate = ipip | is_gre | is_udp;
    if (!candidate || captured < header + TUNNEL_LOOK)
        return (struct ip_bytes){0, protocol, candidate};
    const __u8* next = bytes + header; // no more than 60
    const __u32 gre = where(is_gre, gre_header(next));
    const __u32 udp = where(is_udp, udp_tunnel_header(next));
    const __u32 is_tunnel = ipip | differ(gre + udp, 0);
    return (struct ip_bytes){where(is_tunnel, header + gre + udp), protocol, 0};
}
