// SPDX-License-Identifier: GPL-2.0-only
#include "packet/ring_capture.h"

#include "packet/socket_option.h"

#include <atomic>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>

namespace gueway {

namespace {

// A slot has the frame, the kernel's header in front of it and room to align both.
constexpr unsigned slot = 128 << 10;
constexpr size_t ring_bytes = size_t{slot} * RingCapture::room;
static_assert(RingCapture::longest + 4096 < slot);

static_assert(RingCapture::room == 256 && ring_bytes == 32 << 20); // as errors say
constexpr const char* if_no_memory = "free memory: the ring takes 32 MiB";

constexpr SocketOption version = {SOL_PACKET, PACKET_VERSION, "PACKET_VERSION",
                                  "give a packet socket without a ring"};
constexpr SocketOption ring_option = {SOL_PACKET, PACKET_RX_RING, "PACKET_RX_RING", if_no_memory};

} // namespace

Result<RingCapture> RingCapture::start(Fd socket, int device_index, std::string object)
{
    TRY(set_option(socket, version, int{TPACKET_V2}, object));
    TRY(set_option(socket, ignore_outgoing, 1, object));
    TRY(set_option(socket, ring_option, tpacket_req{slot, room, slot, room}, object));
    void* ring = ::mmap(nullptr, ring_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, socket.get(), 0);
    if (ring == MAP_FAILED) return errno_error(object, "map its ring", if_no_memory);
    RingCapture made(std::move(socket), std::move(object), static_cast<uint8_t*>(ring));
    const sockaddr_ll place = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = device_index};
    if (::bind(made.fd(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0)
        return errno_error(made.object_, "bind", if_no_device);
    return made;
}

RingCapture::RingCapture(RingCapture&& other) noexcept
    : socket_(std::move(other.socket_)), object_(std::move(other.object_)),
      ring_(std::exchange(other.ring_, nullptr)), at_(other.at_)
{}

RingCapture::~RingCapture()
{
    if (ring_) ::munmap(ring_, ring_bytes);
}

Result<std::optional<Captured>> RingCapture::next()
{
    auto* const head = reinterpret_cast<tpacket2_hdr*>(ring_ + size_t{at_} * slot);
    const std::atomic_ref<uint32_t> status(head->tp_status);
    const uint32_t told = status.load(std::memory_order_acquire);
    if (!(told & TP_STATUS_USER)) return std::nullopt;
    Captured made;
    const uint8_t* const bytes = reinterpret_cast<const uint8_t*>(head) + head->tp_mac;
    made.bytes.assign(bytes, bytes + head->tp_snaplen);
    if (told & TP_STATUS_VLAN_VALID) made.vlan = head->tp_vlan_tci;
    made.checksum_pending = (told & TP_STATUS_CSUMNOTREADY) != 0;
    made.unix_ns = unix_ns(head->tp_sec, head->tp_nsec);
    const bool cut = head->tp_snaplen < head->tp_len;
    status.store(TP_STATUS_KERNEL, std::memory_order_release);
    at_ = (at_ + 1) % room;
    if (cut)
        return Error{object_, "capture", ENOBUFS, "a frame is longer than a slot",
                     "no BIG TCP: ip link set DEVICE gso_max_size 65536 gro_max_size 65536"};
    if (told & TP_STATUS_LOSING)
        return Error{object_, "capture", ENOBUFS, "frames were lost",
                     "send fewer at once: the ring has room for 256"};
    return made;
}

} // namespace gueway
