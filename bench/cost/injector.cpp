// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cost/injector.h"

#include "link/device.h"

#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/socket.h>

namespace gueway::bench {

namespace {

constexpr size_t page = 4096;
constexpr unsigned link_header = sizeof(ether_header);
// Where the kernel looks for the frame in a slot (net/packet/af_packet.c, tpacket_parse_header).
constexpr size_t frame_at = TPACKET2_HDRLEN - sizeof(sockaddr_ll);

// struct virtio_net_hdr of <linux/virtio_net.h>, which is not for C++.
struct Offload {
    uint8_t flags, gso_type;
    uint16_t headers, segment, checksum_start, checksum_offset;
};
constexpr uint8_t needs_checksum = 1, gso_tcp4 = 1;

void put_mac(uint8_t* into, const std::string& mac)
{
    for (unsigned i = 0; i < ETH_ALEN; ++i)
        into[i] = static_cast<uint8_t>(std::stoul(mac.substr(size_t{3} * i, 2), nullptr, 16));
}

uint16_t sum(const uint8_t* bytes, size_t length, uint32_t start)
{
    uint32_t total = start;
    for (size_t i = 0; i + 1 < length; i += 2)
        total += static_cast<uint32_t>(bytes[i]) << 8 | bytes[i + 1];
    while (total >> 16) total = (total & 0xffff) + (total >> 16);
    return static_cast<uint16_t>(total);
}

size_t slot_bytes(const Frame& frame)
{
    const auto needed = frame_at + sizeof(Offload) + frame.bytes.size();
    return (needed + page - 1) / page * page;
}

void fill(uint8_t* slot, const Frame& frame)
{
    auto* head = reinterpret_cast<tpacket2_hdr*>(slot);
    head->tp_len = static_cast<uint32_t>(sizeof(Offload) + frame.bytes.size());
    Offload offload{.headers = frame.headers};
    if (frame.segment)
        offload = {needs_checksum,
                   gso_tcp4,
                   frame.headers,
                   frame.segment,
                   link_header + sizeof(iphdr),
                   offsetof(tcphdr, th_sum)};
    std::memcpy(slot + frame_at, &offload, sizeof offload);
    std::memcpy(slot + frame_at + sizeof offload, frame.bytes.data(), frame.bytes.size());
}

template <class T>
Result<void> set(const Fd& socket, int option, const T& value, const char* name)
{
    if (::setsockopt(socket.get(), SOL_PACKET, option, &value, sizeof value) < 0)
        return errno_error(name, "set");
    return {};
}

} // namespace

Frame tcp_frame(const std::string& from_mac, const std::string& to_mac, uint32_t from, uint32_t to,
                uint16_t port, unsigned ip_length, uint16_t segment)
{
    Frame frame{std::vector<uint8_t>(link_header + ip_length),
                link_header + sizeof(iphdr) + sizeof(tcphdr), segment};
    auto* bytes = frame.bytes.data();
    put_mac(bytes, to_mac);
    put_mac(bytes + ETH_ALEN, from_mac);
    bytes[12] = ETHERTYPE_IP >> 8;
    iphdr ip{};
    ip.version = 4;
    ip.ihl = sizeof ip / 4;
    ip.tot_len = htons(static_cast<uint16_t>(ip_length));
    ip.frag_off = htons(IP_DF);
    ip.ttl = 64;
    ip.protocol = IPPROTO_TCP;
    ip.saddr = htonl(from);
    ip.daddr = htonl(to);
    uint8_t* const network = bytes + link_header;
    std::memcpy(network, &ip, sizeof ip);
    ip.check = htons(static_cast<uint16_t>(~sum(network, sizeof ip, 0)));
    std::memcpy(network, &ip, sizeof ip);
    tcphdr tcp{};
    tcp.th_sport = htons(40000);
    tcp.th_dport = htons(port);
    tcp.th_off = sizeof tcp / 4;
    tcp.th_flags = TH_ACK;
    tcp.th_win = htons(1000);
    uint8_t* const transport = network + sizeof ip;
    std::memcpy(transport, &tcp, sizeof tcp);
    const auto length = static_cast<uint32_t>(ip_length - sizeof ip);
    const auto pseudo = sum(network + offsetof(iphdr, saddr), 8, IPPROTO_TCP + length);
    tcp.th_sum = htons(segment ? pseudo : static_cast<uint16_t>(~sum(transport, length, pseudo)));
    std::memcpy(transport, &tcp, sizeof tcp);
    return frame;
}

Result<Injector> Injector::open(const Namespace& where, const std::string& name, const Frame& frame)
{
    auto socket = TRY(where.socket(AF_PACKET, SOCK_RAW));
    TRY(set(socket, PACKET_VERSION, int{TPACKET_V2}, "PACKET_VERSION"));
    TRY(set(socket, PACKET_VNET_HDR, 1, "PACKET_VNET_HDR"));
    const auto slot = slot_bytes(frame);
    const auto size = static_cast<unsigned>(slot);
    TRY(set(socket, PACKET_TX_RING, tpacket_req{size, burst, size, burst}, "PACKET_TX_RING"));
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETHERTYPE_IP);
    address.sll_ifindex = TRY(device(where, name)).index;
    if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0)
        return errno_error("packet socket", "bind to " + name);
    void* ring = ::mmap(nullptr, slot * burst, PROT_READ | PROT_WRITE, MAP_SHARED, socket.get(), 0);
    if (ring == MAP_FAILED) return errno_error("PACKET_TX_RING", "map");
    for (unsigned i = 0; i < burst; ++i) fill(static_cast<uint8_t*>(ring) + i * slot, frame);
    return Injector(std::move(socket), ring, slot);
}

Injector::Injector(Injector&& other) noexcept
    : socket_(std::move(other.socket_)), ring_(std::exchange(other.ring_, nullptr)),
      slot_(other.slot_)
{}

Injector::~Injector()
{
    if (ring_) ::munmap(ring_, slot_ * burst);
}

Result<void> Injector::send(unsigned frames) const
{
    for (unsigned sent = 0; sent < frames; sent += burst) {
        for (unsigned i = 0; i < burst; ++i) {
            auto* head =
                reinterpret_cast<volatile tpacket2_hdr*>(static_cast<uint8_t*>(ring_) + i * slot_);
            if (head->tp_status != TP_STATUS_AVAILABLE)
                return error("PACKET_TX_RING", "send",
                             fmt::format("slot {} has status {:#x}", i, head->tp_status));
            head->tp_status = TP_STATUS_SEND_REQUEST;
        }
        if (::send(socket_.get(), nullptr, 0, 0) < 0) return errno_error("packet socket", "send");
    }
    return {};
}

} // namespace gueway::bench
