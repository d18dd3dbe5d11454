// SPDX-License-Identifier: GPL-2.0-only
#include "plan/writer.h"

#include "util/text.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace gueway::plan {

namespace {

// The process that took the lock on `path`, as the kernel has it: of a line of /proc/locks as
// "1: FLOCK  ADVISORY  WRITE 123 00:18:4711 0 EOF" (fs/locks.c, lock_get_status) the fifth word,
// where the sixth is the file. Nothing: it has let go, or is in a process namespace that we do not
// see into.
std::optional<pid_t> holder_of(const fs::path& path)
{
    struct stat file{};
    if (::stat(path.c_str(), &file) != 0) return {};
    const auto id =
        fmt::format("{:02x}:{:02x}:{}", major(file.st_dev), minor(file.st_dev), file.st_ino);
    const auto locks = read_file("/proc/locks").value_or("");
    for (const auto line : lines(locks)) {
        const auto parts = words(line);
        if (parts.size() < 6 || parts[1] != "FLOCK" || parts[5] != id) continue;
        const auto pid = parse_number<uint32_t>(parts[4]);
        if (pid && *pid) return static_cast<pid_t>(*pid);
    }
    return {};
}

// "process 123 (directorctl apply director.yaml)"
std::string holder(const fs::path& path)
{
    const auto pid = holder_of(path);
    if (!pid) return "another process";
    auto command = read_file(fmt::format("/proc/{}/cmdline", *pid)).value_or("");
    std::ranges::replace(command, '\0', ' ');
    return fmt::format("process {} ({})", *pid, trim(command));
}

// Who may not write in /run, mostly forgot to be root.
Error no_lock(Error error, const fs::path& directory)
{
    error.operation += " (for the lock that keeps writers apart)";
    if (error.code == EACCES || error.code == EPERM || error.code == EROFS)
        error.remedy = "needs root, and a writable " + directory.parent_path().string();
    return error;
}

} // namespace

Result<FileLock> lock_writer(const fs::path& directory)
{
    struct stat own{};
    if (::stat("/proc/thread-self/ns/net", &own) != 0)
        return errno_error("network namespace", "identify");
    const auto path = directory / fmt::format("netns-{}.lock", own.st_ino);
    auto locked = FileLock::try_now(path);
    if (!locked) return no_lock(locked.error(), directory);
    auto& lock = *locked;
    if (!lock)
        return Error{"this network namespace", "lock for writing", EBUSY,
                     holder(path) + " is applying here", "wait until it is done"};
    return std::move(*lock);
}

} // namespace gueway::plan
