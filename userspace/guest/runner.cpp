// SPDX-License-Identifier: GPL-2.0-only
#include "guest/runner.h"

#include "util/process.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>

namespace gueway::guest {

namespace {

using protocol::Message;
using Kind = Message::Kind;

// One of the command's output streams: bytes in, messages out.
struct Stream {
    int number;
    Fd fd;
};

// False when nothing is left to read now: the end, or an empty pipe.
bool forward(Stream& stream, const std::string& id, const Port& port)
{
    char block[8192];
    const ssize_t n = ::read(stream.fd.get(), block, sizeof block);
    if (n < 0 && errno == EINTR) return true;
    if (n < 0) return false;
    if (n == 0) {
        stream.fd.reset();
        return false;
    }
    port.send({.kind = Kind::output,
               .id = id,
               .data = std::string(block, static_cast<size_t>(n)),
               .stream = stream.number});
    return true;
}

Result<std::pair<Stream, Fd>> make_stream(int number)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error("pipe", "create");
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return std::pair(Stream{number, Fd(ends[0])}, Fd(ends[1]));
}

// More than a full pipe holds, in reads of 8 KiB: what a background child goes on writing is not
// waited for either.
constexpr int last_reads = 32;

// Forwards until the command itself has ended and its pipes are empty. The pipes may be held open
// by background children for ever, so their end is not waited for.
int pump(Process& child, std::array<Stream, 2>& streams, const std::string& id, const Port& port)
{
    const Fd ended(static_cast<int>(::syscall(SYS_pidfd_open, child.pid(), 0)));
    for (;;) {
        std::array<pollfd, 3> set = {{{streams[0].fd.get(), POLLIN, 0},
                                      {streams[1].fd.get(), POLLIN, 0},
                                      {ended.get(), POLLIN, 0}}};
        ::poll(set.data(), set.size(), -1);
        for (size_t i = 0; i < streams.size(); ++i)
            if (set[i].revents) forward(streams[i], id, port);
        if (!set[2].revents) continue;
        for (auto& stream : streams)
            for (int reads = 0; reads < last_reads && stream.fd; ++reads)
                if (!forward(stream, id, port)) break;
        return child.wait(Deadline::never()).value_or(0);
    }
}

Result<int> spawn_and_pump(const protocol::Command& command, const Port& port)
{
    auto [out, out_end] = TRY(make_stream(1));
    auto [err, err_end] = TRY(make_stream(2));
    auto child = TRY(Process::start(command.argv, {-1, out_end.get(), err_end.get()}));
    out_end.reset();
    err_end.reset();
    std::array streams = {std::move(out), std::move(err)};
    return pump(child, streams, command.id, port);
}

} // namespace

int run_command(const protocol::Command& command, const Port& port)
{
    port.send({.kind = Kind::start, .id = command.id});
    const auto status = spawn_and_pump(command, port);
    if (!status) {
        port.send({.kind = Kind::output,
                   .id = command.id,
                   .data = status.error().text() + "\n",
                   .stream = 2});
        port.send({.kind = Kind::result,
                   .id = command.id,
                   .why = "missing",
                   .status = protocol::status_missing});
        return protocol::status_missing;
    }
    port.send({.kind = Kind::result,
               .id = command.id,
               .why = *status > 128 && *status <= 128 + SIGRTMAX ? "signal" : "exit",
               .status = *status});
    return *status;
}

} // namespace gueway::guest
