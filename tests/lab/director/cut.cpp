// SPDX-License-Identifier: GPL-2.0-only
#include "cut.h"

#include "util/fd.h"
#include "util/text.h"

#include <algorithm>
#include <csignal>
#include <cstring>

#include <fmt/format.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gueway {

namespace {

void* their(uint64_t address)
{
    return reinterpret_cast<void*>(address); // NOLINT(performance-no-int-to-ptr): never followed
}

// Memory of the traced program; short where it ends.
std::vector<uint8_t> peek(pid_t pid, uint64_t address, size_t size)
{
    std::vector<uint8_t> bytes(size);
    iovec here{bytes.data(), size}, there{their(address), size};
    const ssize_t got = ::process_vm_readv(pid, &here, 1, &there, 1, 0);
    bytes.resize(got > 0 ? static_cast<size_t>(got) : 0);
    return bytes;
}

// Of a socket of theirs: NETLINK_ROUTE, ...; -1: it is not of netlink.
int netlink_protocol(pid_t pid, int their_socket)
{
    // By number: <sys/pidfd.h> of glibc 2.36 is for C alone.
    const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    const Fd socket(static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), their_socket, 0)));
    int domain = 0, protocol = -1;
    socklen_t size = sizeof domain;
    if (::getsockopt(socket.get(), SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 ||
        domain != AF_NETLINK)
        return -1;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_PROTOCOL, &protocol, &size);
    return protocol;
}

// See Sent. Types of rtnetlink come in fours: new, delete, get, set (net/core/rtnetlink.c,
// rtnl_msgtype_kind).
bool changes(int protocol, const nlmsghdr& head)
{
    constexpr int kinds = 4, get = RTM_GETLINK - RTM_BASE;
    if (protocol == NETLINK_ROUTE) return (head.nlmsg_type - RTM_BASE) % kinds != get;
    if (protocol == NETLINK_GENERIC)
        return head.nlmsg_type != GENL_ID_CTRL && (head.nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP;
    return true;
}

// The netlink messages of a buffer: offsets behind each, and whether one of them changes something.
struct Messages {
    std::vector<size_t> ends;
    bool change = false;
};
Messages messages_of(const std::vector<uint8_t>& bytes, int protocol)
{
    Messages found;
    size_t at = 0;
    while (at + sizeof(nlmsghdr) <= bytes.size()) {
        nlmsghdr head;
        std::memcpy(&head, bytes.data() + at, sizeof head);
        if (head.nlmsg_len < sizeof head || at + head.nlmsg_len > bytes.size()) break;
        found.change |= changes(protocol, head);
        at += NLMSG_ALIGN(head.nlmsg_len);
        found.ends.push_back(std::min(at, bytes.size()));
    }
    found.change |= found.ends.empty(); // what is not understood is not harmless
    return found;
}

// A send as the program is about to make it; only sendto's length is in a register.
struct Send {
    user_regs_struct registers{};
    Messages messages;
    bool apart = false;
};

bool is_send(uint64_t call)
{
    return call == SYS_sendto || call == SYS_sendmsg;
}

// What a program can change the kernel by, beside what it sends: files, and other programs.
bool is_apart(uint64_t call)
{
    switch (call) {
    case SYS_write:
    case SYS_writev:
    case SYS_pwrite64:
    case SYS_fork:
    case SYS_vfork:
    case SYS_clone:
    case SYS_clone3:
        return true;
    default:
        return false;
    }
}

std::vector<uint8_t> payload(pid_t pid, const user_regs_struct& registers)
{
    if (registers.orig_rax == SYS_sendto) return peek(pid, registers.rsi, registers.rdx);
    const auto head = peek(pid, registers.rsi, sizeof(msghdr));
    msghdr message;
    if (head.size() != sizeof message) return {};
    std::memcpy(&message, head.data(), sizeof message);
    const auto vector = peek(pid, reinterpret_cast<uint64_t>(message.msg_iov), sizeof(iovec));
    iovec first;
    if (vector.size() != sizeof first) return {};
    std::memcpy(&first, vector.data(), sizeof first);
    return peek(pid, reinterpret_cast<uint64_t>(first.iov_base), first.iov_len);
}

void edit(pid_t pid, const user_regs_struct& registers,
          const std::function<void(std::vector<uint8_t>&)>& change)
{
    auto bytes = payload(pid, registers);
    change(bytes);
    if (registers.orig_rax != SYS_sendto) return;
    iovec here{bytes.data(), bytes.size()}, there{their(registers.rsi), bytes.size()};
    ::process_vm_writev(pid, &here, 1, &there, 1, 0);
}

// Lets the program go on to its next system call, in or out; false when it has ended.
bool step(pid_t pid, int& status)
{
    int signal = 0;
    for (;;) {
        if (::ptrace(PTRACE_SYSCALL, pid, nullptr, signal) < 0) return false;
        if (::waitpid(pid, &status, 0) < 0 || WIFEXITED(status) || WIFSIGNALED(status))
            return false;
        if (WSTOPSIG(status) == (SIGTRAP | 0x80)) return true;
        signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
    }
}

int kill_and_reap(pid_t pid)
{
    int status = 0;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, &status, 0);
    return status;
}

