// SPDX-License-Identifier: GPL-2.0-only
#include "flow/stop.h"

#include <csignal>

#include <sys/signalfd.h>

namespace gueway::flow {

Result<void> Stop::watch(int fd)
{
    TRY(poller_.add(fd, EPOLLIN, *this));
    fd_ = fd;
    return {};
}

// It stays readable: once is enough.
void Stop::on_event(uint32_t)
{
    asked_ = true;
    forget();
}

void Stop::forget()
{
    if (fd_ >= 0) poller_.remove(fd_);
    fd_ = -1;
}

Result<Fd> stop_signals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    if (const int code = ::pthread_sigmask(SIG_BLOCK, &signals, nullptr); code != 0)
        return Error{"SIGTERM", "block", code, {}, {}};
    Fd fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd) return errno_error("SIGTERM", "make a descriptor for it");
    return fd;
}

} // namespace gueway::flow
