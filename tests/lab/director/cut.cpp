// SPDX-License-Identifier: GPL-2.0-only
#include "cut.h"

#include "util/text.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <set>

#include <linux/netlink.h>
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

// Offsets behind each netlink message of a buffer.
std::vector<size_t> message_ends(const std::vector<uint8_t>& bytes)
{
    std::vector<size_t> ends;
    size_t at = 0;
    while (at + sizeof(nlmsghdr) <= bytes.size()) {
        nlmsghdr head;
        std::memcpy(&head, bytes.data() + at, sizeof head);
        if (head.nlmsg_len < sizeof head || at + head.nlmsg_len > bytes.size()) break;
        at += NLMSG_ALIGN(head.nlmsg_len);
        ends.push_back(std::min(at, bytes.size()));
    }
    return ends;
}

// A send as the program is about to make it; only sendto's length is in a register.
struct Send {
    user_regs_struct registers{};
    std::vector<size_t> ends;
};

bool is_send(uint64_t call)
{
    return call == SYS_sendto || call == SYS_sendmsg;
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
    while (step(pid, status)) {
        Send send;
        ::ptrace(PTRACE_GETREGS, pid, nullptr, &send.registers);
        if (is_send(send.registers.orig_rax)) {
            send.ends = message_ends(payload(pid, send.registers));
            return send;
        }
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
        const bool here = cut && cut->send == outcome.messages.size();
        outcome.messages.push_back(send->ends.size());
        if (here && cut->moment == Cut::Moment::before) return kill_and_reap(pid), outcome;
        if (here && cut->moment == Cut::Moment::within) {
            send->registers.rdx = send->ends.at(cut->messages - 1);
            ::ptrace(PTRACE_SETREGS, pid, nullptr, &send->registers);
        }
        if (!step(pid, status)) break; // out of the system call: the kernel has done what it does
        if (here) return kill_and_reap(pid), outcome;
    }
    outcome.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return outcome;
}

std::vector<Cut> every_cut(const std::vector<size_t>& messages)
{
    std::vector<Cut> cuts;
    for (size_t send = 0; send < messages.size(); ++send) {
        if (send == 0) cuts.push_back({send, Cut::Moment::before, 0});
        const size_t count = messages[send];
        std::set<size_t> within;
        if (count > 1) within = {1, count / 2, count - 1};
        for (const size_t some : within) cuts.push_back({send, Cut::Moment::within, some});
        cuts.push_back({send, Cut::Moment::after, 0});
    }
    return cuts;
}

} // namespace gueway
