// SPDX-License-Identifier: GPL-2.0-only
// Frames as a device hands them to whoever listens (packet(7)).
//
// What is captured shares its bytes with the packet that goes on. Where it was received, the
// receiver may have written into it by the time that it is read: fou puts remote checksums right
// in place. Capture what is to be judged where it is only passed on, or where it leaves.
#pragma once

#include "packet/offload.h"
#include "util/deadline.h"
#include "util/fd.h"
#include "util/result.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gueway {

//   outgoing  also what leaves through the device
//   offload   tell of each frame what is in Captured::offload, which costs a system call
//   times     tell of each frame when it passed; the kernel looks at the clock for each
//   room      bytes of the socket's queue, as the kernel counts them: a frame of 64 KiB about 80
//   KiB
struct CaptureOptions {
    bool outgoing = true;
    bool offload = false;
    bool times = false;
    int room = 32 << 20;
};

// `bytes` begin with the Ethernet header.
//   vlan              tag control that is beside the bytes, not in them: one that a device took
//                     out, or has yet to put in
//   checksum_pending  CHECKSUM_PARTIAL: nobody has computed it yet
//   offload           if asked for: which checksum is pending and from where on; gso_type and
//                     segment of a GSO packet that was handed over whole
//   untold            instead: a GSO packet of which the kernel has no words to tell. That is
//                     UDP_SEGMENT before 6.2 and SCTP on any; TCP is told everywhere, in a tunnel
//                     or not
//   unix_ns   when it passed, if asked for; else 0
struct Captured {
    std::vector<uint8_t> bytes;
    bool outgoing = false;
    std::optional<uint16_t> vlan;
    bool checksum_pending = false;
    std::optional<FrameOffload> offload;
    bool untold = false;
    uint64_t unix_ns = 0;

    // Behind VLAN tags that are in the bytes; 0 when they end before it.
    uint16_t ethertype() const;
    // Where the network header begins: 14, or more by such tags.
    unsigned network() const;
    std::span<const uint8_t> packet() const { return std::span(bytes).subspan(network()); }
    // A GSO packet as one: bytes are longer than what will be on a wire.
    bool whole() const { return untold || (offload && offload->gso_type != gso_none); }
    // checksum_start of a pending checksum, from the network header on.
    std::optional<unsigned> pending_at() const;
};

constexpr uint64_t unix_ns(auto seconds, auto nanoseconds)
{
    constexpr uint64_t ns = 1'000'000'000;
    return static_cast<uint64_t>(seconds) * ns + static_cast<uint64_t>(nanoseconds);
}

// Sees what passes the device from its making on. Move-only.
class Capture {
public:
    // `socket` is AF_PACKET, SOCK_RAW, protocol 0 (which hears nothing), made in the device's
    // namespace; `object` names it in errors. Needs CAP_NET_ADMIN for the room.
    static Result<Capture> start(Fd socket, int device_index, std::string object,
                                 const CaptureOptions& options = {});

    // The next one; nothing when none came by the deadline.
    Result<std::optional<Captured>> next(const Deadline& deadline);
    // All that wait now. An Error when the kernel had no room for some since the last time
    // (ENOBUFS).
    Result<std::vector<Captured>> all();

private:
    Capture(Fd socket, std::string object, bool offload)
        : socket_(std::move(socket)), object_(std::move(object)), offload_(offload)
    {}
    enum class Told : uint8_t { nothing_waits, told, untold };
    Result<Told> peek() const;
    Result<std::optional<Captured>> take();
    Result<void> set_offload(bool on) const;

    Fd socket_;
    std::string object_;
    bool offload_;
    std::vector<uint8_t> buffer_;
};

} // namespace gueway
