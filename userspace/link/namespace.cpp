// SPDX-License-Identifier: GPL-2.0-only
#include "link/namespace.h"

#include "link/device.h"
#include "util/file.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace gueway {

namespace {

const fs::path directory = "/run/netns";
// Of the thread, not of the process: /proc/self names the thread-group leader.
constexpr const char* own_namespace = "/proc/thread-self/ns/net";

std::string object_name(const std::string& name)
{
    return "network namespace " + name;
}

Result<Fd> open_namespace(const fs::path& path, const std::string& name)
{
    Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return errno_error(object_name(name), "open " + path.string());
    return fd;
}

// The empty file that the namespace is mounted on; O_EXCL makes the name ours alone.
Result<void> reserve(const fs::path& path, const std::string& name)
{
    TRY(make_directories(directory));
    const Fd file(::open(path.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
    if (!file)
        return errno_error(object_name(name), "create " + path.string(), "ip netns del " + name);
    return {};
}

void remove_namespace(const fs::path& path)
{
    ::umount2(path.c_str(), MNT_DETACH);
    ::unlink(path.c_str());
}

// A fresh namespace, bound to `path`; the calling thread ends up where it was.
Result<void> bind_fresh(const fs::path& path, const std::string& name)
{
    const Fd here = TRY(open_namespace(own_namespace, name));
    const auto inside = TRY(Inside::enter(here.get(), name)); // brings us back after unshare
    if (::unshare(CLONE_NEWNET) != 0)
        return errno_error(object_name(name), "unshare", "needs root (CAP_SYS_ADMIN)");
    if (::mount(own_namespace, path.c_str(), "none", MS_BIND, nullptr) != 0)
        return errno_error(object_name(name), "bind to " + path.string(),
                           "needs root (CAP_SYS_ADMIN)");
    return {};
}

} // namespace

Result<Inside> Inside::enter(int namespace_fd, const std::string& name)
{
    Fd back = TRY(open_namespace(own_namespace, name));
    if (::setns(namespace_fd, CLONE_NEWNET) != 0)
        return errno_error(object_name(name), "enter", "needs root (CAP_SYS_ADMIN)");
    return Inside(std::move(back));
}

Inside::~Inside()
{
    if (!back_ || ::setns(back_.get(), CLONE_NEWNET) == 0) return;
    // Going on in the wrong namespace would configure the wrong machine.
    std::perror("gueway: cannot return to the first network namespace");
    std::abort();
}

Result<Namespace> Namespace::create(const std::string& name)
{
    const auto path = directory / name;
    TRY(reserve(path, name));
    Defer undo([&] { remove_namespace(path); });
    TRY(bind_fresh(path, name));
    auto made = TRY(open(name));
    TRY(set_up(made, "lo"));
    undo.release();
    made.owned_ = true;
    return made;
}

Result<Namespace> Namespace::create_unnamed(const std::string& name)
{
    const Fd here = TRY(open_namespace(own_namespace, name));
    const auto inside = TRY(Inside::enter(here.get(), name)); // brings us back after unshare
    if (::unshare(CLONE_NEWNET) != 0)
        return errno_error(object_name(name), "unshare", "needs root (CAP_SYS_ADMIN)");
    auto made = TRY(current(name));
    TRY(set_up(made, "lo"));
    return made;
}

namespace {

bool is_namespace(const fs::path& path, uint32_t number)
{
    struct stat seen{};
    return ::stat(path.c_str(), &seen) == 0 && seen.st_ino == number;
}

// The path that leads to it; empty when there is none.
fs::path namespace_path(uint32_t number)
{
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(directory, ignored))
        if (is_namespace(entry.path(), number)) return entry.path();
    for (const auto& entry : fs::directory_iterator("/proc", ignored))
        if (is_namespace(entry.path() / "ns/net", number)) return entry.path() / "ns/net";
    return {};
}

} // namespace

Result<Namespace> Namespace::find(uint32_t number)
{
    const auto path = namespace_path(number);
    const auto name = path.parent_path() == directory ? path.filename().string()
                                                      : "netns " + std::to_string(number);
    if (path.empty())
        return Error{object_name(name), "find", ENOENT, "no name and no process has it", {}};
    return open(path, name);
}

Result<Namespace> Namespace::open(const std::string& name)
{
    return open(directory / name, name);
}

Result<Namespace> Namespace::open(const std::string& path, const std::string& name)
{
    Fd fd = TRY(open_namespace(path, name));
    auto rtnl = TRY([&]() -> Result<Rtnl> {
        const auto inside = TRY(Inside::enter(fd.get(), name));
        return Rtnl::open(name);
    }());
    return Namespace(name, std::move(fd), std::move(rtnl));
}

Result<Namespace> Namespace::current(std::string name)
{
    Fd fd = TRY(open_namespace(own_namespace, name));
    auto rtnl = TRY(Rtnl::open(name));
    return Namespace(std::move(name), std::move(fd), std::move(rtnl));
}

Namespace::~Namespace()
{
    if (owned_ && fd_) remove_namespace(directory / name_);
}

Result<Fd> Namespace::socket(int family, int type, int protocol) const
{
    return in([&]() -> Result<Fd> {
        Fd fd(::socket(family, type | SOCK_CLOEXEC, protocol));
        if (!fd) return errno_error(object_name(name_), "open a socket");
        return fd;
    });
}

} // namespace gueway
