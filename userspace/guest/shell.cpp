// SPDX-License-Identifier: GPL-2.0-only
#include "guest/shell.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gueway::guest {

namespace {

[[noreturn]] void become_shell(const char* tty)
{
    ::setsid();
    const int fd = ::open(tty, O_RDWR);
    ::ioctl(fd, TIOCSCTTY, 0);
    if (fd < 0) ::_exit(1);
    for (int i = 0; i < 3; ++i) ::dup2(fd, i);
    ::execl("/bin/bash", "-bash", nullptr);
    ::_exit(127);
}

} // namespace

int run_shell(const std::string& tty)
{
    const pid_t pid = ::fork();
    if (pid == 0) become_shell(tty.c_str());
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

} // namespace gueway::guest
