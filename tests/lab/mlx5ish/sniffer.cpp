// SPDX-License-Identifier: GPL-2.0-only
#include "sniffer.h"

#include "link/device.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/socket.h>

namespace gueway {

namespace {

constexpr int room = 32 << 20; // bytes of the socket's queue
constexpr size_t longest = 70000;

template <class T>
Result<void> set(const Fd& socket, int level, int name, const T& value, const std::string& object)
{
    if (::setsockopt(socket.get(), level, name, &value, sizeof value) == 0) return {};
    return Error{object, "set option " + std::to_string(name), errno, {}, {}};
}

void read_notes(const msghdr& message, Sniffed& sniffed)
{
    for (auto* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(const_cast<msghdr*>(&message), c)) {
        if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA) continue;
        tpacket_auxdata data{};
        std::memcpy(&data, CMSG_DATA(c), sizeof data);
        if (data.tp_status & TP_STATUS_VLAN_VALID) sniffed.vlan = data.tp_vlan_tci;
        sniffed.checksum_pending = (data.tp_status & TP_STATUS_CSUMNOTREADY) != 0;
    }
}

} // namespace

Result<Sniffer> Sniffer::listen(const Namespace& where, const std::string& device_name)
{
    const auto object = where.rtnl().object("packet socket on " + device_name);
    auto socket = TRY(where.socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)));
    TRY(set(socket, SOL_PACKET, PACKET_AUXDATA, 1, object));
    TRY(set(socket, SOL_SOCKET, SO_RCVBUFFORCE, room, object));
    const sockaddr_ll place = {.sll_family = AF_PACKET,
                               .sll_protocol = htons(ETH_P_ALL),
                               .sll_ifindex = TRY(device(where, device_name)).index};
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0)
        return Error{object, "bind", errno, {}, {}};
    Sniffer made(std::move(socket), object);
    TRY(made.all()); // what came before it was bound, from any device
    return made;
}

Result<void> Sniffer::only_hashed(bool hashed) const
{
    constexpr uint32_t everything = 0xffffffff;
    const uint32_t load_hash = static_cast<uint32_t>(SKF_AD_OFF + SKF_AD_RXHASH);
    sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, load_hash),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, hashed ? 0 : everything),
        BPF_STMT(BPF_RET | BPF_K, hashed ? everything : 0),
    };
    const sock_fprog whole = {.len = std::size(program), .filter = program};
    TRY(set(socket_, SOL_SOCKET, SO_ATTACH_FILTER, whole, object_));
    TRY(all());
    return {};
}

Result<std::optional<Sniffed>> Sniffer::next(const Deadline& deadline) const
{
    pollfd ready = {.fd = socket_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, deadline.poll_timeout()) <= 0) return std::nullopt;
    Sniffed sniffed;
    sniffed.bytes.resize(longest);
    sockaddr_ll from{};
    alignas(cmsghdr) std::array<char, 256> control{};
    iovec bytes = {.iov_base = sniffed.bytes.data(), .iov_len = sniffed.bytes.size()};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &bytes;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const auto size = ::recvmsg(socket_.get(), &message, 0);
    if (size < 0) return Error{object_, "receive", errno, {}, {}};
    sniffed.bytes.resize(static_cast<size_t>(size));
    sniffed.outgoing = from.sll_pkttype == PACKET_OUTGOING;
    read_notes(message, sniffed);
    return sniffed;
}

Result<std::vector<Sniffed>> Sniffer::all() const
{
    std::vector<Sniffed> found;
    while (auto sniffed = TRY(next(Deadline::after(std::chrono::milliseconds(0)))))
        found.push_back(std::move(*sniffed));
    tpacket_stats lost{};
    socklen_t size = sizeof lost;
    if (::getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &lost, &size) != 0)
        return Error{object_, "read statistics", errno, {}, {}};
    if (lost.tp_drops) return error(object_, "listen", "the queue was too small", "a larger room");
    return found;
}

Result<void> Sniffer::send(std::span<const uint8_t> frame, const Notes& notes) const
{
    TRY(set(socket_, SOL_SOCKET, SO_MARK, notes.mark, object_));
    TRY(set(socket_, SOL_SOCKET, SO_PRIORITY, notes.priority, object_));
    if (::send(socket_.get(), frame.data(), frame.size(), 0) >= 0) return {};
    return Error{object_, "send " + std::to_string(frame.size()) + " bytes", errno, {}, {}};
}

} // namespace gueway
