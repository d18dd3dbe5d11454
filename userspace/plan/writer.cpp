// SPDX-License-Identifier: GPL-2.0-only
#include "plan/writer.h"

#include "util/text.h"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gueway::plan {

namespace {

// "process 123 (directorctl apply director.yaml)". A process that is not there any more wrote its
// number before the one that has the lock now.
std::string holder(const fs::path& path)
{
    const auto pid = std::string(trim(read_file(path).value_or("")));
    auto command = read_file("/proc/" + pid + "/cmdline").value_or("");
    if (pid.empty() || command.empty()) return "another process";
    std::ranges::replace(command, '\0', ' ');
    return fmt::format("process {} ({})", pid, trim(command));
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
    // Always as long: a shorter number would keep the end of the last one.
    TRY(write_existing(path, fmt::format("{:<20}\n", ::getpid())));
    return std::move(*lock);
}

} // namespace gueway::plan
