// SPDX-License-Identifier: GPL-2.0-only
// Ethernet frames with a TCP segment of zeroes in them, for packet sockets: what a card would hand
// to the kernel, without a connection behind it. With PACKET_VNET_HDR (packet(7)) a frame may be
// longer than the MTU and is a GSO packet then.
#pragma once

#include "packet/offload.h"
#include "util/address.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gueway {

//   *_mac    "02:00:00:00:00:01"
//   from, to IPv4
//   length   bytes from the IP header on, up to 65535
//   segment  bytes of payload in each segment of a GSO packet; 0: it is one packet
//   flags    TH_ACK and so on of <netinet/tcp.h>
struct TcpFrame {
    std::string from_mac, to_mac;
    Address from, to;
    uint16_t from_port = 0, to_port = 0;
    uint32_t sequence = 0;
    unsigned length = 0;
    uint16_t segment = 0;
    uint8_t flags = 0;
};

// The headers in front of the payload: Ethernet, IPv4 and TCP without options.
constexpr unsigned tcp_frame_headers = 14 + 20 + 20;

// From the Ethernet header on. Of a GSO packet the TCP checksum is left to offload, as TCP does.
std::vector<uint8_t> bytes(const TcpFrame& frame);
FrameOffload offload(const TcpFrame& frame);

} // namespace gueway
