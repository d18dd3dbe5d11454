// SPDX-License-Identifier: GPL-2.0-only
#include "lab/share.h"

#include <cerrno>

namespace gueway {

namespace {

// The directory of this program.
fs::path here()
{
    std::error_code ec;
    return fs::read_symlink("/proc/self/exe", ec).parent_path();
}

bool there(const fs::path& path)
{
    std::error_code ec;
    return fs::exists(path, ec);
}

} // namespace

Result<fs::path> sibling_program(const std::string& name)
{
    for (const auto& path : {here() / name, here() / "../lib/gueway" / name})
        if (there(path)) return path.lexically_normal();
    return Error{here() / name, "find", ENOENT, {}, "make programs"};
}

Result<fs::path> share_file(const std::string& relative)
{
    for (fs::path top = here(); top != top.root_path(); top = top.parent_path())
        for (const auto& path : {top / "share/gueway" / relative, top / relative})
            if (there(path)) return path;
    return Error{relative, "find", ENOENT, {}, "make install, or run from the checkout"};
}

} // namespace gueway
