// SPDX-License-Identifier: GPL-2.0-only
#include "probe/background.h"

#include "util/fd.h"

#include <array>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gueway {

namespace {

// Ends when the other end of the pipe is closed everywhere. Only system calls: other threads of the
// process that forked may have held locks.
[[noreturn]] void outlive(int gate, int other_end)
{
    ::close(other_end);
    // Whoever waits for the end of our output is not to wait for this process.
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::close(standard);
    char none = 0;
    while (::read(gate, &none, sizeof none) < 0) {
    }
    ::_exit(0);
}

} // namespace

void close_in_background(const std::function<void()>& close)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return close();
    Fd gate(ends[0]), open(ends[1]);
    // A grandchild, so that it is nobody's zombie.
    const pid_t child = ::fork();
    if (child == 0) {
        if (::fork() == 0) outlive(gate.get(), open.get());
        ::_exit(0);
    }
    if (child > 0) ::waitpid(child, nullptr, 0);
    gate = Fd();
    close();
}

} // namespace gueway
