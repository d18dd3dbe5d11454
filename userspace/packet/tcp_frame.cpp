// SPDX-License-Identifier: GPL-2.0-only
#include "packet/tcp_frame.h"

#include "packet/sums.h"

#include <cstddef>
#include <cstring>

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>

namespace gueway {

namespace {

constexpr unsigned link_header = sizeof(ether_header);

void put_mac(uint8_t* into, const std::string& mac)
{
    for (unsigned i = 0; i < ETH_ALEN; ++i)
        into[i] = static_cast<uint8_t>(std::stoul(mac.substr(size_t{3} * i, 2), nullptr, 16));
}

void put_ip(uint8_t* into, const TcpFrame& frame)
{
    iphdr ip{};
    ip.version = 4;
    ip.ihl = sizeof ip / 4;
    ip.tot_len = htons(static_cast<uint16_t>(frame.length));
    ip.frag_off = htons(IP_DF);
    ip.ttl = IPDEFTTL;
    ip.protocol = IPPROTO_TCP;
    std::memcpy(&ip.saddr, frame.from.bytes.data(), sizeof ip.saddr);
    std::memcpy(&ip.daddr, frame.to.bytes.data(), sizeof ip.daddr);
    std::memcpy(into, &ip, sizeof ip);
    ip.check = htons(static_cast<uint16_t>(~internet_sum({into, sizeof ip})));
    std::memcpy(into, &ip, sizeof ip);
}

// Behind its IP header, whose addresses are in the checksum.
void put_tcp(uint8_t* network, const TcpFrame& frame)
{
    tcphdr tcp{};
    tcp.th_sport = htons(frame.from_port);
    tcp.th_dport = htons(frame.to_port);
    tcp.th_seq = htonl(frame.sequence);
    tcp.th_off = sizeof tcp / 4;
    tcp.th_flags = frame.flags;
    tcp.th_win = htons(1000);
    uint8_t* const transport = network + sizeof(iphdr);
    std::memcpy(transport, &tcp, sizeof tcp);
    const auto length = static_cast<uint32_t>(frame.length - sizeof(iphdr));
    const auto pseudo = pseudo_header_sum(frame.from, frame.to, IPPROTO_TCP, length);
    tcp.th_sum =
        htons(frame.segment ? internet_sum({}, pseudo)
                            : static_cast<uint16_t>(~internet_sum({transport, length}, pseudo)));
    std::memcpy(transport, &tcp, sizeof tcp);
}

} // namespace

std::vector<uint8_t> bytes(const TcpFrame& frame)
{
    std::vector<uint8_t> made(link_header + frame.length);
    put_mac(made.data(), frame.to_mac);
    put_mac(made.data() + ETH_ALEN, frame.from_mac);
    made[offsetof(ether_header, ether_type)] = ETHERTYPE_IP >> 8;
    put_ip(made.data() + link_header, frame);
    put_tcp(made.data() + link_header, frame);
    return made;
}

FrameOffload offload(const TcpFrame& frame)
{
    if (frame.segment == 0) return {.headers = tcp_frame_headers};
    return {offload_needs_checksum,      gso_tcp4,
            tcp_frame_headers,           frame.segment,
            link_header + sizeof(iphdr), offsetof(tcphdr, th_sum)};
}

} // namespace gueway
