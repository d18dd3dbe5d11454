// SPDX-License-Identifier: GPL-2.0-only
#include "util/file.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace gueway {

Result<std::string> read_file(const fs::path& path, size_t most)
{
    Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return errno_error(path, "open");
    std::string content;
    if (struct stat st{}; ::fstat(fd.get(), &st) == 0 && st.st_size > 0)
        content.reserve(std::min(static_cast<size_t>(st.st_size), most));
    char block[65536];
    for (;;) {
        const ssize_t n = ::read(fd.get(), block, sizeof block);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno_error(path, "read");
        if (n == 0) return content;
        content.append(block, static_cast<size_t>(n));
        if (content.size() > most)
            return Error{path, "read", EFBIG, fmt::format("more than {} bytes", most), {}};
    }
}

Result<void> write_all(int fd, std::string_view bytes, const std::string& object)
{
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0)
            return errno_error(object, "write", errno == ENOSPC ? "free some disk space" : "");
        bytes.remove_prefix(static_cast<size_t>(n));
    }
    return {};
}

Result<void> write_existing(const fs::path& path, std::string_view content)
{
    Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd) return errno_error(path, "open for writing");
    ssize_t n = 0;
    do n = ::write(fd.get(), content.data(), content.size());
    while (n < 0 && errno == EINTR);
    if (n != static_cast<ssize_t>(content.size()))
        return errno_error(path, "write \"" + std::string(content) + "\"");
    return {};
}

Result<void> write_file(const fs::path& path, std::string_view content)
{
    std::string temporary = path.string() + ".XXXXXX";
    Fd fd(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!fd) return errno_error(temporary, "create");
    Defer remove([&] { ::unlink(temporary.c_str()); });
    TRY(write_all(fd.get(), content, path));
    if (::fchmod(fd.get(), 0644) != 0) return errno_error(temporary, "set mode");
    if (::rename(temporary.c_str(), path.c_str()) != 0)
        return errno_error(path, "rename into place");
    remove.release();
    return {};
}

Result<void> make_directories(const fs::path& path)
{
    std::error_code ec;
    fs::create_directories(path, ec);
    if (ec) return Error{path, "create directory", ec.value(), {}, {}};
    return {};
}

Result<TempDir> TempDir::make(std::string_view prefix)
{
    const char* base = std::getenv("TMPDIR");
    std::string path = (fs::path(base && *base ? base : "/tmp") / prefix).string() + ".XXXXXX";
    if (!::mkdtemp(path.data()))
        return errno_error(path, "create temporary directory", "free some space or set TMPDIR");
    return TempDir(path);
}

TempDir::~TempDir()
{
    if (path_.empty()) return;
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

Result<Fd> FileLock::open(const fs::path& path)
{
    TRY(make_directories(path.parent_path()));
    Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!fd) return errno_error(path, "open lock");
    return fd;
}

Result<FileLock> FileLock::wait(const fs::path& path)
{
    Fd fd = TRY(open(path));
    while (::flock(fd.get(), LOCK_EX) != 0)
        if (errno != EINTR) return errno_error(path, "lock");
    return FileLock(std::move(fd));
}

Result<std::optional<FileLock>> FileLock::try_now(const fs::path& path)
{
    Fd fd = TRY(open(path));
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0)
        return std::optional<FileLock>(FileLock(std::move(fd)));
    if (errno == EWOULDBLOCK) return std::optional<FileLock>();
    return errno_error(path, "lock");
}

} // namespace gueway
