// SPDX-License-Identifier: GPL-2.0-only
// The list of files of a cache entry with their digests, kept in the entry itself, so that what is
// used can be checked at the moment it is used.
#pragma once

#include "util/file.h"

#include <cstdint>
#include <map>
#include <string>

namespace gueway {

// A text file: "gueway-manifest/1 SHA256-OF-THE-REST", then "SHA256 SIZE PATH" per regular file
// (paths relative to the entry, sorted). Symbolic links are not listed: what they lead to is.
class Manifest {
public:
    struct File {
        std::string sha256;
        uint64_t size = 0; // bytes
    };

    // Digests every regular file under `entry` and writes the manifest there.
    static Result<Manifest> write(const fs::path& entry);
    // Reads and checks the manifest itself.
    static Result<Manifest> load(const fs::path& entry);
    static fs::path path(const fs::path& entry) { return entry / ".manifest"; }

    const std::map<std::string, File>& files() const { return files_; }
    uint64_t bytes() const;
    // The content of a file (relative path; links are followed inside the entry), checked. A
    // difference is an Error with EBADMSG.
    Result<std::string> read(const fs::path& relative) const;
    // Every file, as read() does.
    Result<void> check_all() const;

private:
    Manifest(fs::path entry, std::map<std::string, File> files)
        : entry_(std::move(entry)), files_(std::move(files))
    {}
    fs::path entry_;
    std::map<std::string, File> files_;
};

} // namespace gueway
