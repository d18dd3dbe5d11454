// SPDX-License-Identifier: GPL-2.0-only
#include "guest/mounts.h"

#include "util/fd.h"

#include <cstring>

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace gueway::guest {

namespace {

struct Mount {
    const char* type;
    const char* where;
    const char* options;
    bool required;
};

constexpr Mount mounts[] = {
    {"proc", "/proc", "", true},
    {"sysfs", "/sys", "", true},
    {"devtmpfs", "/dev", "mode=0755", true},
    {"devpts", "/dev/pts", "mode=0620,ptmxmode=0666", true},
    {"tmpfs", "/dev/shm", "mode=1777", true},
    {"tmpfs", "/run", "mode=0755", true},
    {"tmpfs", "/tmp", "mode=1777", true},
    {"tmpfs", "/out", "mode=1777", true},
    {"tracefs", "/sys/kernel/tracing", "mode=0755", false},
    {"debugfs", "/sys/kernel/debug", "", false},
    {"bpf", "/sys/fs/bpf", "mode=0700", false},
    {"cgroup2", "/sys/fs/cgroup", "", false},
};

constexpr std::pair<const char*, const char*> links[] = {
    {"/proc/self/fd", "/dev/fd"},
    {"/proc/self/fd/0", "/dev/stdin"},
    {"/proc/self/fd/1", "/dev/stdout"},
    {"/proc/self/fd/2", "/dev/stderr"},
};

} // namespace

Result<void> mount_all()
{
    for (const auto& m : mounts) {
        ::mkdir(m.where, 0755);
        if (::mount(m.type, m.where, m.type, MS_NOSUID, m.options) != 0 && m.required &&
            errno != EBUSY)
            return errno_error(m.where, std::string("mount ") + m.type);
    }
    for (const auto& [target, name] : links)
        if (::symlink(target, name) != 0 && errno != EEXIST)
            return errno_error(name, "create symlink");
    ::mkdir("/run/netns", 0755);
    ::mkdir("/run/lock", 0755);
    return {};
}

Result<void> loopback_up()
{
    const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    std::strcpy(request.ifr_name, "lo"); // NOLINT(clang-analyzer-security.insecureAPI.strcpy)
    request.ifr_flags = IFF_UP;
    if (!socket || ::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0)
        return errno_error("lo", "set up");
    return {};
}

} // namespace gueway::guest
