// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cost/injector.h"

#include "link/device.h"

#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <sys/mman.h>
#include <sys/socket.h>

namespace gueway::bench {

namespace {

constexpr size_t page = 4096;
// Where the kernel looks for the frame in a slot (net/packet/af_packet.c, tpacket_parse_header).
constexpr size_t frame_at = TPACKET2_HDRLEN - sizeof(sockaddr_ll);

size_t slot_bytes(size_t frame)
{
    const auto needed = frame_at + sizeof(FrameOffload) + frame;
    return (needed + page - 1) / page * page;
}

void fill(uint8_t* slot, const FrameOffload& offload, const std::vector<uint8_t>& frame)
{
    auto* head = reinterpret_cast<tpacket2_hdr*>(slot);
    head->tp_len = static_cast<uint32_t>(sizeof offload + frame.size());
    std::memcpy(slot + frame_at, &offload, sizeof offload);
    std::memcpy(slot + frame_at + sizeof offload, frame.data(), frame.size());
}

template <class T>
Result<void> set(const Fd& socket, int option, const T& value, const char* name)
{
    if (::setsockopt(socket.get(), SOL_PACKET, option, &value, sizeof value) < 0)
        return errno_error(name, "set");
    return {};
}

} // namespace

Result<Injector> Injector::open(const Namespace& where, const std::string& name,
                                const TcpFrame& frame)
{
    return open(where, name, std::vector<TcpFrame>(burst, frame));
}

Result<Injector> Injector::open(const Namespace& where, const std::string& name,
                                const std::vector<TcpFrame>& frames)
{
    auto socket = TRY(where.socket(AF_PACKET, SOCK_RAW));
    TRY(set(socket, PACKET_VERSION, int{TPACKET_V2}, "PACKET_VERSION"));
    TRY(set(socket, PACKET_VNET_HDR, 1, "PACKET_VNET_HDR"));
    const auto slot = slot_bytes(bytes(frames.at(0)).size());
    const auto size = static_cast<unsigned>(slot), slots = static_cast<unsigned>(frames.size());
    TRY(set(socket, PACKET_TX_RING, tpacket_req{size, slots, size, slots}, "PACKET_TX_RING"));
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETHERTYPE_IP);
    address.sll_ifindex = TRY(device(where, name)).index;
    if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0)
        return errno_error("packet socket", "bind to " + name);
    void* ring = ::mmap(nullptr, slot * slots, PROT_READ | PROT_WRITE, MAP_SHARED, socket.get(), 0);
    if (ring == MAP_FAILED) return errno_error("PACKET_TX_RING", "map");
    Injector made(std::move(socket), ring, slot, slots);
    for (unsigned i = 0; i < slots; ++i) fill(made.slot(i), offload(frames[i]), bytes(frames[i]));
    return made;
}

Injector::Injector(Injector&& other) noexcept
    : socket_(std::move(other.socket_)), ring_(std::exchange(other.ring_, nullptr)),
      slot_(other.slot_), slots_(other.slots_)
{}

Injector::~Injector()
{
    if (ring_) ::munmap(ring_, slot_ * slots_);
}

Result<void> Injector::send(unsigned frames) const
{
    for (unsigned sent = 0; sent < frames; sent += slots_) {
        for (unsigned i = 0; i < slots_; ++i) {
            auto* head = reinterpret_cast<volatile tpacket2_hdr*>(slot(i));
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