// The next send on its way into the kernel; nothing when the program ends first.
std::optional<Send> next_send(pid_t pid, int& status)
{
    Send send;
    while (step(pid, status)) {
        auto& registers = send.registers;
        ::ptrace(PTRACE_GETREGS, pid, nullptr, &registers);
        if (is_send(registers.orig_rax)) {
            send.messages = messages_of(payload(pid, registers),
                                        netlink_protocol(pid, static_cast<int>(registers.rdi)));
            return send;
        }
        send.apart |= is_apart(registers.orig_rax);
        if (!step(pid, status)) return {}; // out again
    }
    return {};
}

pid_t start_traced(const Argv& argv)
{
    std::vector<char*> words;
    for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::execvp(words[0], words.data());
    ::_exit(127);
}

} // namespace

Result<CutOutcome> run_cut(const Argv& argv, const std::optional<Cut>& cut, const Beside& beside)
{
    const pid_t pid = start_traced(argv);
    if (pid < 0) return errno_error(quoted(argv), "start");
    int status = 0;
    if (::waitpid(pid, &status, 0) < 0 || !WIFSTOPPED(status))
        return error(quoted(argv), "trace", "it did not stop at its start");
    ::ptrace(PTRACE_SETOPTIONS, pid, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);

    CutOutcome outcome;
    while (auto send = next_send(pid, status)) {
        if (beside.meanwhile) beside.meanwhile();
        if (beside.edit) edit(pid, send->registers, beside.edit);
        const bool here = cut && cut->send == outcome.sends.size();
        const auto& [ends, change] = send->messages;
        outcome.sends.push_back({ends.size(), change, send->apart});
        if (here && cut->moment == Cut::Moment::before) return kill_and_reap(pid), outcome;
        if (here && cut->moment == Cut::Moment::within) {
            if (send->registers.orig_rax != SYS_sendto || cut->messages > ends.size())
                return kill_and_reap(pid), error(quoted(argv), text(*cut), "no such batch");
            send->registers.rdx = cut->messages ? ends[cut->messages - 1] : 0;
            ::ptrace(PTRACE_SETREGS, pid, nullptr, &send->registers);
        }
        if (!step(pid, status)) break; // out of the system call: the kernel has done what it does
        if (here) return kill_and_reap(pid), outcome;
    }
    outcome.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return outcome;
}

std::vector<Cut> every_cut(const std::vector<Sent>& sends)
{
    using enum Cut::Moment;
    std::vector<Cut> cuts;
    for (size_t i = 0; i < sends.size(); ++i) {
        if (i == 0 || sends[i].apart) cuts.push_back({i, before, 0});
        if (!sends[i].changes) continue;
        for (size_t some = 1; some < sends[i].messages; ++some) cuts.push_back({i, within, some});
        cuts.push_back({i, after, 0});
    }
    return cuts;
}

std::string text(const Cut& cut)
{
    switch (cut.moment) {
    case Cut::Moment::before:
        return fmt::format("before send {}", cut.send);
    case Cut::Moment::within:
        return fmt::format("within send {}, after message {}", cut.send, cut.messages);
    case Cut::Moment::after:
        return fmt::format("after send {}", cut.send);
    }
    return {};
}

} // namespace gueway
