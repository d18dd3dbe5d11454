// SPDX-License-Identifier: GPL-2.0-only
// Options of packet sockets (packet(7), socket(7)), with names for errors. For .cpp files only.
#pragma once

#include "util/fd.h"
#include "util/result.h"

#include <string>

#include <linux/if_packet.h>
#include <sys/socket.h>

namespace gueway {

//   name    as in the headers: "PACKET_VERSION"
//   remedy  when the kernel refuses
struct SocketOption {
    int level, number;
    const char *name, *remedy;
};

// An Error names `object` and the option.
template <class T>
Result<void> set_option(const Fd& socket, const SocketOption& option, const T& value,
                        const std::string& object)
{
    if (::setsockopt(socket.get(), option.level, option.number, &value, sizeof value) == 0)
        return {};
    return errno_error(object, std::string("set ") + option.name, option.remedy);
}

inline constexpr const char* if_no_device = "is the device there, and up? ip link show";
inline constexpr SocketOption ignore_outgoing = {
    SOL_PACKET, PACKET_IGNORE_OUTGOING, "PACKET_IGNORE_OUTGOING", "take Linux 4.20 or newer"};

} // namespace gueway
