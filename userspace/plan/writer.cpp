// SPDX-License-Identifier: GPL-2.0-only
#include "plan/writer.h"

#include <cerrno>

#include <fmt/format.h>
#include <sys/stat.h>

namespace gueway::plan {

Result<FileLock> lock_writer()
{
    struct stat own{};
    if (::stat("/proc/thread-self/ns/net", &own) != 0)
        return errno_error("network namespace", "identify");
    TRY(make_directories("/run/gueway"));
    const auto path = fmt::format("/run/gueway/netns-{}.lock", own.st_ino);
    auto lock = TRY(FileLock::try_now(path));
    if (lock) return std::move(*lock);
    return Error{"this network namespace", "lock for writing", EBUSY,
                 "another directorctl is applying here",
                 fmt::format("wait for it: `fuser {}` shows who", path)};
}

} // namespace gueway::plan
