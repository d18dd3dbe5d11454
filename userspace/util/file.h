// SPDX-License-Identifier: GPL-2.0-only
// Whole files: read, write so that a reader never sees half of one, directories that go away.
#pragma once

#include "util/fd.h"
#include "util/result.h"

#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace gueway {

namespace fs = std::filesystem;

// The whole content; works on files of /proc and /sys, whose size is not known before reading.
// EFBIG when it is more than `most` bytes, of which no more than one block too many is read.
Result<std::string> read_file(const fs::path& path,
                              size_t most = std::numeric_limits<size_t>::max());

// Writes into a file that exists (sysctls, tracefs): one write call, no create, no rename.
Result<void> write_existing(const fs::path& path, std::string_view content);

// Replaces `path` by way of a temporary file and rename: readers see the old content or the new.
// On error nothing is left behind. A symbolic link stays, and what it points at is replaced. What
// is no regular file (a device, a pipe), or is an open file of a process (/dev/stdout), is written
// as it is.
Result<void> write_file(const fs::path& path, std::string_view content);

// Whether write_file() could: makes the directories above, and leaves nothing else behind.
Result<void> prepare_file(const fs::path& path);

// Creates the directory and its parents; existing ones are fine.
Result<void> make_directories(const fs::path& path);

// Writes all of it, however often the kernel takes a part.
Result<void> write_all(int fd, std::string_view bytes, const std::string& object);

// A fresh directory under $TMPDIR (or /tmp), removed with all it holds on destruction. Move-only.
class TempDir {
public:
    static Result<TempDir> make(std::string_view prefix = "gueway");
    TempDir(TempDir&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    TempDir& operator=(TempDir&& other) noexcept
    {
        std::swap(path_, other.path_);
        return *this;
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    ~TempDir();
    const fs::path& path() const { return path_; }

private:
    explicit TempDir(fs::path path) : path_(std::move(path)) {}
    fs::path path_;
};

// An exclusive lock on `path` (created if missing), held until destruction; waits for other
// holders. A lock dies with its process, so a killed run never blocks the next.
class FileLock {
public:
    static Result<FileLock> wait(const fs::path& path);
    // The lock, or nothing when somebody else holds it.
    static Result<std::optional<FileLock>> try_now(const fs::path& path);

private:
    explicit FileLock(Fd fd) : fd_(std::move(fd)) {}
    static Result<Fd> open(const fs::path& path);
    Fd fd_;
};

} // namespace gueway
