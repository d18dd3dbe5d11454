// SPDX-License-Identifier: GPL-2.0-only
#include "lab/machine.h"

#include "lab/interrupt.h"
#include "util/process.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>

namespace gueway {

namespace {

// Bytes from QEMU: a pipe whose write end QEMU opens by way of /dev/fd.
struct Tap {
    Fd read, write;

    static Result<Tap> make(bool inherited)
    {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), 0) != 0) return errno_error("pipe", "create");
        Tap tap{Fd(ends[0]), Fd(ends[1])};
        ::fcntl(tap.read.get(), F_SETFD, FD_CLOEXEC);
        if (!inherited) ::fcntl(tap.write.get(), F_SETFD, FD_CLOEXEC);
        return tap;
    }

    // What is there now; empty at the end, which also closes the tap.
    std::string take()
    {
        std::string block(65536, '\0');
        ssize_t n = 0;
        do n = ::read(read.get(), block.data(), block.size());
        while (n < 0 && errno == EINTR);
        block.resize(n > 0 ? static_cast<size_t>(n) : 0);
        if (block.empty()) read.reset();
        return block;
    }
};

// A file in memory that QEMU opens by way of /dev/fd: nothing is left behind even by SIGKILL.
Result<Fd> memory_file(const std::vector<std::string>& parts)
{
    Fd fd(::memfd_create("gueway-initrd", 0));
    if (!fd) return errno_error("initrd", "create in memory");
    for (const auto& part : parts) TRY(write_all(fd.get(), part, "initrd"));
    return fd;
}

class Machine {
public:
    Machine(const Watcher& watcher, Tap log, Tap messages, Tap words, Process qemu)
        : watcher_(watcher), log_(std::move(log)), messages_(std::move(messages)),
          words_(std::move(words)), qemu_(std::move(qemu))
    {
        for (Tap* tap : {&log_, &messages_, &words_}) tap->write.reset();
    }

    Result<MachineEnd> watch()
    {
        while (log_.read || messages_.read || words_.read) {
            if (interrupted()) return MachineEnd{MachineEnd::Why::interrupted, end_.words};
            const auto deadline = watcher_.deadline();
            if (deadline.passed()) return MachineEnd{MachineEnd::Why::timed_out, end_.words};
            TRY(step(deadline));
        }
        qemu_.wait(Deadline::never());
        return std::move(end_);
    }

private:
    Result<void> step(const Deadline& deadline)
    {
        std::array<pollfd, 3> set = {{{log_.read.get(), POLLIN, 0},
                                      {messages_.read.get(), POLLIN, 0},
                                      {words_.read.get(), POLLIN, 0}}};
        if (::poll(set.data(), set.size(), deadline.poll_timeout()) < 0) {
            if (errno == EINTR) return {};
            return errno_error("guest", "poll");
        }
        // What the kernel logged before a message was sent is read before the message is acted
        // on, so that a splat is blamed on the command that ran.
        if (set[1].revents) pending_ += messages_.take();
        if (::poll(set.data(), 1, 0) > 0) watcher_.console(log_.take());
        TRY(act_on_messages());
        if (set[2].revents) end_.words += words_.take();
        return {};
    }

    // A line may arrive in pieces; one that the guest did not finish before it died is dropped.
    Result<void> act_on_messages()
    {
        size_t begin = 0;
        for (size_t end; (end = pending_.find('\n', begin)) != pending_.npos; begin = end + 1) {
            const auto line = std::string_view(pending_).substr(begin, end - begin);
            TRY(watcher_.message(TRY(protocol::parse_line(line))));
        }
        pending_.erase(0, begin);
        return {};
    }

    const Watcher& watcher_;
    Tap log_, messages_, words_;
    Process qemu_;
    std::string pending_;
    MachineEnd end_;
};

Argv qemu_command(const MachineSpec& spec, int initrd, int log, int messages)
{
    using namespace qemu;
    auto argv = command(Bare{}, Processor{spec.lane, spec.accelerator}, Memory{spec.memory},
                        Boot{spec.kernel, "/dev/fd/" + std::to_string(initrd),
                             command_line(spec.lane, spec.kernel_words)},
                        DebugExit{}, SerialTo{log}, SerialTo{messages});
    if (spec.shell) add(argv, SerialConsole{});
    return argv;
}

Result<Process> start_qemu(const Argv& argv, bool shell, int words)
{
    const Process::Streams streams = {shell ? 0 : -1, shell ? 1 : words, words};
    auto qemu = Process::start(argv, streams);
    if (!qemu && qemu.error().code == ENOENT)
        return Error{"qemu-system-x86_64", "start", ENOENT, {}, "apt-get install qemu-system-x86"};
    return qemu;
}

} // namespace

Result<MachineEnd> run_machine(const MachineSpec& spec, const Watcher& watcher)
{
    const auto initrd = TRY(memory_file(spec.layers));
    auto log = TRY(Tap::make(true));
    auto messages = TRY(Tap::make(true));
    auto words = TRY(Tap::make(false));
    const auto argv = qemu_command(spec, initrd.get(), log.write.get(), messages.write.get());
    auto qemu = TRY(start_qemu(argv, spec.shell, words.write.get()));
    Machine machine(watcher, std::move(log), std::move(messages), std::move(words),
                    std::move(qemu));
    return machine.watch();
}

} // namespace gueway
