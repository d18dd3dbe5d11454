// SPDX-License-Identifier: GPL-2.0-only
#include "util/file.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>

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

namespace {

constexpr int most_links = 40; // as the kernel follows (MAXSYMLINKS)

//   path      without symbolic links at its end
//   as_it_is  to be opened and written, not replaced
struct Target {
    fs::path path;
    bool as_it_is = false;
};

// Links of /proc lead to open files, whatever is at the path that they show.
bool is_in_proc(const fs::path& path)
{
    struct statfs st{};
    return ::statfs(path.c_str(), &st) == 0 && st.f_type == PROC_SUPER_MAGIC;
}

Result<Target> find_target(fs::path path)
{
    for (int links = 0; links <= most_links; ++links) {
        struct stat st{};
        if (::lstat(path.c_str(), &st) != 0) {
            if (errno == ENOENT) return Target{path};
            return errno_error(path, "look at");
        }
        if (!S_ISLNK(st.st_mode)) return Target{path, !S_ISREG(st.st_mode)};
        if (is_in_proc(fs::absolute(path).parent_path())) return Target{path, true};
        std::error_code ec;
        const auto link = fs::read_symlink(path, ec);
        if (ec) return Error{path, "read link", ec.value(), {}, {}};
        path = path.parent_path() / link;
    }
    return Error{path, "follow links", ELOOP, {}, {}};
}

// At the end of it: it may be a file to which more is written.
Result<void> write_as_it_is(const fs::path& path, std::string_view content)
{
    Fd fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY));
    if (!fd) return errno_error(path, "open for writing");
    return write_all(fd.get(), content, path);
}

struct Temporary {
    Fd fd;
    std::string path;
};

Result<Temporary> temporary_beside(const fs::path& path)
{
    std::string name = path.string() + ".XXXXXX";
    Fd fd(::mkostemp(name.data(), O_CLOEXEC));
    if (!fd) return errno_error(path, "create");
    return Temporary{std::move(fd), std::move(name)};
}

} // namespace

Result<void> write_file(const fs::path& path, std::string_view content)
{
    const auto target = TRY(find_target(path));
    if (target.as_it_is) return write_as_it_is(target.path, content);
    const auto temporary = TRY(temporary_beside(target.path));
    Defer remove([&] { ::unlink(temporary.path.c_str()); });
    TRY(write_all(temporary.fd.get(), content, path));
    if (::fchmod(temporary.fd.get(), 0644) != 0) return errno_error(temporary.path, "set mode");
    if (::rename(temporary.path.c_str(), target.path.c_str()) != 0)
        return errno_error(path, "rename into place");
    remove.release();
    return {};
}

Result<void> prepare_file(const fs::path& path)
{
    if (path.has_parent_path()) TRY(make_directories(path.parent_path()));
    const auto target = TRY(find_target(path));
    if (fs::is_directory(target.path)) return Error{path, "write", EISDIR, {}, "name a file"};
    if (target.as_it_is) { // to open a pipe would be to wait for its reader
        if (::access(target.path.c_str(), W_OK) != 0) return errno_error(path, "write");
        return {};
    }
    const auto temporary = TRY(temporary_beside(target.path));
    ::unlink(temporary.path.c_str());
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
