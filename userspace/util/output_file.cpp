// SPDX-License-Identifier: GPL-2.0-only
#include "util/output_file.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace gueway {

// The lock comes before the file is emptied: it may be another program's.
Result<OutputFile> OutputFile::create(const std::string& path)
{
    constexpr mode_t mode = 0644;
    if (path == "-") {
        Fd fd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
        if (!fd) return errno_error("standard output", "open");
        return OutputFile(std::move(fd), "standard output");
    }
    Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, mode));
    if (!fd) return errno_error(path, "open for writing");
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return Error{path, "open for writing", EBUSY, "another program is writing it",
                     "give each its own file"};
    // Pipes and devices cannot be emptied, nor need they be.
    if (::ftruncate(fd.get(), 0) != 0 && errno != EINVAL) return errno_error(path, "empty");
    return OutputFile(std::move(fd), path);
}

Result<void> OutputFile::write(std::string_view bytes)
{
    constexpr size_t much = 1 << 16;
    waiting_ += bytes;
    return waiting_.size() < much ? Result<void>{} : flush();
}

Result<void> OutputFile::flush()
{
    const auto written = write_all(fd_.get(), waiting_, name_);
    waiting_.clear();
    return written;
}

} // namespace gueway
