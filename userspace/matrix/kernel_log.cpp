// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/kernel_log.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace gueway::matrix {

namespace {

constexpr const char* file = "/dev/kmsg";

} // namespace

bool begins_splat(std::string_view text)
{
    constexpr std::string_view beginnings[] = {
        "WARNING: ", "BUG: ", "Oops: ", "UBSAN: ", "refcount_t: ", "general protection"};
    return std::ranges::any_of(beginnings,
                               [&](std::string_view begin) { return text.starts_with(begin); });
}

Result<KernelLog> KernelLog::open()
{
    Fd log(::open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!log) return errno_error(file, "open");
    if (::lseek(log.get(), 0, SEEK_END) < 0) return errno_error(file, "go to its end");
    return KernelLog(std::move(log));
}

// A record is "level,number,time,flags;text" (Documentation/ABI/testing/dev-kmsg); EPIPE says that
// some were written over.
Result<std::vector<std::string>> KernelLog::splats()
{
    std::vector<std::string> found;
    std::array<char, 8192> record{};
    for (;;) {
        const auto size = ::read(log_.get(), record.data(), record.size());
        if (size < 0 && errno == EAGAIN) return found;
        if (size < 0 && errno == EPIPE) continue;
        if (size < 0) return errno_error(file, "read");
        const std::string_view whole(record.data(), static_cast<size_t>(size));
        const auto text = whole.substr(std::min(whole.size(), whole.find(';') + 1));
        if (begins_splat(text)) found.emplace_back(text.substr(0, text.find('\n')));
    }
}

} // namespace gueway::matrix
