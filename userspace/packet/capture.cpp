// SPDX-License-Identifier: GPL-2.0-only
#include "packet/capture.h"

#include "encap/sizes.h"
#include "packet/octets.h"
#include "packet/socket_option.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <poll.h>
#include <sys/socket.h>

namespace gueway {

namespace {

constexpr size_t longest = 128 << 10; // of a frame; longer ones only if somebody asked for BIG TCP

constexpr const char* if_no_packet_socket = "give a packet socket of type SOCK_RAW, without a ring";
constexpr SocketOption auxiliary = {SOL_PACKET, PACKET_AUXDATA, "PACKET_AUXDATA",
                                    if_no_packet_socket};
constexpr SocketOption offload_header = {SOL_PACKET, PACKET_VNET_HDR, "PACKET_VNET_HDR",
                                         if_no_packet_socket};
constexpr SocketOption queue_room = {SOL_SOCKET, SO_RCVBUFFORCE, "SO_RCVBUFFORCE",
                                     "run this as root: it takes CAP_NET_ADMIN"};
constexpr SocketOption timestamps = {SOL_SOCKET, SO_TIMESTAMPNS, "SO_TIMESTAMPNS",
                                     if_no_packet_socket};

bool is_tag(uint16_t ethertype)
{
    constexpr uint16_t service_tag = 0x88a8; // 802.1ad
    return ethertype == ETHERTYPE_VLAN || ethertype == service_tag;
}

void read_notes(msghdr& message, Captured& into)
{
    for (auto* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
            timespec time{};
            std::memcpy(&time, CMSG_DATA(c), sizeof time);
            into.unix_ns = unix_ns(time.tv_sec, time.tv_nsec);
        }
        if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA) continue;
        tpacket_auxdata data{};
        std::memcpy(&data, CMSG_DATA(c), sizeof data);
        if (data.tp_status & TP_STATUS_VLAN_VALID) into.vlan = data.tp_vlan_tci;
        into.checksum_pending = (data.tp_status & TP_STATUS_CSUMNOTREADY) != 0;
    }
}

// recvmsg(2), without waiting; nothing when there is nothing. `buffers` are filled in order.
struct Received {
    size_t size = 0;
    bool truncated = false, outgoing = false;
};
Result<std::optional<Received>> receive(const Fd& socket, const std::string& object,
                                        std::span<iovec> buffers, Captured& into)
{
    sockaddr_ll from{};
    alignas(cmsghdr) std::array<char, 256> control{};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = buffers.data();
    message.msg_iovlen = buffers.size();
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const auto size = ::recvmsg(socket.get(), &message, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
    if (size < 0) return errno_error(object, "receive");
    read_notes(message, into);
    return Received{static_cast<size_t>(size), (message.msg_flags & MSG_TRUNC) != 0,
                    from.sll_pkttype == PACKET_OUTGOING};
}

} // namespace

uint16_t Captured::ethertype() const
{
    const auto at = network();
    return at >= ETH_HLEN && at <= bytes.size() ? be16(bytes, at - 2) : 0;
}

unsigned Captured::network() const
{
    unsigned at = ETH_HLEN;
    while (at <= bytes.size() && is_tag(be16(bytes, at - 2))) at += vlan_tag;
    return std::min(at, static_cast<unsigned>(bytes.size()));
}

std::optional<unsigned> Captured::pending_at() const
{
    if (!offload || !(offload->flags & offload_needs_checksum)) return {};
    if (offload->checksum_start < network()) return {};
    return offload->checksum_start - network();
}

Result<Capture> Capture::start(Fd socket, int device_index, std::string object,
                               const CaptureOptions& options)
{
    TRY(set_option(socket, auxiliary, 1, object));
    TRY(set_option(socket, queue_room, options.room, object));
    if (options.times) TRY(set_option(socket, timestamps, 1, object));
    if (!options.outgoing) TRY(set_option(socket, ignore_outgoing, 1, object));
    Capture made(std::move(socket), std::move(object), options.offload);
    if (options.offload) TRY(made.set_offload(true));
    const sockaddr_ll place = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = device_index};
    if (::bind(made.socket_.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0)
        return errno_error(made.object_, "bind", if_no_device);
    made.buffer_.resize(longest);
    return made;
}

Result<void> Capture::set_offload(bool on) const
{
    return set_option(socket_, offload_header, on ? 1 : 0, object_);
}

// A frame that the kernel cannot tell of is EINVAL, and is gone (net/packet/af_packet.c,
// packet_recvmsg): so it is asked for without being taken out.
Result<Capture::Told> Capture::peek() const
{
    FrameOffload head;
    if (::recv(socket_.get(), &head, sizeof head, MSG_PEEK | MSG_DONTWAIT) >= 0) return Told::told;
    if (errno == EINVAL) return Told::untold;
    if (errno == EAGAIN || errno == EINTR) return Told::nothing_waits;
    return errno_error(object_, "look at the next frame");
}

Result<std::optional<Captured>> Capture::take()
{
    const auto told = offload_ ? TRY(peek()) : Told::untold;
    if (told == Told::nothing_waits) return std::nullopt;
    const bool with_head = told == Told::told;
    if (offload_ && !with_head) TRY(set_offload(false));
    Captured made{.untold = offload_ && !with_head};
    FrameOffload head;
    std::array<iovec, 2> buffers = {iovec{&head, with_head ? sizeof head : 0},
                                    iovec{buffer_.data(), buffer_.size()}};
    const auto received = receive(socket_, object_, buffers, made);
    if (offload_ && !with_head) TRY(set_offload(true));
    if (!TRY(received)) return std::nullopt;
    if ((*received)->truncated)
        return error(object_, "receive", fmt::format("a frame of more than {} bytes", longest));
    made.outgoing = (*received)->outgoing;
    if (with_head) made.offload = head;
    const auto size = (*received)->size - (with_head ? sizeof head : 0);
    made.bytes.assign(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(size));
    return made;
}

Result<std::optional<Captured>> Capture::next(const Deadline& deadline)
{
    for (;;) {
        if (auto captured = TRY(take())) return captured;
        pollfd ready = {.fd = socket_.get(), .events = POLLIN, .revents = 0};
        const int found = ::poll(&ready, 1, deadline.poll_timeout());
        if (found < 0 && errno != EINTR) return errno_error(object_, "wait for a frame");
        if (found == 0) return std::nullopt;
    }
}

Result<std::vector<Captured>> Capture::all()
{
    std::vector<Captured> found;
    while (auto captured = TRY(take())) found.push_back(std::move(*captured));
    tpacket_stats lost{};
    socklen_t size = sizeof lost;
    if (::getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &lost, &size) != 0)
        return errno_error(object_, "read statistics");
    if (lost.tp_drops == 0) return found;
    return Error{object_, "listen", ENOBUFS,
                 fmt::format("{} frames found no room in the queue", lost.tp_drops),
                 "more room, or read more often"};
}

} // namespace gueway
