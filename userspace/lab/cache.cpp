// SPDX-License-Identifier: GPL-2.0-only
#include "lab/cache.h"

#include "lab/progress.h"
#include "util/text.h"

#include <cstdlib>

#include <fmt/format.h>

namespace gueway {

namespace {

constexpr std::string_view temporary_suffix = ".tmp";
// With less than this left on the file system a failed fill is put down to a full disk.
constexpr uintmax_t nearly_full = 16u << 20;

Result<void> remove_tree(const fs::path& path)
{
    std::error_code ec;
    fs::remove_all(path, ec);
    if (ec) return Error{path, "remove", ec.value(), {}, {}};
    return {};
}

} // namespace

Error cache_error(Error failed, const fs::path& directory)
{
    if (failed.code == EACCES || failed.code == EROFS)
        failed.remedy = "set GUEWAY_CACHE to a directory you may write to";
    std::error_code ec;
    const auto space = fs::space(directory, ec);
    if (ec || space.available >= nearly_full) return failed;
    failed.remedy = fmt::format("the disk is full ({} left): free some space in {}, or set "
                                "GUEWAY_CACHE to a directory on another disk",
                                human_bytes(space.available), directory.string());
    return failed;
}

Result<fs::path> cache_root()
{
    const auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::string(value ? value : "");
    };
    fs::path root = variable("GUEWAY_CACHE");
    if (root.empty() && !variable("XDG_CACHE_HOME").empty())
        root = fs::path(variable("XDG_CACHE_HOME")) / "gueway";
    if (root.empty() && !variable("HOME").empty())
        root = fs::path(variable("HOME")) / ".cache/gueway";
    if (root.empty())
        return error("cache", "find its directory", "neither GUEWAY_CACHE nor HOME is set",
                     "set GUEWAY_CACHE to a directory with 2 GB free");
    root = fs::absolute(root);
    TRY(make_directories(root));
    return root;
}

Result<Cache> Cache::open(const std::string& section)
{
    const auto directory = TRY(cache_root()) / section;
    TRY(make_directories(directory));
    return Cache(directory);
}

bool Cache::holds(const std::string& key) const
{
    std::error_code ignored;
    return fs::exists(Manifest::path(path(key)), ignored);
}

// Removes what dead runs left: a *.tmp whose lock is free belongs to nobody.
void Cache::sweep(const std::string& mine) const
{
    std::error_code ignored;
    for (const auto& at : fs::directory_iterator(directory_, ignored)) {
        if (at.path().extension() != temporary_suffix || at.path().stem() == mine) continue;
        const auto lock = FileLock::try_now(directory_ / (at.path().stem().string() + ".lock"));
        if (lock && *lock) fs::remove_all(at.path(), ignored);
    }
}

Result<fs::path> Cache::fill_locked(const std::string& key, const Fill& fill) const
{
    sweep(key);
    const fs::path temporary = directory_ / (key + std::string(temporary_suffix));
    TRY(remove_tree(temporary));
    TRY(make_directories(temporary));
    Defer clean([&] {
        std::error_code ignored;
        fs::remove_all(temporary, ignored);
    });
    auto filled = fill(temporary);
    if (!filled) return cache_error(filled.error(), directory_);
    auto manifest = Manifest::write(temporary);
    if (!manifest) return cache_error(manifest.error(), directory_);
    TRY(remove_tree(path(key)));
    std::error_code ec;
    fs::rename(temporary, path(key), ec);
    if (ec) return Error{path(key), "rename into place", ec.value(), {}, {}};
    clean.release();
    return path(key);
}

Result<FileLock> Cache::lock(const std::string& key) const
{
    auto lock = FileLock::wait(directory_ / (key + ".lock"));
    if (!lock) return cache_error(lock.error(), directory_);
    return lock;
}

Result<fs::path> Cache::get(const std::string& key, const Fill& fill) const
{
    if (holds(key)) return path(key);
    const auto held = TRY(lock(key));
    if (holds(key)) return path(key); // another run was quicker
    return fill_locked(key, fill);
}

Result<fs::path> Cache::get(const std::string& key, const Fill& fill, const Check& check) const
{
    auto entry = TRY(get(key, fill));
    if (check(entry)) return entry;
    const auto held = TRY(lock(key));
    const auto verdict = check(entry); // again: another run may have mended it
    if (verdict) return entry;
    progress().note(verdict.error().text() + "; making the cache entry again");
    TRY(fill_locked(key, fill));
    TRY(check(entry));
    return entry;
}

} // namespace gueway
