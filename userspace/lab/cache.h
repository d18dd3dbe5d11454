// SPDX-License-Identifier: GPL-2.0-only
// Directories that can be fetched or built again, filled once and never seen half filled.
#pragma once

#include "lab/manifest.h"
#include "util/file.h"

#include <functional>
#include <string>

namespace gueway {

// $GUEWAY_CACHE, else $XDG_CACHE_HOME/gueway, else $HOME/.cache/gueway; made when missing.
Result<fs::path> cache_root();

// The error with the remedy that the state of `directory` calls for: its file system is all but
// full (not every tool that fails of it says so), or it may not be written to. Else the error as it
// is.
Error cache_error(Error failed, const fs::path& directory);

// One section of the cache, ROOT/SECTION: entries are directories named by their key.
// An entry is filled in KEY.tmp under a lock (KEY.lock), gets its manifest and is renamed into
// place: other runs wait for it and then use it; a run that dies in the middle leaves only KEY.tmp,
// which the next fill in the section removes. Do not fill a key while filling the same key.
class Cache {
public:
    // Puts all files into `directory`, which exists and is empty.
    using Fill = std::function<Result<void>(const fs::path& directory)>;
    // Whether an entry is good for use; an Error says why not.
    using Check = std::function<Result<void>(const fs::path& entry)>;

    static Result<Cache> open(const std::string& section);

    const fs::path& directory() const { return directory_; }
    fs::path path(const std::string& key) const { return directory_ / key; }
    bool holds(const std::string& key) const;

    // The entry, filled if it is missing.
    Result<fs::path> get(const std::string& key, const Fill& fill) const;
    // The entry, checked; one that fails its check is named in one line, filled again and checked
    // again. The check runs outside the lock when all is well.
    Result<fs::path> get(const std::string& key, const Fill& fill, const Check& check) const;

private:
    explicit Cache(fs::path directory) : directory_(std::move(directory)) {}
    Result<fs::path> fill_locked(const std::string& key, const Fill& fill) const;
    void sweep(const std::string& mine) const;
    Result<FileLock> lock(const std::string& key) const;
    fs::path directory_;
};

} // namespace gueway
