// SPDX-License-Identifier: GPL-2.0-only
// A layer of the guest's initial file system: files by guest path, written as one cpio archive.
// The kernel unpacks concatenated archives in order, so a later layer adds to an earlier one.
#pragma once

#include "util/file.h"
#include "util/result.h"

#include <map>
#include <string>
#include <vector>

namespace gueway {

// Guest paths are absolute. /bin, /sbin, /lib and /lib64 mean the ones of /usr, as on a merged
// Debian system. Parents appear by themselves (0755, root). Adding a path again replaces it.
class Layer {
public:
    void directory(const std::string& path, unsigned mode = 0755);
    void file(const std::string& path, std::string bytes, unsigned mode = 0644);
    void symlink(const std::string& path, std::string target);

    // A host file, its permission bits kept. A symlink is followed.
    Result<void> host_file(const fs::path& from, const std::string& path);
    // A host file and, when it is a dynamic ELF program or library, all it links to, each at the
    // path the dynamic loader found it. A library that is missing on the host is an Error.
    Result<void> program(const fs::path& from, const std::string& path);
    // A host directory with all it holds; symlinks are kept as they are.
    Result<void> host_tree(const fs::path& from, const std::string& path);

    bool holds(const std::string& path) const;

    // The archive: "newc" format (kernel, Documentation/driver-api/early-userspace/buffer-format),
    // times and owners zero, entries in order of their paths: equal layers give equal bytes.
    std::string archive() const;

private:
    struct Entry {
        unsigned mode;       // type and permission bits, as st_mode
        std::string content; // bytes of a file, target of a symlink
    };
    void put(const std::string& path, Entry entry);
    std::map<std::string, Entry> entries_; // by path without leading slash
};

// Where `ldd` finds the shared libraries and the loader of a program: host paths, in its order.
// Empty for anything that is not a dynamic ELF file.
Result<std::vector<fs::path>> library_closure(const fs::path& program);

// The program `name` in PATH and the system's sbin directories; an Error with `remedy` if missing.
Result<fs::path> find_program(const std::string& name, const std::string& remedy);

} // namespace gueway
