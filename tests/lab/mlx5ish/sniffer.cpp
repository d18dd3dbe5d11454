// SPDX-License-Identifier: GPL-2.0-only
#include "sniffer.h"

#include "link/device.h"
#include "packet/socket_option.h"

#include <cerrno>

#include <fcntl.h>
#include <linux/filter.h>
#include <sys/socket.h>

namespace gueway {

namespace {

constexpr const char* if_no_right = "run this as root, on Linux with socket filters";
constexpr SocketOption filter = {SOL_SOCKET, SO_ATTACH_FILTER, "SO_ATTACH_FILTER", if_no_right};
constexpr SocketOption mark = {SOL_SOCKET, SO_MARK, "SO_MARK", if_no_right};
constexpr SocketOption priority = {SOL_SOCKET, SO_PRIORITY, "SO_PRIORITY", if_no_right};

} // namespace

Result<Sniffer> Sniffer::listen(const Namespace& where, const std::string& device_name)
{
    const auto object = where.rtnl().object("packet socket on " + device_name);
    auto socket = TRY(where.socket(AF_PACKET, SOCK_RAW, 0));
    Fd same(::fcntl(socket.get(), F_DUPFD_CLOEXEC, 0));
    auto capture =
        TRY(Capture::start(std::move(socket), TRY(device(where, device_name)).index, object));
    return Sniffer(std::move(same), std::move(capture), object);
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
    TRY(set_option(socket_, filter, whole, object_));
    TRY(all());
    return {};
}

Result<std::optional<Sniffed>> Sniffer::next(const Deadline& deadline) const
{
    return capture_->next(deadline);
}

Result<std::vector<Sniffed>> Sniffer::all() const
{
    return capture_->all();
}

Result<void> Sniffer::send(std::span<const uint8_t> frame, const Notes& notes) const
{
    TRY(set_option(socket_, mark, notes.mark, object_));
    TRY(set_option(socket_, priority, notes.priority, object_));
    if (::send(socket_.get(), frame.data(), frame.size(), 0) >= 0) return {};
    return Error{object_, "send " + std::to_string(frame.size()) + " bytes", errno, {}, {}};
}

} // namespace gueway
