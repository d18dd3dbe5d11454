// SPDX-License-Identifier: GPL-2.0-only
// What a program needs beside itself, and where programs are.
#include "lab/layer.h"
#include "util/process.h"
#include "util/text.h"

#include <cerrno>
#include <cstdlib>

#include <unistd.h>

namespace gueway {

namespace {

Result<bool> is_elf(const fs::path& path)
{
    return TRY(read_file(path))
        .starts_with("\x7f"
                     "ELF");
}

} // namespace

// ldd prints "name => /path (address)", "/loader (address)", "linux-vdso... (address)" and, for
// what is missing, "name => not found".
Result<std::vector<fs::path>> library_closure(const fs::path& program)
{
    std::vector<fs::path> found;
    if (!TRY(is_elf(program))) return found;
    const auto listing = TRY(run({"ldd", program}));
    if (listing.status != 0) return found; // "not a dynamic executable"
    for (const auto line : lines(listing.output)) {
        const auto parts = words(line);
        if (parts.size() >= 4 && parts[1] == "=>" && parts[2] == "not")
            return error(program, "find library " + std::string(parts[0]), "not on this host",
                         "install the package that has it");
        if (parts.size() >= 3 && parts[1] == "=>")
            found.emplace_back(parts[2]);
        else if (!parts.empty() && parts[0].starts_with('/'))
            found.emplace_back(parts[0]);
    }
    return found;
}

Result<fs::path> find_program(const std::string& name, const std::string& remedy)
{
    const char* path = std::getenv("PATH");
    const std::string everywhere =
        std::string(path ? path : "") + ":/usr/local/sbin:/usr/sbin:/sbin";
    for (const auto directory : split(everywhere, ':')) {
        if (directory.empty()) continue;
        fs::path candidate = fs::path(directory) / name;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return Error{name, "find program", ENOENT, {}, remedy};
}

} // namespace gueway
