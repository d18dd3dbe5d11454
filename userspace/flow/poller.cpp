// SPDX-License-Identifier: GPL-2.0-only
#include "flow/poller.h"

#include <cerrno>

namespace gueway::flow {

namespace {
constexpr int batch = 64;
}

Result<Poller> Poller::open()
{
    Fd fd(::epoll_create1(EPOLL_CLOEXEC));
    if (!fd) return errno_error("epoll", "create");
    return Poller(std::move(fd));
}

Result<void> Poller::add(int fd, uint32_t events, Handler& handler)
{
    epoll_event event{.events = events, .data = {.ptr = &handler}};
    if (::epoll_ctl(fd_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
        return errno_error("epoll", "add descriptor " + std::to_string(fd));
    return {};
}

void Poller::change(int fd, uint32_t events, Handler& handler)
{
    epoll_event event{.events = events, .data = {.ptr = &handler}};
    ::epoll_ctl(fd_.get(), EPOLL_CTL_MOD, fd, &event);
}

void Poller::remove(int fd)
{
    ::epoll_ctl(fd_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

Result<void> Poller::wait(int timeout)
{
    std::array<epoll_event, batch> events{};
    const int ready = ::epoll_wait(fd_.get(), events.data(), events.size(), timeout);
    if (ready < 0 && errno != EINTR) return errno_error("epoll", "wait");
    for (int i = 0; i < ready; i++) {
        const epoll_event& event = events.at(static_cast<size_t>(i));
        static_cast<Handler*>(event.data.ptr)->on_event(event.events);
    }
    return {};
}

} // namespace gueway::flow
