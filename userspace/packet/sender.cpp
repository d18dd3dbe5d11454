// SPDX-License-Identifier: GPL-2.0-only
#include "packet/sender.h"

#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace gueway {

Result<Sender> Sender::open(Fd socket, int device_index, std::string object)
{
    const int on = 1;
    if (::setsockopt(socket.get(), SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on) != 0)
        return errno_error(object, "set PACKET_VNET_HDR");
    // Without a protocol it hears nothing, and the kernel takes each frame's own.
    const sockaddr_ll place = {.sll_family = AF_PACKET, .sll_ifindex = device_index};
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0)
        return errno_error(object, "bind");
    return Sender(std::move(socket), std::move(object));
}

Result<void> Sender::send(std::span<const uint8_t> frame, const FrameOffload& offload) const
{
    auto head = offload;
    const std::array<iovec, 2> parts = {iovec{&head, sizeof head},
                                        iovec{const_cast<uint8_t*>(frame.data()), frame.size()}};
    if (::writev(socket_.get(), parts.data(), parts.size()) >= 0) return {};
    return errno_error(object_, fmt::format("send a frame of {} bytes", frame.size()));
}

} // namespace gueway
