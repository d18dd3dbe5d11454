// SPDX-License-Identifier: GPL-2.0-only
#include "packet/ring_capture.h"

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

template <class T>
Result<void> set(const Fd& socket, int name, const T& value, const std::string& object)
{
    if (::setsockopt(socket.get(), SOL_PACKET, name, &value, sizeof value) == 0) return {};
    return Error{object, "set option " + std::to_string(name), errno, {}, {}};
}

} // namespace

Result<RingCapture> RingCapture::start(Fd socket, int device_index, std::string object)
{
    TRY(set(socket, PACKET_VERSION, int{TPACKET_V2}, object));
    TRY(set(socket, PACKET_IGNORE_OUTGOING, 1, object));
    TRY(set(socket, PACKET_RX_RING, tpacket_req{slot, room, slot, room}, object));
    void* ring = ::mmap(nullptr, ring_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, socket.get(), 0);
    if (ring == MAP_FAILED) return Error{object, "map its ring", errno, {}, {}};
    RingCapture made(std::move(socket), std::move(object), static_cast<uint8_t*>(ring));
    const sockaddr_ll place = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = device_index};
    if (::bind(made.fd(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0)
        return Error{made.object_, "bind", errno, {}, {}};
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
    if (cut) return Error{object_, "capture", ENOBUFS, "a frame is longer than a slot", {}};
    if (told & TP_STATUS_LOSING) return Error{object_, "capture", ENOBUFS, "frames were lost", {}};
    return made;
}

} // namespace gueway
